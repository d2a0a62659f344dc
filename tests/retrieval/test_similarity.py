"""Likeness of items, over the channels that both of them have vectors in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from retrieval.similarity import likeness, likeness_to
from retrieval.snapshot import DenseTable, Snapshot
from tests.support.shelf import numbered, snapshot

ROWS = {str(row): row for row in range(4)}


def shelf(**vectors: Mapping[str, Sequence[float]]) -> Snapshot:
    """Four items, with one vector per channel and item that is named."""
    tables = {
        name: DenseTable.build(list(of), np.array(list(of.values()), dtype=np.float32), ROWS)
        for name, of in vectors.items()
    }
    return replace(snapshot(numbered(4)), tables=tables)


TEXT = {"0": (1, 0), "1": (0, 1), "2": (0.6, 0.8)}
VISUAL = {"0": (1, 0, 0), "1": (1, 0, 0)}
SHELF = shelf(text=TEXT, visual=VISUAL)


def test_likeness_is_the_mean_cosine_over_the_channels_that_both_have() -> None:
    expected = [
        [1.0, (0 + 1) / 2, 0.6, 0],
        [(0 + 1) / 2, 1.0, 0.8, 0],
        [0.6, 0.8, 1.0, 0],
        [0, 0, 0, 0],
    ]
    np.testing.assert_allclose(likeness(SHELF, np.arange(4)), expected, atol=1e-6)


def test_likeness_follows_the_rows_that_are_asked_for() -> None:
    some = likeness(SHELF, np.array([2, 0]))
    np.testing.assert_allclose(some, [[1.0, 0.6], [0.6, 1.0]], atol=1e-6)
    assert likeness(SHELF, np.array([], dtype=np.intp)).shape == (0, 0)


def test_likeness_to_one_item_is_not_known_of_items_that_share_no_channel_with_it() -> None:
    np.testing.assert_allclose(likeness_to(SHELF, 0), [1.0, 0.5, 0.6, np.nan], atol=1e-6)
    np.testing.assert_allclose(likeness_to(shelf(text=TEXT, visual={"3": (1, 0, 0)}), 3), [np.nan] * 3 + [1.0])


def test_an_item_without_any_vector_is_like_nothing_that_is_known() -> None:
    assert np.isnan(likeness_to(SHELF, 3)).all()
    assert np.isnan(likeness_to(shelf(), 0)).all()


def test_channels_that_say_nothing_of_what_items_are_like_do_not_count() -> None:
    with_bridge = replace(SHELF, tables={**SHELF.tables, "bridge": SHELF.tables["visual"]})
    np.testing.assert_array_equal(likeness(with_bridge, np.arange(4)), likeness(SHELF, np.arange(4)))
