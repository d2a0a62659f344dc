"""Posts under a key: done once, also when they come at the same moment."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from ui.api import idempotency
from ui.api.idempotency import IdempotentPosts, KeptAnswers

Answer = tuple[int, dict[str, str], bytes]
OUT = {"who opted out"}


class Counting:
    """An app that answers with how often it was asked, as soon as it may."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.asked = 0
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        await receive()
        await self.may_answer.wait()
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": str(self.asked).encode()})


async def post(app: IdempotentPosts, key: str | None, body: bytes = b"{}", path: str = "/v1/feedback") -> Answer:
    headers = [(b"idempotency-key", key.encode())] if key else []
    scope = {"type": "http", "method": "POST", "path": path, "headers": headers}
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, b"".join(message.get("body", b"") for message in sent[1:])


def run(
    story: Callable[[Counting, IdempotentPosts], Awaitable[Any]],
    status: int = 200,
    answers: KeptAnswers | None = None,
) -> Any:
    async def told() -> Any:
        counting = Counting(status)
        return await story(counting, IdempotentPosts(counting, answers or KeptAnswers(), OUT.__contains__))

    return asyncio.run(told())


def test_a_call_that_comes_while_the_first_is_in_work_is_told_so() -> None:
    async def story(counting: Counting, app: IdempotentPosts) -> tuple[Answer, Answer, Answer]:
        counting.may_answer.clear()
        first = asyncio.create_task(post(app, "a"))
        while not counting.asked:
            await asyncio.sleep(0.01)
        meanwhile = await post(app, "a")
        counting.may_answer.set()
        return meanwhile, await first, await post(app, "a")

    meanwhile, first, again = run(story)
    assert meanwhile[0] == 409
    assert json.loads(meanwhile[2])["type"] == "urn:tastemaker:InWork"
    assert (first[0], first[2]) == (200, b"1")
    assert again[2] == b"1"


def test_keys_count_for_one_path_and_calls_without_one_are_never_kept() -> None:
    async def story(counting: Counting, app: IdempotentPosts) -> list[bytes]:
        return [(await post(app, key, path=path))[2] for key, path in calls]

    calls = [("a", "/v1/x"), ("a", "/v1/y"), ("a", "/v1/x"), (None, "/v1/x"), (None, "/v1/x"), ("a", "/page")]
    assert run(story) == [b"1", b"2", b"1", b"3", b"4", b"5"]


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_failure_that_may_pass_is_tried_again(status: int) -> None:
    async def story(counting: Counting, app: IdempotentPosts) -> bytes:
        await post(app, "a")
        return (await post(app, "a"))[2]

    assert run(story, status) == b"2"


def test_only_so_many_answers_are_kept_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(counting: Counting, app: IdempotentPosts) -> list[bytes]:
        found = [(await post(app, key))[2] for key in ("a", "b", "c", "a", "c")]
        monkeypatch.setattr(idempotency, "KEEP_S", -1.0)
        return [*found, (await post(app, "c"))[2]]

    monkeypatch.setattr(idempotency, "MOST_ANSWERS", 2)
    assert run(story) == [b"1", b"2", b"3", b"4", b"3", b"5"]


def of(user: object) -> bytes:
    return json.dumps({"user": user, "item_id": "1"}).encode()


def test_an_answer_to_a_call_about_somebody_goes_with_them_and_with_nobody_else() -> None:
    answers = KeptAnswers()

    async def story(counting: Counting, app: IdempotentPosts) -> list[bytes]:
        calls = [("a", of("ada")), ("b", of("bob")), ("n", of(7)), ("x", b"[" * 10_000), ("y", b"\xff")]
        first = [(await post(app, key, body))[2] for key, body in calls]
        assert answers.forget("ada") == 1
        return first + [(await post(app, key, body))[2] for key, body in calls]

    assert run(story, answers=answers) == [b"1", b"2", b"3", b"4", b"5", b"6", b"2", b"3", b"4", b"5"]


def test_an_answer_that_is_made_while_somebody_is_forgotten_is_not_kept_behind_them() -> None:
    answers = KeptAnswers()

    async def story(counting: Counting, app: IdempotentPosts) -> list[bytes]:
        counting.may_answer.clear()
        first = asyncio.create_task(post(app, "a", of("ada")))
        while not counting.asked:
            await asyncio.sleep(0.01)
        assert answers.forget("ada") == 1
        second = asyncio.create_task(post(app, "a", of("ada")))
        while counting.asked < 2:
            await asyncio.sleep(0.01)
        counting.may_answer.set()
        await first
        await second
        return [(await post(app, "a", of("ada")))[2]]

    assert run(story, answers=answers) == [b"2"]


def test_of_somebody_who_opted_out_no_answer_is_kept() -> None:
    async def story(counting: Counting, app: IdempotentPosts) -> list[bytes]:
        return [(await post(app, "a", of("who opted out")))[2] for _ in range(2)]

    assert run(story) == [b"1", b"2"]
