"""Diversify: good items first, near-repeats held back, nothing twice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.diversify.mmr import diversify, mmr
from retrieval.filters.columns import FilterColumns
from retrieval.snapshot import DenseTable, Snapshot
from tests.support.shelf import numbered, ranked, snapshot, units

scores = st.lists(st.floats(0, 1), max_size=15)


@settings(deadline=None)
@given(scores, st.integers(0, 20), st.floats(0, 1))
def test_k_different_items_are_chosen_the_best_first(relevance: list[float], k: int, diversity: float) -> None:
    vectors = units(len(relevance), dim=4)
    chosen = mmr(relevance, vectors @ vectors.T, k, diversity)
    assert len(chosen) == len(set(chosen)) == min(k, len(relevance))
    assert set(chosen) <= set(range(len(relevance)))
    if chosen:
        assert relevance[chosen[0]] == max(relevance)


@settings(deadline=None)
@given(scores, st.integers(0, 20))
def test_without_diversity_the_order_is_that_of_relevance(relevance: list[float], k: int) -> None:
    vectors = units(len(relevance), dim=4)
    by_score = sorted(range(len(relevance)), key=lambda at: -relevance[at])
    assert mmr(relevance, vectors @ vectors.T, k, 0) == by_score[:k]
    found = ranked(sorted(relevance, reverse=True))
    assert diversify(found, snapshot(numbered(len(found))), k, 0) == found[:k]


def test_a_near_repeat_is_held_back() -> None:
    likeness = np.array([[1, 0.99, 0.1], [0.99, 1, 0.1], [0.1, 0.1, 1]], dtype=np.float32)
    assert mmr([0.9, 0.89, 0.8], likeness, 3, 0.3) == [0, 2, 1]
    assert mmr([0.9, 0.89, 0.8], likeness, 3, 0.01) == [0, 1, 2]


def test_each_choice_maximises_marginal_relevance() -> None:
    relevance, diversity = np.array([0.9, 0.8, 0.7, 0.6, 0.5]), 0.4
    vectors = units(5, dim=3)
    likeness = vectors @ vectors.T
    chosen = mmr(relevance.tolist(), likeness, 5, diversity)
    for place in range(1, 5):
        gains = {
            at: (1 - diversity) * relevance[at] - diversity * max(likeness[at, other] for other in chosen[:place])
            for at in range(5)
            if at not in chosen[:place]
        }
        assert gains[chosen[place]] == pytest.approx(max(gains.values()))


def test_copies_come_last_when_diversity_is_all() -> None:
    text = units(3)
    text[1] = text[0]
    found = diversify(ranked([0.9, 0.8, 0.1]), snapshot(numbered(3), {"text": text}), 3, 1.0)
    assert [scored.candidate.item.id for scored in found] == ["0", "2", "1"]


def test_pictures_count_beside_words_where_both_items_have_them() -> None:
    """Items 0 and 1 look the same, item 2 has no picture; their words are equally unlike."""
    items = numbered(3)
    rows = {item.id: row for row, item in enumerate(items)}
    tables = {
        "text": DenseTable.build(list(rows), np.eye(3, dtype=np.float32), rows),
        "visual": DenseTable.build(["0", "1"], units(1).repeat(2, axis=0), rows),
    }
    catalog = Snapshot(
        snapshot(items).schema, tuple(items), rows, tables, FilterColumns.build(items, snapshot(items).schema)
    )
    found = diversify(ranked([0.9, 0.8, 0.7]), catalog, 3, 0.5)
    assert [scored.candidate.item.id for scored in found] == ["0", "2", "1"]


@pytest.mark.parametrize("n", [0, 1])
def test_nothing_to_choose_from_is_no_problem(n: int) -> None:
    found = ranked([0.5] * n)
    assert diversify(found, snapshot(numbered(n)), 3, 0.5) == found


def test_items_without_vectors_keep_their_order() -> None:
    found = ranked([0.9, 0.8, 0.7])
    assert diversify(found, snapshot(numbered(3)), 2, 0.5) == found[:2]
