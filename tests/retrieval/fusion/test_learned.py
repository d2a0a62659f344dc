"""Learned fusions: what they learn, what they bear, and that the same seed gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.errors import FusionError
from retrieval.fusion import Fusion, Pool
from retrieval.fusion.catalogue import LEARNED, TRAINING_FREE
from retrieval.fusion.ensemble import Ensemble
from retrieval.fusion.fitting import item_categories
from retrieval.fusion.learned import LearnedFusion
from retrieval.fusion.settings import Schedule, TrainingProgress
from retrieval.fusion.training import adapt, fit
from retrieval.items import Item
from tests.retrieval.fusion.test_fusions import CHANNELS, permuted, pools
from tests.support import lessons

FEATURES = lessons.tables()
CASES = lessons.cases(FEATURES)
TRAIN, VALID = CASES[:60], CASES[60:]
CATEGORIES = np.arange(lessons.N_ITEMS) % 5 - 1
BRIEF = Schedule(epochs=2, batch=16)


def pool_of(case: object) -> Pool:
    return lessons.pool(case, FEATURES)  # type: ignore[arg-type]


def taught(name: str, schedule: Schedule = BRIEF, **options: object) -> Fusion:
    return fit(name, TRAIN, VALID, pool_of, seed=1, categories=CATEGORIES, schedule=schedule, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def trained() -> Mapping[str, Fusion]:
    """Every learned fusion, trained for two rounds."""
    return {name: taught(name) for name in LEARNED}


def weights(fusion: Fusion) -> list[bytes]:
    learners = [*sum(fusion.twins.values(), ()), fusion.stack] if isinstance(fusion, Ensemble) else [fusion]
    return [value.numpy().tobytes() for one in learners for value in one.module.state_dict().values()]


@pytest.mark.parametrize("name", LEARNED)
@settings(deadline=None, max_examples=30)
@given(pools())
def test_fused_scores_are_finite_and_between_0_and_1_whatever_is_missing(
    trained: Mapping[str, Fusion], name: str, one: Pool
) -> None:
    found = trained[name](one)
    assert found.shape == one.rows.shape
    assert np.isfinite(found).all()
    assert found.min() >= -1e-9
    assert found.max() <= 1 + 1e-9


@pytest.mark.parametrize("name", LEARNED)
@settings(deadline=None, max_examples=15)
@given(st.permutations(range(lessons.N_ITEMS)))
def test_the_order_of_the_candidates_does_not_matter(
    trained: Mapping[str, Fusion], name: str, order: list[int]
) -> None:
    one = pool_of(VALID[1])
    np.testing.assert_allclose(
        trained[name](permuted(one, np.array(order))), trained[name](one)[np.array(order)], atol=1e-4
    )


@pytest.mark.parametrize("name", LEARNED)
def test_no_candidates_are_no_error(trained: Mapping[str, Fusion], name: str) -> None:
    assert trained[name](lessons.pool(VALID[0], FEATURES, np.array([], dtype=np.intp))).shape == (0,)


@pytest.mark.parametrize("name", LEARNED)
def test_leaving_modalities_out_never_raises(trained: Mapping[str, Fusion], name: str) -> None:
    one = pool_of(VALID[1])
    for gone in ({"text"}, {"visual"}, {"text", "visual"}):
        assert np.isfinite(trained[name](one.without(frozenset(gone)))).all()
    assert np.isfinite(trained[name](pool_of(lessons.with_nan(VALID[1])))).all()


@settings(deadline=None, max_examples=30)
@given(pools())
def test_attention_sums_to_one_over_the_channels_that_know_a_candidate(
    trained: Mapping[str, Fusion], one: Pool
) -> None:
    attention = trained["attention"]
    assert isinstance(attention, LearnedFusion)
    found = attention.attention(one)
    known = np.any(
        [np.isfinite(one.scores[name]) for name in found if name in one.scores] or [np.zeros(len(one.rows))], axis=0
    )
    np.testing.assert_allclose(sum(found.values()), known.astype(float), atol=1e-5)
    for name, shares in found.items():
        missing = ~np.isfinite(one.scores.get(name, np.full(len(one.rows), np.nan)))
        assert (shares[missing] == 0).all()


@pytest.mark.parametrize("name", LEARNED)
def test_the_same_seed_gives_the_same_bytes(trained: Mapping[str, Fusion], name: str) -> None:
    assert weights(taught(name)) == weights(trained[name])


@pytest.mark.parametrize("name", ["network", "autoencoder", "adversarial"])
def test_a_taste_that_no_likeness_shows_is_learned(name: str) -> None:
    found = taught(name, Schedule(epochs=25, batch=16, rate=5e-3, decay=0.1))
    assert found.figures["valid"] > found.figures["untrained"] + 0.03  # type: ignore[attr-defined]


def test_training_never_ends_worse_than_it_began(trained: Mapping[str, Fusion]) -> None:
    for one in trained.values():
        assert one.figures["valid"] >= one.figures["untrained"]  # type: ignore[attr-defined]


def test_heads_tell_rating_and_category_beside_the_score(trained: Mapping[str, Fusion]) -> None:
    one = pool_of(VALID[1])
    for name in ("network", "ensemble"):
        found = trained[name].tasks(one)  # type: ignore[attr-defined]
        assert set(found) == {"click", "rating", "category"}
        assert np.argmax(found["click"]) == np.argmax(trained[name](one))
        for task in ("rating", "category"):
            assert ((found[task] >= 0) & (found[task] <= 1)).all()
    assert trained["attention"].tasks(one) == {}  # type: ignore[attr-defined]
    assert trained["network"].attention(one) == {}  # type: ignore[attr-defined]


def test_an_ensemble_has_every_other_fusion_as_a_member(trained: Mapping[str, Fusion]) -> None:
    ensemble = trained["ensemble"]
    assert isinstance(ensemble, Ensemble)
    members = {*(one.name for one in ensemble.plain), *ensemble.twins}
    assert members == {*TRAINING_FREE, *LEARNED} - {"ensemble"} == set(ensemble.stack.frame.channels)


class Stopped(Exception):
    """The person pressed a key."""


def test_a_training_that_was_stopped_goes_on_and_ends_with_the_same_bytes(tmp_path: Path) -> None:
    schedule = Schedule(epochs=5, batch=16, patience=5)

    def stop(progress: TrainingProgress) -> None:
        if progress.epoch == 2:
            raise Stopped

    with pytest.raises(Stopped):
        taught("network", schedule, keep=tmp_path, tell=stop)
    told: list[TrainingProgress] = []
    resumed = taught("network", schedule, keep=tmp_path, tell=told.append)
    assert [one.epoch for one in told] == [3, 4, 5]
    assert all(one.seconds_left >= 0 for one in told)
    assert told[-1].seconds_left == 0
    assert weights(resumed) == weights(taught("network", schedule))
    assert list(tmp_path.iterdir()) == []


def test_a_state_of_another_training_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "network.safetensors").write_bytes(b"no state")
    assert weights(taught("network", keep=tmp_path)) == weights(taught("network"))


def test_too_little_to_learn_from_is_told_plainly() -> None:
    with pytest.raises(FusionError, match="0 can be learned from"):
        fit("network", [], VALID, pool_of)
    with pytest.raises(FusionError, match="0 can tell when to stop"):
        fit("network", TRAIN, [], pool_of)
    with pytest.raises(FusionError, match="'rrf' to be trained"):
        fit("rrf", TRAIN, VALID, pool_of)


def test_what_learns_from_vectors_says_so_where_there_are_none() -> None:
    def scores_alone(case: object) -> Pool:
        one = pool_of(case)
        return Pool(one.rows, one.scores, {}, {})

    with pytest.raises(FusionError, match="no modality of this catalog has any"):
        fit("autoencoder", TRAIN, VALID, scores_alone)  # type: ignore[arg-type]
    for name in ("attention", "ensemble"):
        found = fit(name, TRAIN, VALID, scores_alone, schedule=BRIEF)  # type: ignore[arg-type]
        assert np.isfinite(found(scores_alone(VALID[0]))).all()


def test_a_fusion_can_be_adapted_to_another_catalog_of_the_same_models(trained: Mapping[str, Fusion]) -> None:
    other = lessons.tables(seed=7)
    asked = lessons.cases(other, seed=7)
    network = trained["network"]
    assert isinstance(network, LearnedFusion)
    before = weights(network)
    adapted = adapt(network, asked[:60], asked[60:], lambda case: lessons.pool(case, other), schedule=BRIEF)
    assert adapted.frame is network.frame
    assert adapted.figures["valid"] >= adapted.figures["untrained"]
    assert weights(network) == before


def test_vectors_of_another_length_cannot_be_adapted_to(trained: Mapping[str, Fusion]) -> None:
    network = trained["network"]
    assert isinstance(network, LearnedFusion)
    swapped = {"text": FEATURES["visual"], "visual": FEATURES["text"]}
    one = pool_of(TRAIN[1])
    with pytest.raises(FusionError, match="text vectors of length 8, and this catalog's are 6 long"):
        adapt(network, TRAIN, VALID, lambda _: Pool(one.rows, one.scores, one.queries, swapped))


def test_categories_are_numbered_and_items_without_one_have_none() -> None:
    items = [Item("1", "a", category="Boats"), Item("2", "b"), Item("3", "c", category="Art")]
    assert item_categories(items).tolist() == [1, -1, 0]
    assert set(CHANNELS) >= set(lessons.DIMS)


@pytest.mark.parametrize("name", LEARNED)
def test_what_was_scored_before_changes_nothing(trained: Mapping[str, Fusion], name: str) -> None:
    fewer, other = np.arange(0, lessons.N_ITEMS, 3), lessons.tables(seed=5)
    for _ in range(2):
        whole, part = lessons.pool(CASES[1], FEATURES), lessons.pool(CASES[1], FEATURES, fewer)
        elsewhere = lessons.pool(CASES[1], other, fewer)
        for pool in (whole, part, elsewhere, part, whole):
            again = Pool(pool.rows.copy(), pool.scores, pool.queries, pool.features)
            np.testing.assert_array_equal(trained[name](pool), trained[name](again))


@pytest.mark.parametrize("name", [name for name in LEARNED if name != "ensemble"])
def test_training_begins_as_the_sum_with_the_weights_in_use(name: str) -> None:
    untaught = Schedule(epochs=0)
    only = taught(name, untaught, weights={"visual": 1.0})
    alike, same = (taught(name, untaught, weights=given) for given in (None, {"visual": 0.3, "text": 0.3}))
    pool = pool_of(next(case for case in TRAIN if len(case.query.vectors) == 2))
    known = np.isfinite(pool.scores["visual"])
    if name in ("attention", "network"):
        np.testing.assert_array_equal(np.argsort(only(pool)[known]), np.argsort(pool.scores["visual"][known]))
    np.testing.assert_allclose(alike(pool), same(pool))
    assert not np.allclose(only(pool), alike(pool))
