"""Fusions without training: what each adds up, worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from retrieval.fusion import Pool, Scores, shares
from retrieval.fusion.borda import Borda
from retrieval.fusion.cascade import BELOW, Cascade
from retrieval.fusion.combmnz import CombMnz
from retrieval.fusion.combsum import CombSum
from retrieval.fusion.concat import Concat, mean_direction, pair_cosine, weighted_cosine
from retrieval.fusion.held_back import SHARE, HeldBack
from retrieval.fusion.ranks import places
from retrieval.fusion.rrf import ReciprocalRank
from retrieval.fusion.weighted import Weighted
from retrieval.snapshot import DenseTable
from tests.support.shelf import pool, units

NAN = math.nan
LISTS = pool({"text": np.array([0.9, 0.5, 0.1]), "lexical": np.array([2.0, 6.0, NAN])})


def close(fused: Scores, expected: list[float]) -> None:
    np.testing.assert_allclose(fused, expected, atol=1e-12)


def test_a_place_is_the_mean_of_those_that_equal_scores_take_together() -> None:
    close(places(np.array([0.5, 0.9, 0.5, NAN, 0.1])), [2.5, 1.0, 2.5, NAN, 4.0])
    close(places(np.array([1.0, 1.0, 1.0])), [2.0, 2.0, 2.0])
    close(places(np.array([NAN, NAN])), [NAN, NAN])
    assert places(np.array([])).shape == (0,)


def test_reciprocal_ranks_weigh_lists_and_dampen_first_places_by_k() -> None:
    fused = ReciprocalRank({"text": 3.0, "lexical": 1.0}, k=1.0)(LISTS)
    close(fused, [2 * (0.75 / 2 + 0.25 / 3), 2 * (0.75 / 3 + 0.25 / 2), 2 * 0.75 / 4])


def test_borda_gives_points_by_place_and_shares_those_left_among_who_is_left_out() -> None:
    close(Borda({"text": 3.0, "lexical": 1.0})(LISTS), [0.75 * 1 + 0.25 * 0.5, 0.75 * 0.5 + 0.25 * 1, 0.25 * 0])
    close(Borda({"text": 1.0})(pool({"text": np.array([NAN, 0.3, NAN, NAN])})), [1 / 3, 1.0, 1 / 3, 1 / 3])
    close(Borda({"text": 1.0})(pool({"text": np.array([0.3])})), [1.0])


def test_combsum_adds_stretched_scores_and_nothing_for_a_list_that_lacks_the_candidate() -> None:
    close(CombSum({"text": 3.0, "lexical": 1.0})(LISTS), [0.75 * 1.0, 0.75 * 0.5 + 0.25 * 1.0, 0.0])


def test_combmnz_multiplies_by_the_share_of_lists_that_hold_the_candidate() -> None:
    fused = CombMnz({"text": 1.0, "lexical": 3.0})(LISTS)
    close(fused, [0.25 * 1.0, 0.25 * 0.5 + 0.75 * 1.0, 0.0 / 2])
    alone = replace(LISTS, scores={**LISTS.scores, "visual": np.full(3, NAN)})
    close(CombMnz({"text": 1.0, "lexical": 3.0})(alone), fused.tolist())  # a channel without a weight is no list
    close(CombMnz({})(LISTS), [0.0, 0.0, 0.0])


@pytest.mark.parametrize("fusion", [ReciprocalRank, Borda, CombSum, CombMnz])
def test_shares_are_the_weights_of_the_channels_that_answered(fusion: type) -> None:
    assert fusion({"text": 3.0, "visual": 5.0, "lexical": 1.0}).shares(["text", "lexical"]) == {
        "text": 0.75,
        "lexical": 0.25,
    }
    assert fusion({"text": 3.0}).shares([]) == {}


# Cascade


def test_survivors_of_a_stage_stay_above_all_who_were_left_behind() -> None:
    scores = {"lexical": np.array([4.0, 3.0, 2.0, 1.0]), "visual": np.array([0.1, 0.2, 0.9, 0.8])}
    fused = Cascade({"lexical": 1.0, "visual": 1.0})(pool(scores))
    close(fused, [(1 + 0) / 2, (1 + BELOW) / 2, BELOW * (1 / 3) / 2, 0.0])


def test_where_the_cut_falls_among_equals_all_of_them_survive() -> None:
    scores = {"lexical": np.array([1.0, 1.0, 1.0, 0.0]), "visual": np.array([0.1, 0.2, 0.3, 0.9])}
    fused = Cascade({"lexical": 1.0, "visual": 1.0})(pool(scores))
    close(fused, [0.5, (1 + BELOW * 0.5) / 2, (1 + BELOW) / 2, 0.0])


def test_only_channels_that_have_weight_and_know_a_candidate_are_stages_the_strongest_of_them() -> None:
    scores = {
        "text": np.array([0.0, 1.0]),
        "lexical": np.array([1.0, 0.0]),
        "visual": np.array([NAN, NAN]),
        "bridge": np.array([1.0, 0.0]),
    }
    weights = {"text": 0.5, "lexical": 0.1, "visual": 0.9, "bridge": 0.0}
    close(Cascade(weights, stages=1)(pool(scores)), [0.0, BELOW])
    close(Cascade({})(pool(scores)), [0.0, 0.0])


def test_every_candidate_of_a_cascade_that_keeps_all_reaches_the_last_stage() -> None:
    scores = {"lexical": np.array([4.0, 3.0, 2.0]), "visual": np.array([0.0, 0.5, 1.0])}
    fused = Cascade({"lexical": 1.0, "visual": 1.0}, keep=1.0)(pool(scores))
    close(fused, [0.5, (1 + BELOW * 0.5) / 2, (1 + BELOW) / 2])


# Concatenation


def test_a_weighted_cosine_is_over_the_modalities_that_a_candidate_has() -> None:
    cosines = {"text": np.array([1.0, 0.5, NAN, NAN]), "visual": np.array([0.0, NAN, 0.25, NAN])}
    close(weighted_cosine(cosines, {"text": 3.0, "visual": 1.0}, 4), [0.75, 0.5, 0.25, NAN])
    close(weighted_cosine({}, {}, 2), [NAN, NAN])


def test_the_middle_of_several_vectors_is_a_unit_vector_or_none() -> None:
    vectors = np.array([[1, 0], [0, 1], [np.nan, 5]], dtype=np.float32)
    np.testing.assert_allclose(mean_direction(vectors), [math.sqrt(0.5)] * 2, atol=1e-6)
    assert mean_direction(np.array([[1, 0], [-1, 0]], dtype=np.float32)) is None
    assert mean_direction(vectors[2:]) is None
    assert mean_direction(np.empty((0, 2), dtype=np.float32)) is None


def with_vectors(query: np.ndarray, *holders: str) -> Pool:
    rows = {str(row): row for row in range(3)}
    table = DenseTable.build(list(holders), units(len(holders), dim=4), rows)
    return Pool(np.arange(3), {}, {"text": query}, {"text": table})


def test_an_item_or_a_request_without_a_vector_has_no_cosine() -> None:
    vectors = units(2, dim=4)
    np.testing.assert_allclose(
        pair_cosine(with_vectors(vectors[:1], "0", "2"), "text"), [1.0, NAN, vectors[0] @ vectors[1]], atol=1e-6
    )
    for query in (np.zeros((1, 4), dtype=np.float32), units(1, dim=5)):  # nowhere, and in another space
        assert np.isnan(pair_cosine(with_vectors(query, "0", "2"), "text")).all()


def test_a_candidate_that_shares_no_modality_with_the_request_counts_as_the_mean() -> None:
    fused = Concat({"text": 1.0})(with_vectors(units(1, dim=4), "0", "2"))
    close(fused, [1.0, 0.5, 0.0])


def test_modalities_without_a_weight_count_alike() -> None:
    there = with_vectors(units(1, dim=4), "0", "1", "2")
    close(Concat({})(there), Concat({"text": 0.3})(there).tolist())


# Held back


def test_an_unwanted_item_loses_a_share_of_the_size_of_its_score() -> None:
    scores = pool({"text": np.array([0.2, 0.6, 1.0])})
    plain = Weighted({"text": 1.0})
    close(HeldBack(plain, np.array([2, 7]))(scores), [0.0, 0.5, 1.0 - SHARE])
    close(HeldBack(plain, np.array([], dtype=np.intp))(scores), plain(scores).tolist())


def test_a_score_below_0_sinks_further_when_it_is_held_back() -> None:
    class Below:
        name = "below"

        def __call__(self, pool: Pool) -> Scores:
            return np.array([-0.5, -0.5])

    held = HeldBack(Below(), np.array([1]))
    close(held(pool({}, 2)), [-0.5, -0.5 * (1 + SHARE)])
    assert held.name == "below"
    assert shares(held, frozenset({"text"})) == {}


def test_what_is_held_back_keeps_the_name_and_shares_of_its_fusion() -> None:
    held = HeldBack(Weighted({"text": 3.0, "visual": 1.0}), np.array([0]))
    assert held.name == "weighted"
    assert shares(held, frozenset({"text", "visual"})) == {"text": 0.75, "visual": 0.25}
