"""What every answer tells a browser to keep to: nothing of other hosts, no frames, no guessing of types."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


SHARED = re.compile(r"/widget\.js|/v1/items/[^/]+/picture")  # what pages of other addresses show as their own


def policy(scripts: Iterable[bytes] = (), frames: Sequence[str] = ()) -> str:
    """The content-security policy of an answer.

    Args:
        scripts: Those that stand in the page itself, and may run.
        frames: Addresses of pages that may show it in a frame.
    """
    framing = " ".join(("'self'", *frames)) if frames else "'none'"
    inline = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'" for script in scripts)
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'unsafe-eval' {inline}".rstrip(),  # gradio's HTML component makes functions of text
            "style-src 'self' 'unsafe-inline'",  # gradio sets colours and sizes on its elements
            "img-src 'self' data: blob:",
            "media-src 'self' data: blob:",
            "font-src 'self' data:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            f"frame-ancestors {framing}",
        )
    )


class SecureHeaders:
    """Adds the headers to every answer; a page is held back until the scripts in it are known."""

    def __init__(self, app: ASGIApp, origins: Sequence[str] = ()) -> None:
        self._app = app
        self._origins = tuple(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one call."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        held: Message | None = None
        body = b""

        async def sending(message: Message) -> None:
            nonlocal held, body
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if self._origins and SHARED.fullmatch(scope["path"]):
                    headers["cross-origin-resource-policy"] = "cross-origin"
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if headers.get("content-type", "").startswith("text/html"):
                    held = message
                    return
                headers.setdefault("content-security-policy", policy(frames=self._origins))
                if "json" in headers.get("content-type", ""):
                    headers.setdefault("cache-control", "no-store")  # it may be about somebody
            elif held is not None:
                body += message.get("body", b"")
                if message.get("more_body"):
                    return
                scripts = dict.fromkeys(INLINE_SCRIPT.findall(body))
                MutableHeaders(scope=held)["content-security-policy"] = policy(scripts, self._origins)
                start, held = held, None
                await send(start)
                message = {"type": "http.response.body", "body": body}
            await send(message)

        await self._app(scope, receive, sending)
