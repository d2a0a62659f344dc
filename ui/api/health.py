"""Whether the server lives, whether it can answer, and what it has done."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from ui.api.dependencies import Served, Trusted
from ui.errors.refusals import NotReady
from ui.service.service import Service
from ui.telemetry.metrics import MEDIA_TYPE

router = APIRouter(tags=["operation"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process lives."""
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"description": "Not yet, or not any more."}})
async def readyz(service: Served, trusted: Trusted) -> JSONResponse:
    """Whether requests can be answered now: 200, else 503; why, and by what, for whoever shows the token."""
    status = service.status()
    body: dict[str, object] = {"status": status.phase}
    if trusted:  # paths, processes and models of this machine are nobody else's business
        body |= {"text": status.text, "hint": status.hint, "models": dict(status.models), "device": status.device}
        body |= {"model_servers": list(service.model_servers)}
    return JSONResponse(body, 200 if status.phase == "ready" else 503)


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(service: Served) -> Response:
    """Counts and times since the start, as Prometheus reads them."""
    job = service.jobs.current
    now = {
        "ready": service.status().phase == "ready",
        "turns_pending": service.turns.pending,
        "turns_waiting": service.turns.waiting,
        "jobs_running": job is not None and job.state.phase == "running",
        "items": _n_items(service),
        "uploads_bytes": service.uploads.size_bytes,
    }
    return Response(service.metrics.text(now), media_type=MEDIA_TYPE)


def _n_items(service: Service) -> int:
    try:
        return len(service.agent.pipeline.snapshot.items)
    except NotReady:
        return 0
