"""What one person and one address may say of items in a while, by every way in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from mcp.server.mcpserver.exceptions import ToolError

from tests.support.apishelf import OpenService
from ui.errors.refusals import TooOften
from ui.mcp.tools import Tools
from ui.service import allowance
from ui.service.allowance import WINDOW_S, Allowance
from ui.service.thumbnails import Thumbnails

FEW = 5


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    set_by_hand = Clock()
    monkeypatch.setattr(allowance, "time", set_by_hand)
    return set_by_hand


@pytest.fixture
def strict(shop: OpenService) -> Iterator[OpenService]:
    before, shop.allowance = shop.allowance, Allowance(FEW, 2 * FEW)
    yield shop
    shop.allowance = before
    shop.agent.forget_user("ada")


def test_a_person_may_say_so_much_and_no_more(clock: Clock) -> None:
    allowed = Allowance(FEW, 100)
    for _ in range(FEW):
        allowed.take("ada", "10.0.0.1")
    with pytest.raises(TooOften) as refused:
        allowed.take("ada", "10.0.0.1")
    assert refused.value.retry_after_s == WINDOW_S / FEW
    allowed.take("bob", "10.0.0.1")
    clock.now += refused.value.retry_after_s
    allowed.take("ada", "10.0.0.1")
    with pytest.raises(TooOften):
        allowed.take("ada", "10.0.0.2")


def test_made_up_people_at_one_address_share_what_it_may_say(clock: Clock) -> None:
    allowed = Allowance(FEW, 20)
    for number in range(20):
        allowed.take(f"made up {number}", "10.0.0.1")
    with pytest.raises(TooOften, match="address"):
        allowed.take("made up 20", "10.0.0.1")
    allowed.take("made up 20", "10.0.0.2")


def test_what_is_refused_is_not_counted(clock: Clock) -> None:
    allowed = Allowance(FEW, 2 * FEW)
    for _ in range(3 * FEW):
        with suppress(TooOften):
            allowed.take("ada", "10.0.0.1")
    for _ in range(FEW):
        allowed.take("bob", "10.0.0.1")


@given(st.lists(st.floats(0, 3 * WINDOW_S), max_size=60))
def test_within_no_window_anybody_says_more_than_twice_as_much(times: list[float]) -> None:
    clock, allowed = Clock(), Allowance(FEW, 1_000)
    taken = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(allowance, "time", clock)
        for clock.now in sorted(times):
            try:
                allowed.take("ada")
            except TooOften:
                continue
            taken.append(clock.now)
    assert all(sum(at <= other < at + WINDOW_S for other in taken) <= 2 * FEW for at in taken)


def test_no_more_callers_are_remembered_than_there_is_room_for(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "MOST_CALLERS", 10)
    allowed = Allowance(FEW, 100)
    for number in range(50):
        allowed.take(f"person {number}")
    assert len(allowed._full_s) == 10
    assert not any(b"person" in key for key in allowed._full_s)


def test_over_http_too_much_is_a_429_that_says_when_to_come_again(strict: OpenService, programs: TestClient) -> None:
    word = {"user": "ada", "item_id": "1", "kind": "like"}
    assert [programs.post("/v1/feedback", json=word).status_code for _ in range(FEW)] == [200] * FEW
    refused = programs.post("/v1/feedback", json=word)
    assert (refused.status_code, refused.json()["type"]) == (429, "urn:tastemaker:TooOften")
    assert 0 < int(refused.headers["retry-after"]) <= WINDOW_S / FEW
    assert programs.get("/v1/users/ada").json()["n_events"] == FEW


def test_over_mcp_too_much_is_refused_in_the_same_words(strict: OpenService) -> None:
    ctx: Any = SimpleNamespace(request_context=SimpleNamespace(request=SimpleNamespace(client=None)))
    tools = Tools(strict, Thumbnails())
    for _ in range(FEW):
        asyncio.run(tools.record_feedback(ctx, "ada", "2", "like"))
    with pytest.raises(ToolError, match=r"in an hour: 5 times\. Say it again in \d+ seconds"):
        asyncio.run(tools.record_feedback(ctx, "ada", "2", "like"))


def test_what_the_operator_does_by_python_is_not_counted(strict: OpenService) -> None:
    for _ in range(3 * FEW):
        assert strict.agent.feedback("ada", "1", "view").stored
