"""Addresses as callers write them: a slash at the end, HEAD for GET, and what is said where there is nothing."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI, Request
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.errors.refusals import UnknownAddress, WrongMethod

OURS = "/v1/"
OPERATION = ("/healthz", "/readyz", "/metrics")
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

router = APIRouter(include_in_schema=False)


class PlainAddresses:
    """Takes an address with a slash at its end for the one without, and answers HEAD as GET."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one call."""
        if scope["type"] != "http" or not scope["path"].startswith((OURS, *OPERATION)):
            await self._app(scope, receive, send)
            return
        plain = {**scope, "path": _without_slash(scope)}
        if scope["method"] == "HEAD":
            plain["method"], send = "GET", _headers_of(send)
        await self._app(plain, receive, send)
        if "route" in plain:  # by which the call is told in the log
            scope["route"] = plain["route"]


@router.api_route(OURS + "{rest:path}", methods=METHODS)
def nothing_here(request: Request, rest: str) -> None:
    """Say that there is no such address, or that it is called in another way.

    Raises:
        WrongMethod: it is there for other methods.
        UnknownAddress: it is not there.
    """
    called, calls = f"{request.method} {OURS}{rest[:80]}", _calls(request.app)
    # This route takes all that no other does, and would hide that one knows the address by another method.
    for address, methods in calls.items():
        if compile_path(address)[0].match(OURS + rest):
            raise WrongMethod(f"{called} is no call of this server.", f"The address takes {methods}.", methods)
    there = ", ".join(f"{methods} {address}" for address, methods in calls.items() if "{" not in address)
    raise UnknownAddress(f"There is nothing at {called}.", f"There are {there}; /openapi.json describes them.")


def _without_slash(scope: Scope) -> str:
    """The path without the slash that it ends with; one that is part of an id is percent-encoded."""
    path: str = scope["path"]
    return path.rstrip("/") if scope.get("raw_path", b"").endswith(b"/") and len(path) > len(OURS) else path


def _headers_of(send: Send) -> Send:
    """Sends the head of an answer and none of its body."""

    async def sending(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return sending


def _calls(app: FastAPI) -> dict[str, str]:
    """The addresses under `/v1` and the methods that each takes, as `GET, POST`."""
    paths = app.openapi()["paths"]
    return {
        path: ", ".join(sorted(name.upper() for name in operations))
        for path, operations in paths.items()
        if path.startswith(OURS)
    }


__all__ = ["PlainAddresses", "router"]
