"""All fusions: what holds for every one of them, and what each is known by."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.errors import FusionError
from retrieval.fusion import Fusion, Pool, shares
from retrieval.fusion.catalogue import LEARNED, NAMES, TRAINING_FREE, make
from retrieval.snapshot import DenseTable
from tests.support.shelf import pool, units

CHANNELS = ("text", "visual", "lexical")
WEIGHTS = {"text": 0.5, "visual": 0.3, "lexical": 0.2}
BY_SCORES = [name for name in TRAINING_FREE if name != "concat"]
N, DIMS = 12, {"text": 8, "visual": 6}
IDS = [str(row) for row in range(N)]
ROWS = {name: row for row, name in enumerate(IDS)}

scores = st.one_of(st.just(math.nan), st.floats(-1, 1), st.sampled_from([0.0, 0.25, 1.0]))
known = st.one_of(st.floats(-1, 1).map(lambda value: round(value, 3)), st.sampled_from([0.0, 0.25, 1.0]))


def table(name: str, seed: int, holding: list[str]) -> DenseTable:
    return DenseTable.build(holding, units(len(holding), DIMS[name], seed), ROWS)


@st.composite
def pools(draw: st.DrawFn) -> Pool:
    """Candidates of a small catalog; channels, request vectors, item vectors and single scores may all be missing."""
    rows = np.array(draw(st.lists(st.integers(0, N - 1), min_size=1, unique=True)), dtype=np.intp)
    channels = draw(st.lists(st.sampled_from(CHANNELS), unique=True))
    asked = draw(st.lists(st.sampled_from(sorted(DIMS)), unique=True))
    held = draw(st.lists(st.sampled_from(sorted(DIMS)), unique=True))
    seed = draw(st.integers(0, 3))
    features = {}
    for name in held:
        holding = [one for one in IDS if draw(st.booleans())]
        features[name] = table(name, seed, holding)
        if holding and draw(st.booleans()):
            features[name].matrix[0] = np.nan
    queries = {name: units(draw(st.integers(1, 2)), DIMS[name], seed + 9) for name in asked}
    if asked and draw(st.booleans()):
        queries[asked[0]][0] = np.nan
    found = {name: np.array(draw(st.lists(scores, min_size=len(rows), max_size=len(rows)))) for name in channels}
    return Pool(rows, found, queries, features)


def fusion(name: str) -> Fusion:
    return make(name, WEIGHTS)


def permuted(one: Pool, order: np.ndarray) -> Pool:
    return Pool(one.rows[order], {name: found[order] for name, found in one.scores.items()}, one.queries, one.features)


@pytest.mark.parametrize("name", TRAINING_FREE)
@settings(deadline=None, max_examples=60)
@given(pools())
def test_fused_scores_are_finite_and_between_0_and_1_whatever_is_missing(name: str, one: Pool) -> None:
    found = fusion(name)(one)
    assert found.shape == one.rows.shape
    assert np.isfinite(found).all()
    assert found.min() >= -1e-9
    assert found.max() <= 1 + 1e-9


@pytest.mark.parametrize("name", TRAINING_FREE)
@settings(deadline=None, max_examples=40)
@given(pools(), st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_does_not_matter(name: str, one: Pool, chance: object) -> None:
    order = np.arange(len(one.rows))
    chance.shuffle(order)  # type: ignore[attr-defined]
    np.testing.assert_allclose(fusion(name)(permuted(one, order)), fusion(name)(one)[order], atol=1e-5)


@pytest.mark.parametrize("name", BY_SCORES)
@settings(deadline=None, max_examples=80)
@given(st.lists(known, min_size=1, max_size=12))
def test_fusing_a_list_with_itself_changes_nothing(name: str, values: list[float]) -> None:
    one = np.array(values)
    fused = fusion(name)(pool(dict.fromkeys(CHANNELS, one)))
    np.testing.assert_array_equal(np.argsort(-fused.round(9), kind="stable"), np.argsort(-one, kind="stable"))


@pytest.mark.parametrize("name", TRAINING_FREE)
@given(st.sets(st.sampled_from(CHANNELS), min_size=1))
def test_shares_sum_to_one_where_a_fusion_has_them(name: str, channels: set[str]) -> None:
    found = shares(fusion(name), frozenset(channels))
    assert not found or sum(found.values()) == pytest.approx(1)


@pytest.mark.parametrize("name", ["rrf", "combsum", "combmnz"])
def test_a_candidate_gets_nothing_from_a_list_that_does_not_hold_it(name: str) -> None:
    found = make(name, {"text": 1, "visual": 1})(pool({"text": np.array([0.9, 0.1]), "visual": np.full(2, math.nan)}))
    alone = make(name, {"text": 1})(pool({"text": np.array([0.9, 0.1])}))
    assert (found <= alone).all()


def test_reciprocal_ranks_are_those_of_the_paper() -> None:
    found = make("rrf", {"text": 1, "lexical": 1})(
        pool({"text": np.array([0.9, 0.5, 0.1]), "lexical": np.array([math.nan, 2.0, 1.0])})
    )
    sums = np.array([1 / 61, 1 / 62 + 1 / 61, 1 / 63 + 1 / 62])
    np.testing.assert_allclose(found, sums * 61 / 2)


def test_equal_scores_share_the_mean_of_their_places() -> None:
    found = make("borda", {"text": 1})(pool({"text": np.array([0.5, 0.5, 0.9, 0.1])}))
    np.testing.assert_allclose(found, [0.5, 0.5, 1, 0])


def test_candidates_that_a_voter_leaves_out_share_the_points_left() -> None:
    found = make("borda", {"text": 1})(pool({"text": np.array([0.9, math.nan, math.nan, 0.5])}))
    np.testing.assert_allclose(found, [1, 1 / 6, 1 / 6, 2 / 3])


def test_more_lists_that_agree_count_for_more_in_combmnz() -> None:
    scores_ = {"text": np.array([1.0, 0.6, 0.0]), "visual": np.array([math.nan, 0.5, 0.0])}
    assert make("combmnz", {"text": 1, "visual": 1})(pool(scores_)).tolist() == pytest.approx([0.25, 0.8, 0])


def test_only_the_survivors_of_the_cheap_channel_are_ordered_by_the_next() -> None:
    scores_ = {"lexical": np.array([4.0, 3, 2, 1]), "visual": np.array([0.1, 0.2, 0.9, 0.8])}
    found = make("cascade", {"lexical": 1, "visual": 1})(pool(scores_))
    assert np.argsort(-found).tolist() == [1, 0, 2, 3]


def test_concatenation_scores_by_the_cosine_of_the_long_vectors() -> None:
    features = {name: table(name, 1, IDS) for name in DIMS}
    queries = {name: units(1, dim, 5) for name, dim in DIMS.items()}
    rows = np.arange(N)
    found = make("concat", {"text": 0.7, "visual": 0.3})(Pool(rows, {}, queries, features))
    scale = {"text": np.sqrt(0.7), "visual": np.sqrt(0.3)}
    long = np.concatenate([scale[name] * features[name].matrix for name in DIMS], axis=1)
    cosine = long @ np.concatenate([scale[name] * queries[name][0] for name in DIMS])
    np.testing.assert_allclose(found, (cosine - cosine.min()) / np.ptp(cosine), atol=1e-5)


def test_an_item_without_a_picture_is_judged_by_the_rest_of_the_concatenation() -> None:
    features = {"text": table("text", 1, IDS), "visual": table("visual", 1, IDS[:6])}
    queries = {"text": features["text"].matrix[9:10], "visual": units(1, 6, 7)}
    found = make("concat", WEIGHTS)(Pool(np.arange(N), {}, queries, features))
    assert found.argmax() == 9


def test_each_has_a_name_of_its_own_and_the_learned_ones_must_be_trained() -> None:
    assert len(set(NAMES)) == len(NAMES) >= 12
    for name in LEARNED:
        with pytest.raises(FusionError, match="not been trained"):
            make(name, WEIGHTS)
    with pytest.raises(FusionError, match="no fusion 'magic'"):
        make("magic", WEIGHTS)
