"""Relevance feedback: what a conversation knows becomes a taste, and rules items out but never too many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.config import AgentConfig
from agent.dialogue.merging import empty_turn
from agent.dialogue.relevance_feedback import LEAST_LEFT, hidden_rows, ruled_out, steered
from agent.dialogue.state import Bound, State
from agent.dialogue.step import Step
from agent.people.taste import NO_TASTE, Taste
from agent.recommender import RecommendationAgent
from agent.understand import Vocabulary
from agent.understand.measures import QUALITY, Measures
from retrieval.items import Item
from tests.support.shelf import SCHEMA, WordEncoder, snapshot, word_models
from tests.support.worded import worded_agent

COLOURS = ("red", "blue", "green", "white")
ITEMS = [Item(str(at), f"{COLOURS[at % 4]} boat {at}", price=float(at)) for at in range(20)]
VECTORS = WordEncoder().encode([item.title for item in ITEMS])
MODELS = word_models(AgentConfig(llm="none"))
ALL = np.arange(len(ITEMS))


def measures_of(**vectors: np.ndarray) -> Measures:
    return Measures(snapshot(ITEMS, vectors), Vocabulary.build(SCHEMA, ITEMS), MODELS)


MEASURES = measures_of(text=VECTORS)


def bound(op: str, value: float, measure: str = "price", *, strict: bool = False) -> Bound:
    return Bound(measure, op, value, "said", strict)  # type: ignore[arg-type]  # one of the two


def taste(state: State, *, wordless: bool = False, before: Taste = NO_TASTE, hidden: Any = ()) -> Taste:
    return steered(before, state, MODELS, MEASURES, wordless=wordless, hidden=np.array(hidden, dtype=np.intp))


def likeness(moved: Taste, text: str) -> float:
    return float((moved.profile["text"] @ WordEncoder().encode([text]).T)[0, 0])


def test_what_is_on_the_wrong_side_is_ruled_out() -> None:
    assert ruled_out([bound("<", 10.0)], ALL, MEASURES, 2).tolist() == list(range(10, 20))
    assert ruled_out([bound(">", 10.0)], ALL, MEASURES, 2).tolist() == list(range(11))
    assert ruled_out([], ALL, MEASURES, 2).tolist() == []


@given(st.sampled_from("<>"), st.floats(-5, 25), st.integers(1, 4), st.sets(st.integers(0, 19), min_size=1))
def test_criticism_leaves_enough_of_what_may_be_shown(op: str, value: float, k: int, allowed: set[int]) -> None:
    rows = np.array(sorted(allowed))
    left = np.setdiff1d(ALL, ruled_out([bound(op, value)], rows, MEASURES, k))
    assert set(left) <= allowed
    assert len(left) >= min(len(allowed), LEAST_LEFT * k)


def test_where_too_little_is_left_what_is_nearest_is_taken_in() -> None:
    out = ruled_out([bound("<", 1.0)], ALL, MEASURES, 2)
    assert np.setdiff1d(ALL, out).tolist() == [0, 1, 2, 3]


def test_strict_criticism_may_leave_nothing() -> None:
    assert ruled_out([bound("<", 0.0, strict=True)], ALL, MEASURES, 2).tolist() == ALL.tolist()


def test_what_is_measured_goes_before_what_is_likened() -> None:
    alike = bound(">", 0.99, f"{QUALITY}red")
    left = np.setdiff1d(ALL, ruled_out([alike, bound("<", 8.0)], ALL, MEASURES, 1))
    assert (left < 8).all()
    assert {ITEMS[row].title.split()[0] for row in left} == {"red"}


def test_an_item_that_does_not_tell_goes_last() -> None:
    items = [*ITEMS, Item("20", "boat without a price")]
    measures = Measures(snapshot(items), Vocabulary.build(SCHEMA, items), MODELS)
    assert 20 in ruled_out([bound("<", 100.0)], np.arange(21), measures, 2)


def test_praise_draws_towards_an_item_and_refusal_away_from_it() -> None:
    liked, refused = taste(State(liked=("0",))), taste(State(liked=("0",), disliked=("1",)))
    assert likeness(liked, "red boat") > likeness(liked, "blue boat")
    assert likeness(refused, "blue boat") < likeness(liked, "blue boat")
    assert liked.history is not None
    assert liked.history.rows.tolist() == [0]
    assert refused.history is not None
    assert refused.history.weights.tolist() == [1.0, -0.5]


def test_words_that_are_not_wanted_push_away() -> None:
    assert likeness(taste(State(against=("blue",))), "blue boat") < 0


def test_what_was_known_before_is_moved_and_not_forgotten() -> None:
    known = replace(NO_TASTE, profile={"text": WordEncoder().encode(["lamp"])}, hidden=np.array([7]))
    moved = taste(State(liked=("0",)), before=known, hidden=[3])
    assert likeness(moved, "lamp") > 0.3
    assert likeness(moved, "red boat") > 0.3
    assert moved.hidden.tolist() == [3, 7]


def test_with_nothing_else_to_go_by_what_is_liked_is_not_shown_back() -> None:
    assert taste(State(liked=("0",)), wordless=True).hidden.tolist() == [0]
    assert taste(State(liked=("0",))).hidden.tolist() == []


def test_items_that_are_gone_count_for_nothing() -> None:
    moved = taste(State(liked=("gone",)))
    assert (moved.history, dict(moved.profile)) == (None, {})


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    with worded_agent(tmp_path_factory.mktemp("steered") / "w", ITEMS) as opened:
        yield opened


def hidden(agent: RecommendationAgent, state: State, words: str = "more", k: int = 2) -> list[int]:
    understood = empty_turn("en")
    return hidden_rows(agent.pipeline, Step(words, state, understood), understood, k).tolist()


def test_what_is_barred_or_owned_is_hidden_unless_it_is_asked_for_by_its_name(agent: RecommendationAgent) -> None:
    assert hidden(agent, State(barred=("1", "gone"), owned=("2",))) == [1, 2]
    assert hidden(agent, State(barred=("1", "2")), "show me green boat 2") == [1]


def test_what_was_merely_shown_may_be_shown_again(agent: RecommendationAgent) -> None:
    assert hidden(agent, State(shown=("1", "2"), last=("1", "2"))) == []


def test_criticism_hides_too_and_counts_only_what_may_still_be_shown(agent: RecommendationAgent) -> None:
    state = State(barred=("0", "1"), bounds=(bound("<", 4.0),))
    assert hidden(agent, state, k=1) == [0, 1, *range(4, 20)]
    assert hidden(agent, state, k=2) == [0, 1, *range(6, 20)]
