"""What counted: parts that add up to the score of a shown item, and are never below zero where they helped."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.config import AgentConfig
from agent.explain.contributions import contributions, percentages
from agent.explain.counterfactual import CounterfactualRanker
from agent.rerank.blend import reorder
from agent.rerank.scored import Scored, unranked
from retrieval.candidates import Candidate
from retrieval.channels.registry import absolute_channels
from retrieval.fusion import Fusion
from retrieval.fusion.catalogue import TRAINING_FREE, make
from retrieval.fusion.held_back import HeldBack
from tests.support.shelf import numbered, pool, snapshot, units

N = 10
WEIGHTS = {"text": 0.3, "visual": 0.2, "lexical": 0.2, "collaborative": 0.2, "popularity": 0.1}
ITEMS = numbered(N)
SNAPSHOT = snapshot(ITEMS, {"text": units(N)})
ASPECT = {
    "text": "meaning",
    "visual": "picture",
    "lexical": "words",
    "collaborative": "people",
    "popularity": "popularity",
}
scores = st.lists(st.one_of(st.just(math.nan), st.floats(0, 1)), min_size=N, max_size=N).map(np.array)
channels = st.dictionaries(st.sampled_from(sorted(WEIGHTS)), scores, min_size=1)
likelihoods = st.dictionaries(st.integers(0, N - 1), st.floats(-9, 0))
unwanted = st.lists(st.integers(0, N - 1), unique=True)


def ranker_of(
    channel_scores: Mapping[str, np.ndarray],
    fusion: str = "weighted",
    known: Mapping[int, float] | None = None,
    held_back: list[int] | None = None,
) -> CounterfactualRanker:
    made: Fusion = make(fusion, WEIGHTS, absolute_channels())
    if held_back:
        made = HeldBack(made, np.array(held_back, dtype=np.intp))
    config = AgentConfig(diversity=0.0, n_rerank=6, rerank_weight=0.3, max_shift=2)
    return CounterfactualRanker(pool(channel_scores), made, SNAPSHOT, config, N, known or {})


def shown(ranker: CounterfactualRanker) -> list[Scored]:
    """The list of a ranker, made by the steps of the agent."""
    fused = ranker.fusion(ranker.pool)
    order = np.argsort(-fused, kind="stable")
    ranked = unranked([Candidate(ITEMS[row], int(row), float(fused[row]), {}) for row in order])
    if not ranker.likelihoods:
        return ranked
    asked = [ranker.likelihoods.get(int(row), math.nan) for row in order[: ranker.config.n_rerank]]
    places, blended = reorder([scored.score for scored in ranked], asked, ranker.config)
    return [replace(ranked[at], score=score) for at, score in zip(places, blended, strict=True)]


def parts_of(ranker: CounterfactualRanker, row: int) -> Mapping[str, float]:
    scored = next(scored for scored in shown(ranker) if scored.candidate.row == row)
    ((_, parts),) = contributions([scored], ranker)
    return defaultdict(float, {name: part.score for name, part in parts.items()})


@pytest.mark.parametrize("fusion", TRAINING_FREE)
@settings(deadline=None, max_examples=60)
@given(channels, likelihoods, unwanted)
def test_base_and_parts_sum_to_the_score_that_is_shown(
    fusion: str, channel_scores: dict[str, np.ndarray], known: dict[int, float], held_back: list[int]
) -> None:
    ranker = ranker_of(channel_scores, fusion, known, held_back)
    chosen = shown(ranker)
    for scored, (base, parts) in zip(chosen, contributions(chosen, ranker), strict=True):
        assert base + sum(part.score for part in parts.values()) == pytest.approx(scored.score, abs=1e-6)
        shares = [part.share for part in parts.values()]
        assert sum(shares) in (0, 100)
        assert all(part.share == 0 for part in parts.values() if part.score <= 0)
        assert [part.score for part in parts.values()] == sorted((part.score for part in parts.values()), reverse=True)


@pytest.mark.parametrize("fusion", ["weighted", "rrf", "combsum", "borda"])
@settings(deadline=None, max_examples=60)
@given(channels, st.integers(0, N - 1))
def test_what_counted_for_an_item_is_what_it_would_miss(
    fusion: str, channel_scores: dict[str, np.ndarray], row: int
) -> None:
    ranker = ranker_of(channel_scores, fusion)
    parts = parts_of(ranker, row)
    for name, values in channel_scores.items():
        lacking = np.where(np.arange(N) == row, np.nan, values)
        without = ranker_of({**channel_scores, name: lacking}, fusion)
        lost = float(ranker.fusion(ranker.pool)[row] - without.fusion(without.pool)[row])
        if lost >= 0:  # to know nothing of it would not help
            assert parts[ASPECT[name]] >= -1e-9
        if parts[ASPECT[name]] < -1e-6:
            assert lost < 0


@settings(deadline=None, max_examples=40)
@given(channels, st.integers(0, N - 1))
def test_what_an_item_lacks_counts_neither_for_nor_against_it(channel_scores: dict[str, np.ndarray], row: int) -> None:
    pictures = np.where(np.arange(N) == row, np.nan, channel_scores.get("visual", np.arange(N) / N))
    for fusion in ("weighted", "rrf", "combsum"):
        parts = parts_of(ranker_of({**channel_scores, "visual": pictures}, fusion), row)
        assert parts["picture"] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("fusion", [name for name in TRAINING_FREE if name not in ("concat", "cascade")])
@settings(deadline=None, max_examples=40)
@given(scores, channels, st.integers(0, N - 1))
def test_channels_that_say_the_same_with_the_same_weight_count_the_same(
    fusion: str, values: np.ndarray, others: dict[str, np.ndarray], row: int
) -> None:
    others.pop("popularity", None)  # where modalities are ranked it would speak together with what people chose
    parts = parts_of(ranker_of({**others, "visual": values, "collaborative": values}, fusion), row)
    assert parts["picture"] == pytest.approx(parts["people"] + parts["behaviour"])


def test_an_item_without_a_picture_and_one_with_the_best() -> None:
    ranker = ranker_of({"text": np.linspace(1, 0, N), "visual": np.array([math.nan, 1.0, *[0.5] * (N - 2)])})
    first, second = parts_of(ranker, 0), parts_of(ranker, 1)
    assert first["picture"] == pytest.approx(0)
    assert first["meaning"] > 0
    assert second["picture"] == max(second.values())


def test_the_opinion_of_the_model_counts_from_its_mean_and_its_bounds_are_told_apart() -> None:
    values = np.linspace(1, 0, N)
    known = dict.fromkeys(range(6), -5.0) | {0: -9.0, 5: -1.0}
    ranker = ranker_of({"text": values}, known=known)
    assert parts_of(ranker, 0)["model"] == pytest.approx(-0.3 * 0.5)
    assert parts_of(ranker, 5)["model"] == pytest.approx(0.3 * 0.5)
    chosen = shown(ranker)
    for scored, (_, parts) in zip(chosen, contributions(chosen, ranker), strict=True):
        assert ("model" in parts) <= (scored.candidate.row < 6)


def test_what_is_like_the_unwanted_loses_by_that() -> None:
    ranker = ranker_of({"text": np.linspace(1, 0, N)}, held_back=[1])
    parts = parts_of(ranker, 1)
    assert parts["unwanted"] == pytest.approx(-0.3 * 8 / 9)
    assert parts["meaning"] > 0
    assert "unwanted" not in parts_of(ranker, 0)


def test_with_nothing_to_explain_nothing_is_explained() -> None:
    assert contributions([], ranker_of({"text": np.linspace(1, 0, N)})) == []


@given(st.dictionaries(st.text(max_size=3), st.floats(-1, 1), max_size=7))
def test_percentages_sum_to_a_hundred_of_what_helped(values: dict[str, float]) -> None:
    shares = percentages(values)
    helped = {name: value for name, value in values.items() if value > 0}
    assert shares.keys() == values.keys()
    assert sum(shares.values()) == (100 if helped else 0)
    assert all(abs(shares[name] - 100 * value / sum(helped.values())) < 1 for name, value in helped.items())
    assert all(shares[name] == 0 for name in values.keys() - helped.keys())


def test_thirds_are_rounded_to_a_whole() -> None:
    assert sorted(percentages({"a": 0.1, "b": 0.1, "c": 0.1, "d": -0.5}).values()) == [0, 33, 33, 34]
