"""Small texts and bytes under names, and what the index has still to learn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.items import Item
from retrieval.storage.store import Embedded, StoredItem
from retrieval.storage.store.items import ItemStore
from retrieval.storage.store.named import NamedStore
from retrieval.storage.store.outbox import Outbox
from tests.support.shelf import units


class Store(ItemStore, Outbox):
    """Items, and what the index must learn of them."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "t.db") as opened:
        yield opened


def entries(*names: str) -> list[StoredItem]:
    return [
        StoredItem(Item(name, name), "d", {"text": Embedded("m", (name,), units(1, seed=ord(name)))}) for name in names
    ]


def test_texts_and_bytes_of_the_same_name_are_apart_and_the_latest_counts(store: NamedStore) -> None:
    store.set_setting("name", "first")
    store.set_setting("name", "")
    store.set_blob("name", b"\0\xff")
    assert (store.setting("name"), store.blob("name")) == ("", b"\0\xff")
    assert (store.setting("other"), store.blob("other")) == (None, None)


def test_blobs_are_replaced_by_their_prefix_as_it_is_written(store: NamedStore) -> None:
    for name in ("fus_on a", "fusion a", "fus_on b", "Fus_on c", "other"):
        store.set_blob(name, b"old")
    store.replace_blobs("fus_on ", {"fus_on b": b"new"}, {"tuned": "yes"})
    left = {name: store.blob(name) for name in ("fus_on a", "fus_on b", "fusion a", "Fus_on c", "other")}
    assert left == {"fus_on a": None, "fus_on b": b"new", "fusion a": b"old", "Fus_on c": b"old", "other": b"old"}
    assert store.setting("tuned") == "yes"


def test_changes_wait_oldest_first_until_they_are_settled(store: Store) -> None:
    store.put(entries(*"abc"))
    assert [change.item for change in store.pending()] == ["a", "b", "c"]
    assert [change.item for change in store.pending(2)] == ["a", "b"]
    assert store.n_pending() == 3
    store.settle(store.pending(2)[-1].seq)
    assert [change.item for change in store.pending()] == ["c"]


def test_a_change_that_was_settled_leaves_its_number_to_no_other(store: Store) -> None:
    store.put(entries("a"))
    last = store.pending()[-1].seq
    store.settle(last)
    store.put(entries("b"))
    assert store.pending()[0].seq > last


def test_a_store_that_was_never_settled_with_has_no_seal(store: Store) -> None:
    assert store.seal() == ""
    store.settle(0)
    first = store.seal()
    assert first == store.seal() != ""
    store.settle(0)
    assert store.seal() != first
