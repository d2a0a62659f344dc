"""A reverse proxy in this process that shows an application under a path, and nothing outside of it."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class SubPathProxy:
    """Passes calls under a path on, and takes the path off them or leaves it there."""

    app: ASGIApp
    path: str
    takes_off: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["path"] == "/favicon.ico":  # which browsers ask every host for: it is the other site's
            await PlainTextResponse("", 204)(scope, receive, send)
        elif not f"{scope['path']}/".startswith(f"{self.path}/"):
            await PlainTextResponse("outside of the path", 404)(scope, receive, send)
        elif self.takes_off and scope["path"] == self.path:  # as nginx and Caddy do for a folder
            await PlainTextResponse("", 301, {"location": f"{self.path}/"})(scope, receive, send)
        else:
            await self.app(self._passed(scope), receive, send)

    def _passed(self, scope: Scope) -> Scope:
        if not self.takes_off:
            return scope
        raw = scope["raw_path"].removeprefix(self.path.encode())
        return {**scope, "path": scope["path"].removeprefix(self.path), "raw_path": raw}
