"""How much one call may send and how slowly, and how many calls may be open."""

from __future__ import annotations

import asyncio
import contextlib
import time

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.errors import TastemakerError
from ui.errors.problems import problem_of
from ui.errors.refusals import Busy, TooSlow, too_large
from ui.service.limits import Limits

DRAIN_S = 2.0  # a caller that is still sending hears an answer only once it has been listened to


class BodyRefused(Exception):
    """The rest of a body is not read; what the app makes of that is not sent."""


class Bounds:
    """Refuses bodies that are too large (413) or come too slowly (408), and calls beyond the number allowed (429)."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one call."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._open >= self._limits.calls:
            refusal = Busy(f"{self._open} calls are open already.", "Call again in 5 seconds.", 5)
            await problem_of(refusal)(scope, receive, send)
            return
        self._open += 1
        try:
            await self._bounded(scope, receive, send)
        finally:
            self._open -= 1

    async def _bounded(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = BoundedBody(receive, self._limits)
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdecimal() and int(declared) > self._limits.body_bytes:
            body.refusal = too_large("The body of the call", self._limits.body_bytes)
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            # what the app makes of a body that was refused is not sent, unless its answer has begun already
            if body.refusal is None or started:
                started = True
                await send(message)

        if body.refusal is None:
            with contextlib.suppress(BodyRefused):
                await self._app(scope, body.receive, sending)
        if body.refusal is not None and not started:
            await body.drain()
            answer = problem_of(body.refusal)
            answer.headers["connection"] = "close"
            await answer(scope, receive, send)


class BoundedBody:
    """The body of one call as it comes in.

    Attributes:
        refusal: Why it is not read to its end.
    """

    def __init__(self, receive: Receive, limits: Limits) -> None:
        self._receive = receive
        self._limits = limits
        self._size = 0
        self._end = time.monotonic() + limits.body_s
        self._whole = False
        self.refusal: TastemakerError | None = None

    async def receive(self) -> Message:
        """The next part.

        Raises:
            BodyRefused: it is more than may be sent, or does not come.
        """
        if self._whole:  # an app that reads on waits for its caller to go, which may take as long as it likes
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), self._patience_s())
        except TimeoutError:
            waited_s = self._limits.body_idle_s if self._patience_s() else self._limits.body_s
            self.refusal = TooSlow(
                f"The body of the call did not come within {waited_s:.3g} seconds.", "Send it faster."
            )
            raise BodyRefused from None
        self._whole = message["type"] != "http.request" or not message.get("more_body", False)
        self._size += len(message.get("body", b""))
        if self._size > self._limits.body_bytes:
            self.refusal = too_large("The body of the call", self._limits.body_bytes)
            raise BodyRefused
        return message

    async def drain(self) -> None:
        """Let pass what is still being sent, for a moment."""
        end = time.monotonic() + DRAIN_S
        while not self._whole and (left := end - time.monotonic()) > 0:
            try:
                message = await asyncio.wait_for(self._receive(), left)
            except TimeoutError:
                return
            self._whole = message["type"] != "http.request" or not message.get("more_body", False)

    def _patience_s(self) -> float:
        return max(0.0, min(self._limits.body_idle_s, self._end - time.monotonic()))
