"""Chat completions without a client library: what a front end gets before, in and after an answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent.answers import UserTurn
from tests.support.apishelf import OpenService
from ui.api.openai.completions import ChatCall
from ui.service.chat_history import Histories
from ui.service.markdown import AnswerText

CHAT = {"model": "tastemaker", "messages": [{"role": "user", "content": "a chair"}]}


def pieces(text: str) -> list[dict[str, Any]]:
    return [json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith("data: {")]


@pytest.fixture(autouse=True)
def fresh_histories(shop: OpenService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shop, "histories", Histories())


def test_another_model_is_not_there_whether_it_is_looked_for_or_asked(programs: TestClient) -> None:
    for answer in (
        programs.get("/v1/models/gpt-9"),
        programs.post("/v1/chat/completions", json=CHAT | {"model": "gpt-9"}),
    ):
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "model_not_found"
        assert "Ask for 'tastemaker'." in answer.json()["error"]["message"]


def test_how_much_was_used_is_told_at_the_end_of_a_stream_only_where_that_is_asked(programs: TestClient) -> None:
    plain = pieces(programs.post("/v1/chat/completions", json=CHAT | {"stream": True}).text)
    assert not any("usage" in piece for piece in plain)
    asked = CHAT | {"stream": True, "stream_options": {"include_usage": True}}
    *others, last = pieces(programs.post("/v1/chat/completions", json=asked).text)
    assert last["usage"]["prompt_tokens"] == 2
    assert not any("usage" in piece for piece in others)


def test_what_fails_before_the_first_step_has_a_status_of_its_own_also_in_a_stream(programs: TestClient) -> None:
    empty = {**CHAT, "messages": [{"role": "user", "content": " "}], "stream": True}
    answer = programs.post("/v1/chat/completions", json=empty)
    assert answer.status_code == 400
    assert "empty" in answer.json()["error"]["message"]


def test_an_answer_is_remembered_once_it_is_whole_and_not_before(shop: OpenService) -> None:
    turn = UserTurn("a chair", k=1)
    call = ChatCall(shop, None, [], turn, AnswerText(turn.text, "http://here"))
    assert call.data() == {}
    events = call.events()
    next(events)
    assert shop.histories.n_kept == 0
    list(events)
    assert shop.histories.n_kept == 1
    assert call.data()["recommendations"]


def test_an_answer_that_its_reader_left_is_not_remembered(shop: OpenService) -> None:
    turn = UserTurn("a chair", k=1)
    events = ChatCall(shop, None, [], turn, AnswerText(turn.text, "http://here")).events()
    next(events)
    events.close()  # type: ignore[attr-defined]
    assert shop.histories.n_kept == 0
