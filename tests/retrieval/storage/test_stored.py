"""What goes into the store and what it reports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from retrieval.items import Item
from retrieval.storage.store import Store
from retrieval.storage.stored import ChannelInfo, Embedded, Pending, StoredItem
from tests.support.shelf import units


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "t.db") as opened:
        yield opened


@pytest.mark.parametrize(
    ("vectors", "what"),
    [
        (units(2), r"1 contents do not fit vectors of shape \(2, 8\)"),
        (units(1)[0], r"1 contents do not fit vectors of shape \(8,\)"),
        (np.array([[1, 2]]), "vectors must be finite float32 numbers"),
        (np.array([[1.0, np.inf]], dtype=np.float32), "vectors must be finite float32 numbers"),
    ],
)
def test_vectors_are_one_row_of_finite_numbers_for_each_content(vectors: np.ndarray, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        Embedded("m", ("c",), vectors)


def test_a_channel_in_which_an_item_has_no_vectors_is_not_declared(store: Store) -> None:
    store.put([StoredItem(Item("a", "A"), "d", {"visual": Embedded("m", (), np.empty((0, 4), dtype=np.float32))})])
    assert store.channels() == {}
    assert store.digests() == {"a": "d"}


def test_a_channel_says_how_many_vectors_of_how_many_items_it_holds(store: Store) -> None:
    two = Embedded("m", ("c1", "c2"), units(2))
    store.put([StoredItem(Item("a", "A"), "d", {"text": two}), StoredItem(Item("b", "B"), "d")])
    hidden = Embedded("k", ("c3",), units(1, dim=3), searchable=False)
    store.put([StoredItem(Item("b", "B"), "d", {"kinds": hidden})])
    assert store.channels() == {
        "kinds": ChannelInfo("kinds", "k", 3, searchable=False, n_vectors=1, n_items=1),
        "text": ChannelInfo("text", "m", 8, searchable=True, n_vectors=2, n_items=1),
    }


def test_a_change_names_its_channel_its_item_and_how_many_parts_may_be_there_from_before(store: Store) -> None:
    store.put([StoredItem(Item("a", "A"), "d", {"text": Embedded("m", ("c1", "c2"), units(2))})])
    first = store.pending()[0]
    assert first == Pending(first.seq, "text", "a", 0)
    store.delete(["a"])
    second = store.pending()[0]
    assert second == Pending(second.seq, "text", "a", 2)
    assert second.seq > first.seq
