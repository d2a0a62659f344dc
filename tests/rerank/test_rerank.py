"""Rerank: the model's opinion is bounded, and no bad number of its breaks the list."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.backends.chat.scripted import ScriptedChat
from agent.config import AgentConfig
from agent.errors import ModelError
from agent.rerank.blend import blend, bounded_order
from agent.rerank.rerank import rerank
from agent.rerank.scored import Scored, unranked
from retrieval.candidates import Candidate
from tests.support.shelf import SCHEMA, candidate, numbered

shares = st.floats(0, 1)
likelihoods = st.one_of(st.floats(-100, 0), st.sampled_from([math.nan, math.inf, -math.inf]))


def candidates(scores: Sequence[float]) -> list[Candidate]:
    return [candidate(item, score) for item, score in zip(numbered(len(scores)), scores, strict=True)]


def by_number(chat: object, _: str) -> float:
    """The later an item stands, the likelier the request."""
    text = chat[-1].text  # type: ignore[index]
    return float(text.split("Thing ")[1].split("\n")[0]) - 50


def reranked(scores: Sequence[float], model: ScriptedChat, **settings_: float) -> list[Scored]:
    config = AgentConfig.model_construct(**{"n_rerank": 20, "rerank_weight": 0.5, "max_shift": 3, **settings_})
    return rerank(candidates(scores), "a thing", model, SCHEMA, config)


def names(found: Sequence[Scored]) -> list[str]:
    return [scored.candidate.item.id for scored in found]


@settings(deadline=None)
@given(st.lists(st.tuples(shares, likelihoods), min_size=1, max_size=20), shares)
def test_a_blend_lies_between_its_parts_whatever_the_model_gives(
    pairs: list[tuple[float, float]], weight: float
) -> None:
    retrieval, found = [one for one, _ in pairs], [one for _, one in pairs]
    for before, mixed in zip(retrieval, blend(retrieval, found, weight), strict=True):
        assert (1 - weight) * before - 1e-9 <= mixed <= (1 - weight) * before + weight + 1e-9


def test_a_blend_is_weighted_as_told() -> None:
    assert blend([0.8, 0.4, 0.2], [-3, -1, -2], 0.25) == pytest.approx([0.6, 0.3 + 0.25, 0.15 + 0.125])
    assert blend([0.8, 0.4], [-3, -1], 0) == [0.8, 0.4]
    assert blend([0.8, 0.4], [-3, -1], 1) == [0, 1]


def test_a_likelihood_that_is_no_number_counts_as_the_mean_of_the_others() -> None:
    assert blend([0, 0, 0], [-3, math.nan, -1], 1) == pytest.approx([0, 0.5, 1])
    assert blend([0, 0, 0, 0], [-4, -1, -1, -math.inf], 1) == pytest.approx([0, 1, 1, 2 / 3])
    assert blend([0.4, 0.2], [math.nan, -math.inf], 0.5) == pytest.approx([0.45, 0.35])


@settings(deadline=None)
@given(st.lists(st.floats(-5, 5) | st.sampled_from([0.0, 1.0]), max_size=25), st.integers(0, 8))
def test_nobody_moves_further_than_allowed(scores: list[float], max_shift: int) -> None:
    order = bounded_order(scores, max_shift)
    assert sorted(order) == list(range(len(scores)))
    assert all(abs(place - at) <= max_shift for place, at in enumerate(order))


@settings(deadline=None)
@given(st.lists(st.floats(-5, 5) | st.sampled_from([0.0, 1.0]), max_size=25))
def test_with_room_enough_the_order_is_that_of_the_scores_and_without_any_it_stays(scores: list[float]) -> None:
    assert bounded_order(scores, len(scores)) == sorted(range(len(scores)), key=lambda at: -scores[at])
    assert bounded_order(scores, 0) == list(range(len(scores)))


def test_the_best_rises_as_far_as_it_may() -> None:
    assert bounded_order([0.5, 0.4, 0.3, 0.2, 0.9], 2) == [0, 1, 4, 2, 3]


def test_the_model_moves_items_and_the_scores_stay_sorted() -> None:
    model = ScriptedChat(score=by_number)
    found = reranked([0.9, 0.8, 0.7, 0.6, 0.5], model)
    assert names(found) != ["0", "1", "2", "3", "4"]
    scores = [scored.score for scored in found]
    assert scores == sorted(scores, reverse=True)
    assert all(scored.retrieval_rank == int(scored.candidate.item.id) + 1 for scored in found)
    assert all(scored.likelihood == int(scored.candidate.item.id) - 50 for scored in found)


def test_the_model_is_asked_once_for_all_items_about_the_words_of_the_request() -> None:
    model = ScriptedChat(score=by_number)
    rerank(candidates([0.5] * 4), "w" * 900, model, SCHEMA, AgentConfig.model_construct())
    (call,) = model.calls
    assert (call.method, len(call.chats)) == ("score", 4)
    assert set(call.continuations) == {"w" * 400}
    assert "Thing 2" in call.chats[2][-1].text


@settings(deadline=None, max_examples=50)
@given(st.lists(shares, max_size=12), st.integers(0, 12), shares, st.integers(0, 4), st.data())
def test_the_list_stays_whole_and_sorted_and_the_rest_stays_behind(
    scores: list[float], n_rerank: int, weight: float, max_shift: int, data: st.DataObject
) -> None:
    scores = sorted(scores, reverse=True)
    model = ScriptedChat(score=lambda *_: data.draw(likelihoods))
    found = reranked(scores, model, n_rerank=n_rerank, rerank_weight=weight, max_shift=max_shift)
    assert sorted(names(found), key=int) == names(unranked(candidates(scores)))
    assert names(found)[n_rerank:] == names(unranked(candidates(scores)))[n_rerank:]
    values = [scored.score for scored in found]
    assert values == sorted(values, reverse=True)
    assert all(0 <= value <= 1 for value in values)
    assert all(scored.likelihood is None or math.isfinite(scored.likelihood) for scored in found)
    assert all(abs(place - scored.retrieval_rank) <= max_shift for place, scored in enumerate(found, start=1))


def test_a_model_that_fails_says_so() -> None:
    def fail(*_: object) -> float:
        raise ModelError("The model ran out of memory.", "Use a smaller one.")

    with pytest.raises(ModelError, match="out of memory"):
        reranked([0.5, 0.4], ScriptedChat(score=fail))


def test_without_a_model_the_list_is_as_retrieval_ordered_it() -> None:
    found = unranked(candidates([0.9, 0.5]))
    assert [(one.score, one.retrieval_rank, one.likelihood) for one in found] == [(0.9, 1, None), (0.5, 2, None)]
