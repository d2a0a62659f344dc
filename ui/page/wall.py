"""What may reach Gradio: the calls that this page makes, with no file in them but the caller's own uploads.

Gradio takes any file that a call names, on this machine or at an address, and copies or fetches it on the event loop
before a function of the page is asked. So what is sent to a function is read here first: a file in it is looked up
among the uploads of whoever calls, and goes on as the store knows it, and in no words of the caller's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.errors import RequestError, TastemakerError
from ui.errors.problems import problem_of
from ui.errors.refusals import Gone, NotFound, too_large
from ui.guard.visitors import known_visitor
from ui.service.limits import MIB
from ui.service.uploads import Uploads

GRADIO = "/gradio_api/"
LOOKED_AT = ("app_id", "heartbeat/", "queue/data", "startup-events", "theme.css")
PRESSED = frozenset({f"{GRADIO}{name}" for name in ("cancel", "queue/join", "reset", "run/predict")})
CLOSED = ("/gradio_api", "/monitoring", "/runs", "/svelte", "/vibe")
MOST_BYTES = MIB  # of what is sent to a function: files are sent apart from it
MOST_DEEP = 32
MOST_PARTS = 10_000
OF_A_FILE = frozenset({"path", "url", "meta"})
FILE_ADDRESS = f"{GRADIO}file="


class PageWall:
    """Stands before the application that Gradio made, and lets through what this page asks of it."""

    def __init__(self, app: ASGIApp, uploads: Uploads) -> None:
        self._app = app
        self._uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one call."""
        if scope["type"] != "http" or _looks(scope["method"], scope["path"]):
            await self._app(scope, receive, send)
            return
        try:
            if scope["method"] != "POST" or scope["path"] not in PRESSED:
                raise NotFound("There is nothing here.", "Use the page.")
            body = await _whole(receive)
            cookies = cookie_parser(Headers(scope=scope).get("cookie", ""))
            checked = await run_in_threadpool(self._checked, body, cookies)
        except TastemakerError as refusal:
            await problem_of(refusal)(scope, receive, send)
            return
        await self._app(_as_json(scope, checked), _again(checked, receive), send)

    def _checked(self, body: bytes, cookies: Mapping[str, str]) -> bytes:
        """The call as Gradio may read it.

        Raises:
            RequestError: it is not JSON, or no page sends so much.
            NotFound: a file in it is none of the caller's.
            Forbidden: there is a file in it, and it is not known who calls.
        """
        try:
            call = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise RequestError("The call is not JSON.", "Use the page.") from error
        return json.dumps(_Examination(self._uploads, cookies).of(call)).encode()


class _Examination:
    """One look through all that a call holds."""

    def __init__(self, uploads: Uploads, cookies: Mapping[str, str]) -> None:
        self._uploads = uploads
        self._cookies = cookies
        self._parts = 0

    def of(self, value: Any, deep: int = 0) -> Any:
        """A value, with each file in it as the store knows it."""
        self._parts += 1
        if deep > MOST_DEEP or self._parts > MOST_PARTS:
            raise RequestError("The call holds more than the page sends.", "Use the page.")
        if isinstance(value, list):
            return [self.of(part, deep + 1) for part in value]
        if not isinstance(value, dict):
            return value
        if OF_A_FILE & value.keys():
            return self._own(value)
        return {name: self.of(part, deep + 1) for name, part in value.items()}

    def _own(self, file: Mapping[str, Any]) -> dict[str, Any]:
        path, url = file.get("path"), file.get("url")
        if not isinstance(path, str) or not (url is None or _names(url, path)):
            raise NotFound("There is no such file.", "Send it first.")
        visitor = known_visitor(self._cookies)
        try:
            upload = self._uploads.at(path, visitor)
        except Gone:  # the function that was called says so, in the language of its page; nothing lies there
            return _file(path)
        return _file(str(upload.path), orig_name=upload.name, size=upload.size_bytes)


def _looks(method: str, path: str) -> bool:
    """Whether a call only looks at the page or at what goes on there."""
    if path.startswith(GRADIO):
        return method == "GET" and path.removeprefix(GRADIO).startswith(LOOKED_AT)
    return method in ("GET", "HEAD") and not path.startswith(CLOSED)


def _names(url: object, path: str) -> bool:
    """Whether an address is the one at which the page shows a file."""
    return isinstance(url, str) and unquote(url.partition(FILE_ADDRESS)[2]) == path


def _file(path: str, **details: object) -> dict[str, Any]:
    return {"path": path, "meta": {"_type": "gradio.FileData"}, **details}


async def _whole(receive: Receive) -> bytes:
    """The body of a call.

    Raises:
        TooLarge: it is larger than what a page sends.
    """
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message["type"] == "http.request" and message.get("more_body", False)
        if len(body) > MOST_BYTES:
            raise too_large("The call", MOST_BYTES)
    return body


def _as_json(scope: Scope, body: bytes) -> Scope:
    """A call whose head fits the body that it has now."""
    told_anew = (b"content-length", b"content-type")
    headers = [(name, value) for name, value in scope["headers"] if name not in told_anew]
    headers += [(b"content-length", str(len(body)).encode()), (b"content-type", b"application/json")]
    return {**scope, "headers": headers}


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives a body that was read already, then what comes after it."""
    parts: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receiving() -> Message:
        return parts.pop() if parts else await receive()

    return receiving


__all__ = ["GRADIO", "PageWall"]
