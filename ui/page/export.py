"""What is to be kept of what the page shows: what is known of the person at a browser, and the operator's overview."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from ui.api.dependencies import Filled, Served
from ui.errors.refusals import Forbidden
from ui.guard.visitors import visitor_of
from ui.service.overview import as_csv, overview

router = APIRouter(include_in_schema=False)


@router.get("/page/overview.csv")
def overview_csv(service: Filled) -> Response:
    """What has happened lately, as a table."""
    today = datetime.now(UTC).date()
    table = service.run(lambda agent: as_csv(overview(agent.workspace.store, agent.pipeline.snapshot.items, today)))
    headers = {"content-disposition": 'attachment; filename="tastemaker-overview.csv"', "cache-control": "no-store"}
    return Response(table, media_type="text/csv; charset=utf-8", headers=headers)


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
