"""The judge of fit."""

from __future__ import annotations

import numpy as np
import pytest

from agent.retrieve.fit import FitEvidence, FitModel, fit_model
from agent.retrieve.fit.evidence import FEATURES
from agent.retrieve.fit.model import Forest
from tests.retrieve.fit.shops import GOODS, ground

EVERY = np.arange(len(GOODS), dtype=np.intp)


def stump() -> FitModel:
    """A model that goes by the kind alone."""
    feature = FEATURES.index("of the kind")
    forest = Forest(np.array([[feature]]), np.array([[0.5]]), np.array([[-2.0, 2.0]]))
    return FitModel(forest, 0.0, 1.0, 0.0, 0.3)


def test_a_tree_adds_the_leaf_that_each_row_comes_to() -> None:
    forest = Forest(np.array([[0, 1, 1]]), np.array([[0.5, 0.5, 1.5]]), np.array([[1.0, 2.0, 3.0, 4.0]]))
    figures = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 2.0]])
    assert forest(figures).tolist() == [1.0, 2.0, 3.0, 4.0]


def test_fit_is_a_probability_and_survives_being_written() -> None:
    known, model = ground(), stump()
    evidence = FitEvidence.gather(known, known.sought("tent", "en"), EVERY)
    fits = model.of(evidence)
    assert fits[4] == pytest.approx(1 / (1 + np.exp(-2)))
    assert FitModel.from_json(model.to_json()).of(evidence).tolist() == fits.tolist()


def test_weights_for_other_evidence_are_refused() -> None:
    with pytest.raises(ValueError, match="other evidence"):
        FitModel.from_json(stump().to_json().replace("bm25", "bm24"))


def test_nothing_fits_below_the_floor() -> None:
    assert stump().nothing_fits(np.array([0.1, 0.2]))
    assert stump().nothing_fits(np.array([]))
    assert not stump().nothing_fits(np.array([0.1, 0.4]))


@pytest.mark.parametrize(
    ("wish", "better", "worse"),
    [
        ("blue rain jacket", 0, 1),
        ("red jacket", 1, 0),
        ("hiking boots", 2, 3),
        ("compass a320", 5, 4),
        ("pullover", 6, 1),
    ],
)
def test_what_is_right_fits_better(wish: str, better: int, worse: int) -> None:
    known = ground()
    fits = fit_model().of(FitEvidence.gather(known, known.sought(wish, "en"), EVERY))
    assert fits[better] > fits[worse]


@pytest.mark.parametrize("wish", ["wedding dress", "XYZ-9999-QQ", "asdf qwer zxcv", "a red sofa", "sleeping bag"])
def test_what_is_not_here_fits_worse_than_what_is(wish: str) -> None:
    known = ground()
    absent = fit_model().of(FitEvidence.gather(known, known.sought(wish, "en"), EVERY)).max()
    for present in ("rain jacket", "hiking boots", "compass a320"):
        assert absent < fit_model().of(FitEvidence.gather(known, known.sought(present, "en"), EVERY)).max()
