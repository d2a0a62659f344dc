"""The page's files: who sends one has it for themselves, and nothing else on this machine is served.

Gradio keeps what is uploaded where everybody who knows the path can read it. Its two routes for files are ours
instead; what else may reach it is for `ui.page.wall` to say.
"""

from __future__ import annotations

import asyncio
import os
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Cookie, FastAPI, Request
from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from agent.errors import TastemakerError
from ui.errors.problems import status_of
from ui.guard.visitors import VISITOR_COOKIE, known_visitor
from ui.service.uploads import MEDIA, Upload, Uploads

router = APIRouter(include_in_schema=False)

INLINE = frozenset({"picture", "sound", "video"})
MAX_FILES = 20
MAX_ARRIVALS = 256
UPLOAD_S = 300.0

Cookied = Annotated[str | None, Cookie(alias=VISITOR_COOKIE)]


class Arrivals:
    """Which uploads have ended, for browsers that ask how theirs goes on."""

    def __init__(self) -> None:
        self._ended: OrderedDict[str, asyncio.Event] = OrderedDict()

    def of(self, id: str) -> asyncio.Event:
        """Set when the upload of this id has ended, whichever of the two calls comes first."""
        while len(self._ended) >= MAX_ARRIVALS:
            self._ended.popitem(last=False)[1].set()
        return self._ended.setdefault(id, asyncio.Event())


@router.get("/gradio_api/upload_progress")
async def progress(request: Request, upload_id: str) -> Response:
    """The end of an upload, as an event."""
    ended = request.app.state.arrivals.of(upload_id)

    async def events() -> AsyncIterator[str]:
        with suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), UPLOAD_S)
        yield 'data: {"msg": "done"}\n\n'

    return StreamingResponse(events(), media_type="text/event-stream")


@router.post("/gradio_api/upload")
async def upload(request: Request, upload_id: str = "", cookie: Cookied = None) -> Response:
    """Keep files that somebody chose on the page. Returns: their paths, as Gradio's browser side wants them."""
    try:
        return await _upload(request, cookie)
    finally:
        if upload_id:
            request.app.state.arrivals.of(upload_id).set()


async def _upload(request: Request, cookie: str | None) -> Response:
    uploads: Uploads = request.app.state.service.uploads
    try:
        visitor = known_visitor({VISITOR_COOKIE: cookie or ""})
        async with request.form(max_files=MAX_FILES, max_fields=MAX_FILES) as form:
            files = [file for file in form.getlist("files") if not isinstance(file, str)]
            sent = [await run_in_threadpool(_keep, uploads, file, visitor) for file in files]
    except TastemakerError as error:  # the page shows the text of the answer as it is
        return PlainTextResponse(f"{error.what} {error.hint}", status_of(error))
    return JSONResponse([str(upload.path) for upload in sent])


@router.get("/gradio_api/file={path:path}")
def file(request: Request, path: str, cookie: Cookied = None) -> Response:
    """A file, for whoever sent it or has it made.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    uploads: Uploads = request.app.state.service.uploads
    own: frozenset[Path] = request.app.state.assets
    location = Path(path)
    if location in own:
        return FileResponse(location)
    upload = uploads.at(location, known_visitor({VISITOR_COOKIE: cookie or ""}))
    headers = {"cache-control": "private, no-store"}
    if upload.kind in INLINE:  # all else is handed over as a file, so that no browser runs what is in it
        return FileResponse(upload.path, headers=headers)
    return FileResponse(upload.path, 200, headers, "application/octet-stream", filename=upload.name)


def install(app: FastAPI, uploads: Uploads) -> None:
    """Answer for the page's files; to be called before Gradio is mounted."""
    os.environ["GRADIO_TEMP_DIR"] = str(uploads.folder)  # read when the page is laid out
    app.state.arrivals = Arrivals()
    app.include_router(router)


def assets(uploads: Uploads) -> frozenset[Path]:
    """The files that are the page's own: those that lie there once it is laid out."""
    return frozenset(path for path in uploads.folder.rglob("*") if path.is_file())


def _keep(uploads: Uploads, file: UploadFile, visitor: str) -> Upload:
    return uploads.keep(file.file, visitor, file.filename or "file", {*MEDIA, "catalog"})
