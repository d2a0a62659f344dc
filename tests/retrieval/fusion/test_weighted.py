"""Fusion: shares, missing scores, order."""

from __future__ import annotations

import math
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.channels.registry import default_weights
from retrieval.fusion import contributions
from retrieval.fusion.weighted import Weighted, min_max
from retrieval.query import RequestKind
from tests.support.shelf import pool

NAMES = ("text", "lexical", "visual")
ABSOLUTE = frozenset({"lexical"})
values = st.one_of(st.just(math.nan), st.floats(0, 1), st.sampled_from([0.0, 0.25, 1.0]))


@st.composite
def scored(draw: st.DrawFn, entries: st.SearchStrategy[float] = values) -> dict[str, np.ndarray]:
    """Scores of the same candidates in one to three channels."""
    n = draw(st.integers(1, 8))
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    return {name: np.array(draw(st.lists(entries, min_size=n, max_size=n))) for name in names}


weights = st.fixed_dictionaries({name: st.floats(0.01, 5) for name in NAMES})


def fused(fusion: Weighted, scores: dict[str, np.ndarray]) -> np.ndarray:
    return fusion(pool(scores))


@settings(deadline=None)
@given(scored(), weights)
def test_shares_sum_to_one_and_fused_scores_are_finite(scores: dict, given_: dict) -> None:
    fusion = Weighted(given_, ABSOLUTE)
    shares = fusion.shares(scores)
    assert set(shares) == set(scores)
    assert sum(shares.values()) == pytest.approx(1)
    found = fused(fusion, scores)
    assert np.isfinite(found).all()
    assert found.min() >= 0
    assert found.max() <= 1 + 1e-9


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), weights)
def test_fusing_a_list_with_itself_changes_nothing(scores: list[float], given_: dict) -> None:
    one = np.array(scores)
    found = fused(Weighted(given_), dict.fromkeys(NAMES, one))
    np.testing.assert_allclose(found, min_max(one), atol=1e-9)


@settings(deadline=None)
@given(scored(), weights, st.data())
def test_a_higher_score_never_costs_a_candidate_its_place(scores: dict, given_: dict, data: st.DataObject) -> None:
    fusion = Weighted(given_, ABSOLUTE)
    name = data.draw(st.sampled_from(sorted(scores)))
    known = np.flatnonzero(~np.isnan(scores[name]))
    if known.size == 0:
        return
    at = data.draw(st.sampled_from(known.tolist()))
    raised = {**scores, name: scores[name].copy()}
    raised[name][at] = data.draw(st.floats(scores[name][at], 1))
    before, after = fused(fusion, scores), fused(fusion, raised)
    assert ((after[at] - after) >= (before[at] - before) - 1e-9).all()


def test_a_missing_score_neither_helps_nor_harms() -> None:
    found = fused(Weighted({"text": 1.0}), {"text": np.array([0.0, 1.0, math.nan])})
    assert found.tolist() == [0.0, 1.0, 0.5]
    found = fused(Weighted({"lexical": 1.0}, ABSOLUTE), {"lexical": np.array([0.2, 0.4, math.nan])})
    assert found.tolist() == pytest.approx([0.2, 0.4, 0.3])


def test_a_channel_that_knows_no_candidate_adds_nothing() -> None:
    scores = {"text": np.array([0.1, 0.9]), "visual": np.array([math.nan, math.nan])}
    assert fused(Weighted({"text": 0.5, "visual": 0.5}), scores).tolist() == [0.0, 0.5]


def test_absolute_scores_are_taken_as_they_are_and_others_stretched() -> None:
    scores = {"text": np.array([0.2, 0.4]), "lexical": np.array([0.2, 0.4])}
    assert fused(Weighted({"text": 0.5, "lexical": 0.5}, ABSOLUTE), scores).tolist() == pytest.approx([0.1, 0.7])


def test_scores_that_do_not_differ_are_all_best() -> None:
    assert min_max(np.array([0.3, math.nan, 0.3])).tolist() == pytest.approx([1.0, math.nan, 1.0], nan_ok=True)


def test_a_channel_without_a_weight_has_no_say() -> None:
    assert Weighted({"text": 0.7}).shares(["text", "visual"]) == {"text": 1.0, "visual": 0.0}


def test_channels_that_all_have_weight_nothing_leave_all_candidates_alike() -> None:
    assert fused(Weighted({"text": 1.0}), {"visual": np.array([0.2, 0.9])}).tolist() == [0.0, 0.0]


def test_no_channels_give_no_shares() -> None:
    assert Weighted({"text": 1.0}).shares([]) == {}
    assert Weighted({"text": 1.0})(pool({}, 3)).tolist() == [0.0, 0.0, 0.0]


@settings(deadline=None)
@given(scored(), weights)
def test_a_contribution_is_what_the_score_loses_without_the_channel(scores: dict, given_: dict) -> None:
    fusion = Weighted(given_, ABSOLUTE)
    whole = fused(fusion, scores)
    for name, added in contributions(fusion, pool(scores), whole).items():
        rest = {other: values for other, values in scores.items() if other != name}
        np.testing.assert_allclose(whole - added, fusion(pool(rest, len(whole))), atol=1e-12)


@pytest.mark.parametrize("kind", get_args(RequestKind))
def test_default_weights_are_shares(kind: RequestKind) -> None:
    assert sum(default_weights(kind).values()) == pytest.approx(1)
