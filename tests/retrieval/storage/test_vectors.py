"""Vectors of items, by channel, each channel with those of one model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from retrieval.items import Item
from retrieval.storage.store import Embedded, StoredItem
from retrieval.storage.store.items import ItemStore
from retrieval.storage.store.vectors import VectorStore
from tests.support.shelf import units


class Store(ItemStore, VectorStore):
    """Items with their vectors."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "t.db") as opened:
        yield opened


def put(store: Store, name: str, **vectors: np.ndarray) -> None:
    """An item with vectors by channel; the channel's name is also that of its model."""
    embedded = {
        channel: Embedded(channel, tuple(f"{channel} {name} {part}" for part in range(len(matrix))), matrix)
        for channel, matrix in vectors.items()
    }
    store.put([StoredItem(Item(name, name), "d", embedded)])


def test_vectors_come_in_the_order_of_the_items_though_they_were_stored_in_another(store: Store) -> None:
    for name in "abc":
        put(store, name)
    for seed, name in ((1, "c"), (2, "a")):
        put(store, name, text=units(2, seed=seed))
    ids, matrix = store.vectors("text")
    assert ids == ["a", "a", "c", "c"]
    np.testing.assert_array_equal(matrix, np.concatenate([units(2, seed=2), units(2, seed=1)]))


def test_channels_that_hold_nothing_any_more_have_no_encoder(store: Store) -> None:
    put(store, "a", text=units(1), visual=units(1, dim=3))
    assert store.encoders() == {"text": "text", "visual": "visual"}
    put(store, "a", text=units(1))
    assert store.encoders() == {"text": "text"}
    assert store.channels()["visual"].n_vectors == 0


def test_emptied_channels_have_every_item_embedded_anew(store: Store) -> None:
    for name in "ab":
        put(store, name, text=units(1), visual=units(1, dim=3))
    store.empty_channels(["visual", "never there"])
    assert store.vectors("visual")[0] == []
    assert store.vectors("text")[0] == ["a", "b"]
    assert store.digests() == {"a": "", "b": ""}
    assert set(store.channels()) == {"text", "visual"}


def test_a_vector_is_known_by_its_content_as_long_as_an_item_has_it(store: Store) -> None:
    put(store, "a", text=units(1))
    assert list(store.cached_vectors("text", ["text a 0", "unknown"])) == ["text a 0"]
    np.testing.assert_array_equal(store.cached_vectors("text", ["text a 0"])["text a 0"], units(1)[0])
    assert store.cached_vectors("another model", ["text a 0"]) == {}
    store.delete(["a"])
    assert store.cached_vectors("text", ["text a 0"]) == {}


def test_an_item_gives_its_vectors_of_all_channels_as_they_were_put(store: Store) -> None:
    put(store, "a", text=units(2), visual=units(1, dim=3))
    embedded = store.embedded("a")
    assert {name: vectors.vectors.shape for name, vectors in embedded.items()} == {"text": (2, 8), "visual": (1, 3)}
    assert embedded["text"].contents == ("text a 0", "text a 1")
    assert store.embedded("nobody") == {}


@pytest.mark.parametrize(
    ("ids", "matrix", "what"),
    [
        (["a", "a"], units(1), "2 ids do not fit 1 vectors"),
        (["a"], np.full((1, 8), np.nan, dtype=np.float32), "vectors must be finite"),
        (["nobody"], units(1), "'nobody' is not stored"),
    ],
)
def test_a_channel_is_replaced_by_vectors_of_items_that_are_there_or_not_at_all(
    store: Store, ids: list[str], matrix: np.ndarray, what: str
) -> None:
    put(store, "a", bridge=units(1, seed=5))
    with pytest.raises(ValueError, match=what):
        store.replace_channel("bridge", "new", ids, matrix)
    assert store.encoders() == {"bridge": "bridge"}
    np.testing.assert_array_equal(store.item_vectors("bridge", "a"), units(1, seed=5))
