"""Calls that belong together: none is waited for longer than the turn can wait, and none goes on behind it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from agent.backends.budget import Budget
from agent.backends.chat.endpoint_calls import ModelServer, gather, interleave
from agent.backends.chat.endpoint_http import Connection, Patience
from agent.backends.chat.scripted import ScriptedChat
from agent.errors import ModelError, ServerFailed
from tests.support import openai_server as faults
from tests.support.openai_server import MODEL, OpenAiServer, serving
from tests.support.patience import PATIENCE_S

PATIENT = Patience(silence_s=PATIENCE_S, total_s=PATIENCE_S)


@pytest.fixture
def running() -> Iterator[OpenAiServer]:
    with serving(ScriptedChat(lambda _: "Yes.")) as running:
        yield running


@pytest.fixture
def server(running: OpenAiServer) -> ModelServer:
    return ModelServer(running.url, "NO_KEY", PATIENT)


def models(connection: Connection, path: str) -> Any:
    return connection.get(path)


def no_calls_left() -> bool:
    deadline = time.monotonic() + PATIENCE_S / 2
    while any(thread.name.startswith("endpoint") for thread in threading.enumerate()):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def test_results_come_in_the_order_of_the_rows(server: ModelServer) -> None:
    first, second = gather(server, Budget(), models, ["models", "models/"])
    assert first == second
    assert first["data"][0]["id"] == MODEL
    assert no_calls_left()


@pytest.mark.parametrize("fault", [faults.mute, faults.dribbling_headers, faults.dripping])
def test_what_is_not_answered_in_time_is_ended_on_the_spot(
    running: OpenAiServer, server: ModelServer, fault: faults.Fault
) -> None:
    running.faults += [fault] * 9
    budget = Budget(silence_s=0.2, whole_s=PATIENCE_S)
    with pytest.raises(ServerFailed, match=r"sent nothing for|instead of application/json"):
        gather(server, budget, models, ["models"] * 6)
    assert no_calls_left()
    n_asked = len(running.asked)
    with pytest.raises(ServerFailed, match=r"sent nothing for|instead of application/json"):
        gather(server, budget, models, ["models"])
    assert len(running.asked) == n_asked  # in this turn it is not asked again


def test_what_drips_ends_with_the_whole_of_the_budget(running: OpenAiServer, server: ModelServer) -> None:
    running.faults += [faults.dripping] * 9

    def pieces(connection: Connection, _: int) -> Any:
        yield from (str(event) for event in connection.stream("chat/completions", {"model": MODEL}))

    budget, come = Budget(silence_s=PATIENCE_S, whole_s=0.5), list[str]()
    with pytest.raises(ServerFailed, match=r"was not done after 0\.5 s"):
        come.extend(piece for _, piece in interleave(server, budget, pieces, [0, 1]))
    assert come
    assert no_calls_left()


def test_a_refusal_is_no_failure_of_the_server(running: OpenAiServer, server: ModelServer) -> None:
    running.faults += [faults.status(401)] * 9
    for _ in range(5):
        with pytest.raises(ModelError, match="status 401"):
            gather(server, Budget(), models, ["models"])
    assert server.breaker.standing == ""


def test_a_reader_who_has_enough_leaves_a_server_in_good_standing(running: OpenAiServer, server: ModelServer) -> None:
    for _ in range(2):
        server.breaker.fail("It was down.")
    running.faults += [faults.dripping]
    events = interleave(server, Budget(), lambda c, _: (str(e) for e in c.stream("chat/completions", {})), [0])
    next(events)
    events.close()  # type: ignore[attr-defined]
    server.breaker.fail("It was down.")
    assert server.breaker.standing == ""
    assert no_calls_left()
