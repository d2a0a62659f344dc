"""Idempotency-Key: a POST that is sent again under the same key is answered as the first time, and not done again."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
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


@dataclass(slots=True, eq=False)
class KeptAnswer:
    """The first answer under a key; without messages while it is being made.

    Attributes:
        body_digest: Of the call that it answers, to tell whether another one is the same.
        user: Whom the call is about; None where it names nobody.
        at_s: Monotonic clock, when the call came.
    """

    body_digest: str
    user: str | None
    at_s: float
    messages: list[Message] = field(default_factory=list)

    @property
    def size_bytes(self) -> int:
        """Size of its body."""
        return sum(len(message.get("body", b"")) for message in self.messages)


class KeptAnswers:
    """The first answers under keys, for a day. Any thread may call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: OrderedDict[str, KeptAnswer] = OrderedDict()

    def begin(self, name: str, digest: str, user: str | None) -> tuple[KeptAnswer, bool]:
        """The answer under a name, and whether it is new and the caller is to make it."""
        now = time.monotonic()
        with self._lock:
            while self._answers and next(iter(self._answers.values())).at_s < now - KEEP_S:
                self._answers.popitem(last=False)
            if name in self._answers:
                return self._answers[name], False
            answer = self._answers[name] = KeptAnswer(digest, user, now)
            return answer, True

    def end(self, name: str, answer: KeptAnswer, made: list[Message]) -> None:
        """Keep what was made, if anything; not where whom it is about was forgotten meanwhile."""
        with self._lock:
            if self._answers.get(name) is not answer:
                return
            answer.messages = made
            if not made:
                del self._answers[name]
            while len(self._answers) > MOST_ANSWERS or self._size_bytes() > MOST_BYTES:
                self._answers.popitem(last=False)

    def forget(self, user: str) -> int:
        """Drop the answers to calls about a user, also those being made. Returns: how many there were."""
        with self._lock:
            theirs = [name for name, answer in self._answers.items() if answer.user == user]
            for name in theirs:
                del self._answers[name]
        return len(theirs)

    def _size_bytes(self) -> int:
        return sum(answer.size_bytes for answer in self._answers.values())


class IdempotentPosts:
    """Keeps the first answers to POSTs with a key; streamed answers and failures that may pass are not kept.

    Args:
        answers: Where they are kept.
        opted_out: Whether nothing of a person may be kept.
    """

    def __init__(self, app: ASGIApp, answers: KeptAnswers, opted_out: Callable[[str], bool]) -> None:
        self._app = app
        self._answers = answers
        self._opted_out = opted_out

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one call."""
        key = Headers(scope=scope).get("idempotency-key") if scope["type"] == "http" else None
        if key is None or scope["method"] != "POST" or not scope["path"].startswith("/v1/"):
            await self._app(scope, receive, send)
            return
        body = await _whole(receive)
        if body is None:
            return
        name = f"{scope['path']} {key}"
        digest, user = await run_in_threadpool(_read, body)
        if user is not None and await run_in_threadpool(self._opted_out, user):
            await self._app(scope, _again(body, receive), send)  # nothing of theirs is kept, nor done twice by that
            return
        answer, is_new = self._answers.begin(name, digest, user)
        if is_new:
            await self._answer(name, answer, scope, _again(body, receive), send)
        elif (refusal := _refusal(key, digest, answer)) is not None:
            await problem_of(refusal)(scope, receive, send)
        else:
            await _replay(answer, send)

    async def _answer(self, name: str, answer: KeptAnswer, scope: Scope, receive: Receive, send: Send) -> None:
        made: list[Message] = []

        async def sending(message: Message) -> None:
            made.append(message)
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            self._answers.end(name, answer, made if _is_final(made) else [])


def _read(body: bytes) -> tuple[str, str | None]:
    """A digest of a body, and the user whom it names."""
    try:
        user = json.loads(body).get("user")
    except (ValueError, AttributeError, RecursionError):  # not an object of JSON: the app will say what is wrong
        user = None
    return hashlib.sha256(body).hexdigest(), user if isinstance(user, str) else None


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


def _again(body: bytes, receive: Receive) -> Receive:
    """A body that has been read already, for the app to read it once more."""
    read = False

    async def again() -> Message:
        nonlocal read
        if read:
            return await receive()
        read = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _refusal(key: str, digest: str, known: KeptAnswer) -> RequestError | InWork | None:
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


async def _replay(known: KeptAnswer, send: Send) -> None:
    start = {**known.messages[0], "headers": list(known.messages[0]["headers"])}
    headers = MutableHeaders(raw=start["headers"])
    headers["idempotent-replayed"] = "true"
    await send(start)
    for message in known.messages[1:]:
        await send(message)
