"""What is known of the person at a browser, for them to keep."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from ui.api.dependencies import Served
from ui.errors.refusals import Forbidden
from ui.guard.access import visitor_of

router = APIRouter(include_in_schema=False)


@router.get("/page/profile.json")
def profile_json(request: Request, service: Served) -> JSONResponse:
    """Everything that is known of whoever asks, and of nobody else.

    Raises:
        Forbidden: the browser keeps no cookie.
    """
    user = visitor_of(request.cookies)
    if user is None:
        raise Forbidden("It is not known who asks.", "Open the page in a browser that keeps cookies.")
    headers = {"content-disposition": 'attachment; filename="tastemaker-profile.json"', "cache-control": "no-store"}
    return JSONResponse(service.run(lambda agent: agent.export_user(user)), headers=headers)
