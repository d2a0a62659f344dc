"""Idempotency-Key: a POST that is sent again under the same key is answered as the first time, and not done again."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.errors import RequestError
from ui.errors.problems import problem_of
from ui.errors.refusals import InWork
from ui.service.limits import MIB

MOST_ANSWERS = 1_000
MOST_BYTES = 64 * MIB  # of them all together
KEEP_S = 24 * 3600.0
_FINAL = frozenset({200, 201, 204, 400, 404, 409, 410, 413, 422})  # another try would be answered the same


@dataclass(slots=True)
class _Answer:
    """The first answer under a key; without messages while it is being made.

    Attributes:
        body_digest: Of the call that it answers, to tell whether another one is the same.
        at_s: Monotonic clock, when the call came.
    """

    body_digest: str
    at_s: float
    messages: list[Message] = field(default_factory=list)

    @property
    def size_bytes(self) -> int:
        return sum(len(message.get("body", b"")) for message in self.messages)


class IdempotentPosts:
    """Keeps the first answers to POSTs with a key; streamed answers and failures that may pass are not kept."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._answers: OrderedDict[str, _Answer] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one call."""
        key = Headers(scope=scope).get("idempotency-key") if scope["type"] == "http" else None
        if key is None or scope["method"] != "POST" or not scope["path"].startswith("/v1/"):
            await self._app(scope, receive, send)
            return
        body = await _whole(receive)
        if body is None:
            return
        name, digest = f"{scope['path']} {key}", hashlib.sha256(body).hexdigest()
        known = self._begin(name, digest)
        if known is not None and (refusal := _refusal(key, digest, known)) is not None:
            await problem_of(refusal)(scope, receive, send)
        elif known is not None:
            await _replay(known, send)
        else:
            await self._answer(name, body, scope, receive, send)

    async def _answer(self, name: str, body: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        made: list[Message] = []
        read = False

        async def again() -> Message:  # the body has been read already: the app is given it once more
            nonlocal read
            if read:
                return await receive()
            read = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def sending(message: Message) -> None:
            made.append(message)
            await send(message)

        try:
            await self._app(scope, again, sending)
        finally:
            self._end(name, made)

    def _begin(self, name: str, digest: str) -> _Answer | None:
        """The answer under a key; None where there is none, and the caller is to make it."""
        now = time.monotonic()
        with self._lock:
            while self._answers and next(iter(self._answers.values())).at_s < now - KEEP_S:
                self._answers.popitem(last=False)
            if name not in self._answers:
                self._answers[name] = _Answer(digest, now)
                return None
            return self._answers[name]

    def _end(self, name: str, made: list[Message]) -> None:
        with self._lock:
            answer = self._answers.get(name)
            if answer is not None and _is_final(made):
                answer.messages = made
            else:
                self._answers.pop(name, None)
            while len(self._answers) > MOST_ANSWERS or self._size_bytes() > MOST_BYTES:
                self._answers.popitem(last=False)

    def _size_bytes(self) -> int:
        return sum(answer.size_bytes for answer in self._answers.values())


async def _whole(receive: Receive) -> bytes | None:
    """The body of a call; None where the caller has gone."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _refusal(key: str, digest: str, known: _Answer) -> RequestError | InWork | None:
    if known.body_digest != digest:
        return RequestError(
            f"Something else was sent under the Idempotency-Key {key[:60]!r} before.", "Use a new key for a new call."
        )
    if not known.messages:
        return InWork("The same call is being answered already.", "Wait for its answer, or ask again for it.")
    return None


def _is_final(made: list[Message]) -> bool:
    """Whether these messages are a whole answer, in one part, that would be the same another time."""
    if len(made) < 2 or made[-1].get("more_body"):
        return False
    streamed = Headers(raw=made[0]["headers"]).get("content-type", "").startswith("text/event-stream")
    return made[0]["status"] in _FINAL and not streamed


async def _replay(known: _Answer, send: Send) -> None:
    start = {**known.messages[0], "headers": list(known.messages[0]["headers"])}
    headers = MutableHeaders(raw=start["headers"])
    headers["idempotent-replayed"] = "true"
    await send(start)
    for message in known.messages[1:]:
        await send(message)
