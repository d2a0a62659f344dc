"""Whether the server lives, and whether it can answer."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from ui.api.calling import Served

router = APIRouter(tags=["operation"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process lives."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(service: Served) -> JSONResponse:
    """Whether requests can be answered now: 200, else 503."""
    status = service.status()
    body = {"status": status.phase, "text": status.text, "hint": status.hint, "models": dict(status.models)}
    return JSONResponse(body, 200 if status.phase == "ready" else 503)
