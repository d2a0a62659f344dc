"""Failures in the form that chat front ends read, on the addresses that they call."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.errors.problems import MEDIA_TYPE

THEIRS = (
    *("/v1/chat/", "/v1/models", "/v1/responses", "/v1/completions", "/v1/embeddings", "/v1/conversations"),
    *("/v1/audio/", "/v1/images/", "/v1/realtime", "/v1/files", "/v1/uploads", "/v1/batches", "/v1/moderations"),
    *("/v1/assistants", "/v1/threads", "/v1/vector_stores", "/v1/fine_tuning/", "/v1/evals"),
)
UNPROCESSABLE, BAD_REQUEST, SERVER_ERROR = 422, 400, 500
TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
SCHEMA = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "type", "param", "code"],
            "properties": {name: {"type": ["string", "null"]} for name in ("message", "type", "param", "code")},
        }
    },
}


class OpenAiErrors:
    """Puts the problem documents of these addresses into that form, whoever made them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one call."""
        if scope["type"] != "http" or not scope["path"].startswith(THEIRS):
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        body = b""

        async def sending(message: Message) -> None:
            nonlocal start, body
            # the head is held back until the body is there: the form of the one decides the length of the other
            if message["type"] == "http.response.start" and Headers(scope=message).get("content-type") == MEDIA_TYPE:
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    for shaped in _shaped(start, body):
                        await send(shaped)

        await self._app(scope, receive, sending)


def error_of(problem: Mapping[str, Any]) -> dict[str, Any]:
    """A problem document in that form."""
    status = problem["status"]
    kind = TYPES.get(status, "invalid_request_error" if status < SERVER_ERROR else "server_error")
    name = problem["type"].rsplit(":", 1)[-1]
    code = "model_not_found" if name == "NotFound" else name
    message = f"{problem['title']} {problem['detail']}"
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def _shaped(start: Message, body: bytes) -> tuple[Message, Message]:
    shaped = json.dumps(error_of(json.loads(body)), ensure_ascii=False).encode()
    headers = MutableHeaders(scope=start)
    headers["content-type"], headers["content-length"] = "application/json", str(len(shaped))
    if start["status"] == UNPROCESSABLE:
        start["status"] = BAD_REQUEST
    return start, {"type": "http.response.body", "body": shaped}
