"""Bounds of one call: what is refused never reaches the app whole, and places become free again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest
from starlette.types import Message, Receive, Scope, Send

from ui.guard import bounds
from ui.guard.bounds import Bounds
from ui.service.limits import Limits

App = Callable[[Scope, Receive, Send], Awaitable[None]]
OK: Message = {"type": "http.response.start", "status": 200, "headers": []}


@pytest.fixture(autouse=True)
def no_draining(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "DRAIN_S", 0.05)


def called(
    app: App, limits: Limits, body: list[bytes], headers: list[tuple[bytes, bytes]] | None = None
) -> list[Message]:
    """What a caller gets that sends a body in these parts, and then no more without having ended it."""
    coming, sent = [*body], list[Message]()

    async def receive() -> Message:
        if not coming:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": coming.pop(0), "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(Bounds(app, limits)({"type": "http", "headers": headers or []}, receive, send))
    return sent


def problem(sent: list[Message]) -> tuple[int, str]:
    return sent[0]["status"], json.loads(sent[1]["body"])["title"]


async def reads_all(_: Scope, receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body"):
        pass
    await send(OK)


async def never(_: Scope, __: Receive, ___: Send) -> None:
    pytest.fail("it was asked")


def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_read() -> None:
    sent = called(never, Limits(body_bytes=2**20), [], [(b"content-length", b"1048577")])
    assert problem(sent) == (413, "The body of the call is larger than 1 MiB.")
    assert (b"connection", b"close") in sent[0]["headers"]


def test_a_body_that_grows_too_large_is_refused_where_it_does() -> None:
    sent = called(reads_all, Limits(body_bytes=5), [b"abc", b"def"])
    assert problem(sent)[0] == 413


def test_a_body_that_comes_on_but_never_ends_is_given_up_after_its_whole_time() -> None:
    async def drips(scope: Scope, receive: Receive, send: Send) -> None:
        async def slowly() -> Message:
            await asyncio.sleep(0.02)
            return await receive()

        await reads_all(scope, slowly, send)

    sent = called(drips, Limits(body_s=0.1, body_idle_s=5.0), [b"x"] * 1000)
    assert problem(sent) == (408, "The body of the call did not come within 0.1 seconds.")


def test_an_answer_that_has_begun_is_not_replaced_by_a_refusal() -> None:
    async def answers_first(scope: Scope, receive: Receive, send: Send) -> None:
        await send(OK)
        await reads_all(scope, receive, send)

    sent = called(answers_first, Limits(body_bytes=2), [b"abc"])
    assert [message["status"] for message in sent] == [200]


def test_a_place_is_free_again_also_after_a_call_that_broke() -> None:
    async def breaks(_: Scope, __: Receive, ___: Send) -> None:
        raise ValueError

    async def story() -> list[int]:
        sent: list[Message] = []
        guarded = Bounds(breaks, Limits(calls=1))

        async def receive() -> Message:
            return {"type": "http.request"}

        async def send(message: Message) -> None:
            sent.append(message)

        for _ in range(3):
            with pytest.raises(ValueError):  # noqa: PT011 - it is the app's own
                await guarded({"type": "http", "headers": []}, receive, send)
        return [message["status"] for message in sent]

    assert asyncio.run(story()) == []
