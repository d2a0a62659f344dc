"""The points of an item's pictures are kept with it, replaced with it, and go with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.items import Item
from retrieval.matching.points import MOST_PICTURES
from retrieval.storage.store import Store, StoredItem
from tests.retrieval.matching.test_points import points


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "t.db") as opened:
        yield opened


def test_they_are_read_as_they_were_put_and_bounded(store: Store) -> None:
    pictures = {f"sha{number}": points(number + 1) for number in range(MOST_PICTURES + 3)}
    store.put([StoredItem(Item("a", "A"), "d", points=pictures), StoredItem(Item("b", "B"), "d")])
    found = store.points(["a", "b", "nobody"])
    assert {item: [*read] for item, read in found.items()} == {
        "a": [f"sha{number}" for number in range(MOST_PICTURES)],
        "b": [],
        "nobody": [],
    }
    assert (found["a"]["sha2"].descriptors == pictures["sha2"].descriptors).all()
    assert store.damage() is None


def test_a_later_version_of_an_item_has_its_own(store: Store) -> None:
    store.put([StoredItem(Item("a", "A"), "d", points={"one": points(3)})])
    store.put([StoredItem(Item("a", "A"), "e", points={"two": points(4)})])
    assert [*store.points(["a"])["a"]] == ["two"]
    store.put([StoredItem(Item("a", "A"), "f")])
    assert store.points(["a"]) == {"a": {}}


def test_they_go_with_their_item(store: Store) -> None:
    store.put([StoredItem(Item(name, name), "d", points={"shared": points(2)}) for name in "ab"])
    store.delete(["a"])
    assert store.points(["a", "b"])["b"].keys() == {"shared"}
    with store._reading() as db:
        assert db.execute("SELECT count(*) FROM item_points").fetchone() == (1,)
