"""Under a path of a proxy, as `https://example.org/shop/`: whether the proxy takes it off a call or leaves it there.

What answers a call knows nothing of it: addresses in the page are relative, those in headers are written here, and
those in answers by `ui.service.root_path`.
"""

from __future__ import annotations

import re

from starlette.datastructures import MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.errors import ConfigError
from ui.service.root_path import root_path

FORM = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")
# a call to such a path could be meant for the server itself, where the proxy has taken the path off already
OURS = frozenset(
    {"v1", "mcp", "login", "logout", "page", "catalog", "evaluation", "profile", "gradio_api", "healthz", "readyz"}
    | {"metrics", "assets", "static", "theme.css", "config", "openapi.json", "docs", "overview", "widget", "widget.js"}
)


def checked_path(path: str) -> str:
    """A path as it is put before addresses: with a slash before and none behind it; empty for none.

    Raises:
        ConfigError: it cannot be one, or begins as an address of the server's own.
    """
    plain = path.rstrip("/")
    if plain and not FORM.fullmatch(plain):
        raise ConfigError(
            f"The root path {path!r} is none.", "Give a path such as /shop, as people see it in addresses."
        )
    if plain.split("/")[1:2] and plain.split("/")[1] in OURS:
        raise ConfigError(
            f"The root path {path!r} begins as an address of the server does.", "Choose another one, such as /shop."
        )
    return plain


class UnderPath:
    """Answers under a path as without it.

    Args:
        path: As `checked_path` gives it.
    """

    def __init__(self, app: ASGIApp, path: str) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one call."""
        if scope["type"] != "http" or not self._path:
            await self._app(scope, receive, send)
            return
        if scope["path"] == self._path:  # addresses in the page are relative to what the last slash ends
            query = f"?{scope['query_string'].decode('latin-1')}" if scope.get("query_string") else ""
            await RedirectResponse(f"{self._path}/{query}", 308)(scope, receive, send)
            return
        token = root_path.set(self._path)
        try:
            await self._app(self._without(scope), receive, self._with(send))
        finally:
            root_path.reset(token)

    def _without(self, scope: Scope) -> Scope:
        if not scope["path"].startswith(f"{self._path}/"):
            return scope
        raw = scope.get("raw_path") or b""
        return {
            **scope,
            "path": scope["path"].removeprefix(self._path),
            "raw_path": raw.removeprefix(self._path.encode()),
        }

    def _with(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._lead_back(MutableHeaders(scope=message))
            await send(message)

        return sending

    def _lead_back(self, headers: MutableHeaders) -> None:
        """Have redirections lead, and cookies come back, to what is under the path."""
        location = headers.get("location", "")
        if location.startswith("/") and not location.startswith("//"):
            headers["location"] = f"{self._path}{location}"
        for at, (name, value) in enumerate(headers.raw):
            if name == b"set-cookie":
                own = re.sub(rb"(?i)(;\s*path=)/(?=;|$)", rb"\1" + self._path.encode() + b"/", value)
                headers.raw[at] = (name, own)


__all__ = ["UnderPath", "checked_path"]
