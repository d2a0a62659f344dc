"""What is called by the number that is asked for comes before all that only comes near."""

from __future__ import annotations

import numpy as np

from retrieval.fusion import Pool
from retrieval.fusion.by_number import EXACTLY, NEARLY, OTHERS, ByNumber
from retrieval.fusion.weighted import Weighted
from retrieval.query import CalledRows

POOL = Pool(rows=np.array([4, 5, 6]), scores={"text": np.array([1.0, 0.5, 0.0])}, queries={}, features={})
PLAIN = Weighted({"text": 1.0})


def test_scores_are_brought_into_steps_and_keep_their_order_within_each() -> None:
    scores = ByNumber(PLAIN, CalledRows.of({6}, {5}))(POOL)
    assert scores.tolist() == [OTHERS, NEARLY + (EXACTLY - NEARLY) * 0.5, EXACTLY]
    assert scores.argmax() == 2


def test_where_nothing_is_called_so_no_score_looks_certain() -> None:
    assert ByNumber(PLAIN, CalledRows.of(()))(POOL).max() == OTHERS


def test_the_name_and_shares_are_those_of_the_fusion() -> None:
    numbered = ByNumber(PLAIN, CalledRows.of({4}))
    assert (numbered.name, numbered.shares(frozenset({"text"}))) == (PLAIN.name, PLAIN.shares({"text"}))
