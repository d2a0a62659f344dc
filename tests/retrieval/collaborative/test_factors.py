"""Latent factors: how a history is folded in as a new person, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.collaborative.behaviour import Behaviour
from retrieval.collaborative.factors import CONFIDENCE, REGULARISATION, Als, Bpr
from retrieval.interactions import Interaction
from retrieval.query import History

WARM = np.array([True, True, False])
ITEMS = np.array([[1.0], [2.0], [0.0]], dtype=np.float32)
ALS = Als(ITEMS, np.array([[1 + 4 + REGULARISATION]], dtype=np.float32), WARM)
BPR = Bpr(ITEMS, np.array([0.5, -0.5, 9.0], dtype=np.float32), WARM)
ROWS = {"a": 0, "b": 1, "c": 2}


def history(**weights: float) -> History:
    rows = [ROWS[name] for name in weights]
    return History(np.array(rows, dtype=np.intp), np.array(list(weights.values()), dtype=np.float32))


def crowd(*people: str) -> Behaviour:
    events = [Interaction(f"u{at}", item, "like", None, 1.0) for at, word in enumerate(people) for item in word]
    return Behaviour.build(events, ROWS)


def test_als_solves_for_the_person_whose_history_it_is() -> None:
    person = (1 + CONFIDENCE) * 1.0 / (5 + REGULARISATION + CONFIDENCE * 1.0**2)
    np.testing.assert_allclose(ALS.scores(history(a=1.0)), [person, 2 * person, np.nan], rtol=1e-6)


def test_als_trusts_a_weaker_liking_less_and_takes_a_dislike_for_a_zero() -> None:
    half = (1 + 0.5 * CONFIDENCE) / (5 + REGULARISATION + 0.5 * CONFIDENCE)
    np.testing.assert_allclose(ALS.scores(history(a=0.5))[:2], [half, 2 * half], rtol=1e-6)
    mixed = (1 + CONFIDENCE) * 1.0 / (5 + REGULARISATION + CONFIDENCE * (1.0**2 + 2.0**2))
    np.testing.assert_allclose(ALS.scores(history(a=1.0, b=-1.0))[:2], [mixed, 2 * mixed], rtol=1e-6)
    np.testing.assert_allclose(ALS.scores(history(a=-1.0))[:2], [0.0, 0.0])


def test_bpr_places_a_person_at_the_weighted_mean_of_their_items() -> None:
    person = (1.0 * 1.0 + 0.5 * 2.0) / 1.5
    np.testing.assert_allclose(BPR.scores(history(a=1.0, b=0.5)), [person + 0.5, 2 * person - 0.5, np.nan], rtol=1e-6)
    np.testing.assert_allclose(BPR.scores(history(a=-1.0))[:2], [-1 + 0.5, -2 - 0.5])


@pytest.mark.parametrize("model", [ALS, BPR])
def test_of_a_history_that_nobody_shares_nothing_is_known(model: Als | Bpr) -> None:
    assert np.isnan(model.scores(history())).all()
    assert np.isnan(model.scores(history(c=1.0))).all()
    np.testing.assert_array_equal(model.scores(history(a=1.0, c=1.0)), model.scores(history(a=1.0)))


@pytest.mark.parametrize("fit", [Als.fit, Bpr.fit])
def test_where_nobody_did_anything_nothing_is_learned_and_nothing_fails(fit: object) -> None:
    model = fit(crowd())  # type: ignore[operator]
    assert np.isnan(model.scores(history(a=1.0))).all()


def test_als_finds_who_goes_together_and_leaves_cold_items_out() -> None:
    model = Als.fit(crowd(*["ab"] * 4), factors=2)
    scores: NDArray[np.float32] = model.scores(history(a=1.0))
    assert scores[1] == pytest.approx(1.0, abs=0.2)  # what was touched together is predicted as touched
    assert np.isnan(scores[2])
    assert not model.items[2].any()
