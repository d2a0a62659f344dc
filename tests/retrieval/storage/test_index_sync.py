"""The index follows the store, change by change or from the ground up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from retrieval.errors import IndexDamaged
from retrieval.items import Item
from retrieval.storage import index_sync
from retrieval.storage.index import VectorIndex
from retrieval.storage.index_sync import rebuild, sync
from retrieval.storage.store import Embedded, Store, StoredItem
from tests.support.shelf import units


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "t.db") as opened:
        yield opened


@pytest.fixture
def index(tmp_path: Path, store: Store) -> Iterator[VectorIndex]:
    opened = VectorIndex(tmp_path / "chroma")
    yield opened
    opened.close(store.seal)


def entry(name: str, n_parts: int = 1, *, searchable: bool = True) -> StoredItem:
    vectors = units(n_parts, seed=ord(name))
    contents = tuple(f"{name} {part}" for part in range(n_parts))
    return StoredItem(Item(name, name), "d", {"text": Embedded("m", contents, vectors, searchable)})


def indexed(index: VectorIndex, *names: str) -> dict[tuple[str, int], list[float]]:
    """What the index holds of items, asked for up to three parts of each."""
    vectors = index.fetch("text", [name for name in names for _ in range(3)])
    return {point: vector.round(5).tolist() for point, vector in vectors.items()}


def stored(store: Store, *names: str) -> dict[tuple[str, int], list[float]]:
    return {
        (name, part): vector.round(5).tolist()
        for name in names
        for part, vector in enumerate(store.item_vectors("text", name))
    }


def test_all_changes_are_applied_and_settled_batch_by_batch(
    store: Store, index: VectorIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_sync, "_BATCH", 2)
    steps: list[tuple[int, int]] = []
    store.put([entry(name) for name in "abc"])
    sync(store, index, lambda done, total: steps.append((done, total)))
    assert steps == [(2, 3), (3, 3)]
    assert store.n_pending() == 0
    assert indexed(index, *"abc") == stored(store, *"abc")
    assert index.model("text") == "m"


def test_parts_that_an_item_has_no_longer_and_items_that_are_gone_leave_the_index(
    store: Store, index: VectorIndex
) -> None:
    store.put([entry("a", 3), entry("b", 2), entry("c")])
    sync(store, index)
    store.put([entry("a", 1)])
    store.delete(["b"])
    sync(store, index)
    assert indexed(index, *"abc") == stored(store, *"ac")
    assert index.count("text") == 2


def test_a_channel_that_is_not_searched_is_not_indexed(store: Store, index: VectorIndex) -> None:
    store.put([entry("a"), entry("b")])
    sync(store, index)
    store.put([entry("a", searchable=False)])
    sync(store, index)
    assert index.count("text") == 0
    assert store.n_pending() == 0


def test_what_a_failing_index_did_not_take_stays_pending(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken").write_text("a file where the folder should be")
    store.put([entry("a")])
    with pytest.raises(IndexDamaged):
        sync(store, VectorIndex(tmp_path / "broken"))
    assert [change.item for change in store.pending()] == ["a"]


def test_a_rebuilt_index_holds_what_the_store_holds_and_nothing_is_pending(store: Store, index: VectorIndex) -> None:
    store.put([entry("a", 2), entry("b")])
    sync(store, index)
    store.put([entry("b", 2)])
    steps: list[tuple[int, int]] = []
    before = store.seal()
    rebuild(store, index, lambda done, total: steps.append((done, total)))
    assert steps == [(4, 4)]
    assert indexed(index, *"ab") == stored(store, *"ab")
    assert store.n_pending() == 0
    assert store.seal() != before


def test_a_store_without_vectors_is_rebuilt_to_an_empty_index(store: Store, index: VectorIndex) -> None:
    rebuild(store, index)
    assert index.query("text", np.ones(8, dtype=np.float32), 5) == []
