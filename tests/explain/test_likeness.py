"""Likeness of pictures is told by what a catalog's own have in common, where nothing is known of their encoder."""

from __future__ import annotations

import numpy as np

from agent.explain.likeness import ALIKE, FEWEST, alike_by
from retrieval.bridge import unit
from retrieval.snapshot import DenseTable


def pictures(n: int, common: float) -> DenseTable:
    """Pictures of `n` things whose vectors share a part of this weight."""
    rng = np.random.default_rng(0)
    vectors = unit(rng.normal(size=(n, 32)) + common * np.ones(32))
    return DenseTable(vectors, np.arange(n + 1))


def test_with_few_pictures_none_are_said_to_be_alike() -> None:
    assert alike_by(None) is None
    assert alike_by(pictures(FEWEST - 1, 0.0)) is None
    assert alike_by(pictures(FEWEST, 0.0)) is not None


def test_where_all_pictures_have_much_in_common_more_of_it_is_wanted() -> None:
    apart, close = alike_by(pictures(200, 0.0)), alike_by(pictures(200, 3.0))
    assert apart is not None
    assert close is not None
    assert ALIKE <= apart < 0.9 < close < 1


def test_a_thing_that_is_there_twice_does_not_make_the_others_alike() -> None:
    table = pictures(100, 1.0)
    twins = DenseTable(np.concatenate([table.matrix, table.matrix[:2]]), np.arange(103))
    before, after = alike_by(table), alike_by(twins)
    assert before is not None
    assert after is not None
    assert abs(after - before) < 0.1
