"""What is known again comes first, and nothing else changes its place."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.fusion import Pool
from retrieval.fusion.known_again import KNOWN, KnownAgain
from retrieval.fusion.weighted import Weighted

PLAIN = Weighted({"text": 1.0}, frozenset({"text"}))
figures = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def pool(scores: list[float]) -> Pool:
    return Pool(rows=np.arange(len(scores)), scores={"text": np.array(scores)}, queries={}, features={})


def test_the_more_surely_it_is_known_the_earlier_it_comes() -> None:
    scores = KnownAgain(PLAIN, {2: 0.25, 3: 1.0})(pool([1.0, 0.5, 0.0, 0.1]))
    assert scores.tolist() == pytest.approx([KNOWN, 0.5 * KNOWN, KNOWN + (1 - KNOWN) / 4, 1.0])


@given(figures, st.dictionaries(st.integers(0, 11), st.floats(0.01, 1), max_size=4))
def test_scores_stay_between_nought_and_one_and_others_in_their_order(
    scores: list[float], sureness: dict[int, float]
) -> None:
    before = PLAIN(pool(scores))
    after = KnownAgain(PLAIN, sureness)(pool(scores))
    assert ((after >= 0) & (after <= 1)).all()
    known = np.isin(np.arange(len(scores)), list(sureness))
    if known.any() and (~known).any():
        assert after[known].min() >= after[~known].max()
    assert (after[known] >= before[known] - 1e-12).all()
    others = np.flatnonzero(~known)
    assert (np.diff(after[others][np.argsort(before[others], kind="stable")]) >= -1e-12).all()


def test_the_name_and_shares_are_those_of_the_fusion() -> None:
    known = KnownAgain(PLAIN, {0: 1.0})
    assert (known.name, known.shares(frozenset({"text"}))) == (PLAIN.name, PLAIN.shares({"text"}))
