"""A model that reads turns, judged beside the rules."""

from __future__ import annotations

import json

import pytest

from agent.backends.chat.scripted import ScriptedChat
from agent.backends.model_card import FEWEST, LONGEST_S
from agent.backends.protocols import Chat
from agent.evaluate.judge.turns import gold_turns, judge_reading
from agent.evaluate.understanding import gold_conditions

TURNS = tuple(
    turn for turn in gold_turns() if turn.text in ("must be suitable for a child of 12", "a red chair for reading")
)
FILMS, SHOP = (next(turn for turn in TURNS if turn.catalog == catalog) for catalog in ("films", "shop"))


def knows(chat: Chat) -> str:
    """What somebody answers who understands the turn about the child."""
    row = {"words": "suitable for a child of 12", "field": "age_limit", "op": "<=", "values": ["12"]}
    return json.dumps({"must": [row] if "Request: must be" in chat[-1].text else []})


def test_every_gold_turn_states_what_its_catalog_can_hold() -> None:
    assert len(gold_turns()) >= 36
    assert all(len(gold_conditions(turn)) >= len(turn.filters) for turn in gold_turns())


def test_a_model_that_understands_more_is_better() -> None:
    figures = judge_reading(ScriptedChat(knows), TURNS)
    assert (figures.n, figures.ours, figures.failed) == (2, 0.5, 0)
    assert figures.model >= figures.ours
    assert figures.seconds > 0


def test_an_answer_that_is_no_form_is_counted_and_leaves_the_turn_to_the_rules() -> None:
    done = list[int]()
    figures = judge_reading(ScriptedChat(lambda _: "I would say twelve."), TURNS, done.append)
    assert (figures.failed, figures.model, figures.ours) == (2, 0.5, 0.5)
    assert not figures.better()
    assert done == [1, 2]


def test_a_model_that_is_far_too_slow_is_not_tried_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LONGEST_S, "read", 1e-9)  # type: ignore[arg-type]
    figures = judge_reading(ScriptedChat(lambda _: '{"must": []}'))
    assert figures.n == FEWEST < len(gold_turns())
