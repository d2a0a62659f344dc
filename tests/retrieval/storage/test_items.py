"""Items of the store, and descriptions from the moment they are made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.items import Description, Item, Media
from retrieval.storage.store import StoredItem
from retrieval.storage.store.items import ItemStore

PHOTO = Description("ab" * 32, "image", "describer", "1", "A boat.")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ItemStore]:
    with ItemStore.open(tmp_path / "t.db") as opened:
        yield opened


def put(store: ItemStore, *names: str) -> None:
    store.put([StoredItem(Item(name, f"Title of {name}"), f"digest of {name}") for name in names])


def with_picture(name: str, path: str) -> StoredItem:
    return StoredItem(Item(name, name, media=(Media("image", path, path.rpartition("/")[2]),)), "d")


def test_pages_follow_one_another_without_a_gap_though_items_were_erased(store: ItemStore) -> None:
    put(store, *"abcdef")
    store.delete(["b", "e"])
    first = store.page(-1, 3)
    second = store.page(first[-1][0], 3)
    assert [item.id for _, item in (*first, *second)] == ["a", "c", "d", "f"]
    assert store.page(second[-1][0], 3) == []
    assert store.page(-1, 0) == []


def test_a_digest_is_that_of_the_latest_version(store: ItemStore) -> None:
    put(store, "a")
    store.put([StoredItem(Item("a", "Again"), "another")])
    assert (store.digest("a"), store.digest("nobody")) == ("another", None)
    assert (store.count(), store.digests()) == (1, {"a": "another"})


def test_one_item_is_read_with_what_was_perceived_in_its_media(store: ItemStore) -> None:
    item = Item("a", "A", descriptions=(PHOTO,))
    store.put([StoredItem(item, "d")])
    assert store.item("a") == item
    assert store.item("nobody") is None


def test_a_description_made_anew_takes_the_place_of_the_old_in_every_item(store: ItemStore) -> None:
    store.put([StoredItem(Item(name, name, descriptions=(PHOTO,)), "d") for name in "ab"])
    again = Description(PHOTO.media, "image", "describer", "1", "A sailing boat.")
    store.put_description(again)
    assert store.description(PHOTO.media, "describer", "1") == again
    assert [item.descriptions for item in store.items()] == [(again,), (again,)]


@pytest.mark.parametrize(
    ("before", "after"),
    [("/old/media", "/new/media"), ('/a "quoted" one', "/plain"), ("/ältere", "/新"), ("/a\\b", "/c")],
)
def test_media_are_found_in_the_folder_they_were_moved_to(store: ItemStore, before: str, after: str) -> None:
    store.put([with_picture("a", f"{before}/x.jpg"), with_picture("b", f"{before}-other/x.jpg")])
    store.move_media(before, after)
    moved, other = store.items()
    assert (moved.media[0].path, moved.media[0].name) == (f"{after}/x.jpg", "x.jpg")
    assert other.media[0].path == f"{before}-other/x.jpg"


def test_the_name_of_a_file_is_found_in_the_rows_of_items(store: ItemStore) -> None:
    store.put([with_picture("a", "/media/3f2a.jpg")])
    assert store.mentions("3f2a.jpg")
    assert not store.mentions("3f2b.jpg")
    store.delete(["a"])
    assert not store.mentions("3f2a.jpg")
