"""How near any words come to the items of a catalog."""

from __future__ import annotations

import numpy as np

from agent.retrieve.fit.background import Usual, background_requests, usual_of
from retrieval.snapshot import DenseTable
from tests.retrieve.fit.shops import WordCounts


def table() -> DenseTable:
    matrix = np.array([[1, 0], [0.6, 0.8], [0, 1]], dtype=np.float32)
    return DenseTable(matrix, np.array([0, 2, 2, 3], dtype=np.intp))


def test_an_item_that_is_near_to_everything_does_not_stand_out() -> None:
    usual = Usual.of(table(), np.array([[1, 0], [0.8, 0.6]], dtype=np.float32))
    rows = np.array([0, 2], dtype=np.intp)
    near, far = usual.stand_out(np.array([0.98, 0.98]), rows)
    assert near < far


def test_an_item_without_vectors_stands_out_from_nothing() -> None:
    usual = Usual.of(table(), np.array([[1, 0]], dtype=np.float32))
    assert usual.stand_out(np.array([np.nan]), np.array([1], dtype=np.intp)).tolist() == [0]


def test_the_lift_of_the_best_is_measured_against_any_best() -> None:
    usual = Usual.of(table(), np.array([[1, 0], [0, 1], [0.8, 0.6]], dtype=np.float32))
    assert usual.lift(usual.top) == 0
    assert usual.lift(1.2) > 0 > usual.lift(0.1)
    assert usual.lift(float("nan")) == 0


def test_a_channel_without_a_table_says_nothing() -> None:
    assert usual_of({}, {"text": WordCounts()}) == {}
    assert len(background_requests()) >= 60
