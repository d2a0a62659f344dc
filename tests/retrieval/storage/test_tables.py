"""Rows of the database, by the connection that a transaction holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from retrieval.interactions import Interaction
from retrieval.items import Description, Item
from retrieval.storage import events, tables
from retrieval.storage.database import connect
from retrieval.storage.stored import Embedded, StoredItem
from tests.support.shelf import units

PHOTO = Description("ab" * 32, "image", "describer", "1", "A boat.")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(tmp_path / "t.db")) as opened:
        yield opened


def embedded(*contents: str, model: str = "m") -> Embedded:
    return Embedded(model, contents, np.concatenate([units(1, seed=sum(content.encode())) for content in contents]))


def count(db: sqlite3.Connection, table: str) -> int:
    return tables.number(db, f"SELECT count(*) FROM {table}")


def test_parts_are_counted_for_each_item_wherever_its_rows_stand() -> None:
    assert tables.number_parts(["a", "a", "b", "a", "b"]) == [0, 1, 0, 2, 1]
    assert tables.number_parts([]) == []


def test_an_item_is_read_with_the_descriptions_of_its_media_in_their_order(db: sqlite3.Connection) -> None:
    other = Description("cd" * 32, "image", "describer", "1", "A tree.")
    items = [Item("a", "A", descriptions=(other, PHOTO)), Item("b", "B"), Item("c", "C", descriptions=(PHOTO,))]
    for item in items:
        tables.put_item(db, StoredItem(item, "d"))
    rows = db.execute("SELECT seq, id, body FROM items ORDER BY seq").fetchall()
    assert tables.with_descriptions(db, rows) == items
    assert tables.with_descriptions(db, []) == []
    assert count(db, "descriptions") == 2


def test_what_says_nothing_of_its_medium_is_no_description(db: sqlite3.Connection) -> None:
    refusal = Description("cd" * 32, "image", "describer", "1", "I'm sorry, but I can't help with that request.")
    tables.put_item(db, StoredItem(Item("a", "A", descriptions=(refusal, PHOTO)), "d"))
    (item,) = tables.with_descriptions(db, db.execute("SELECT seq, id, body FROM items").fetchall())
    assert item.descriptions == (PHOTO,)


def test_vectors_of_an_item_come_back_by_channel_as_they_were_put(db: sqlite3.Connection) -> None:
    put = {"text": embedded("c1", "c2"), "visual": embedded("c1", model="v")}
    tables.put_item(db, StoredItem(Item("a", "A"), "d", put))
    back = tables.embedded(db, "a")
    assert set(back) == {"text", "visual"}
    for name, vectors in back.items():
        assert (vectors.model, vectors.contents, vectors.searchable) == (put[name].model, put[name].contents, True)
        np.testing.assert_array_equal(vectors.vectors, put[name].vectors)
    assert tables.embedded(db, "nobody") == {}


def test_the_first_vector_of_a_content_stays_and_is_shared(db: sqlite3.Connection) -> None:
    first = Embedded("m", ("same",), units(1, seed=1))
    tables.put_item(db, StoredItem(Item("a", "A"), "d", {"text": first}))
    tables.put_item(db, StoredItem(Item("b", "B"), "d", {"text": Embedded("m", ("same",), units(1, seed=2))}))
    np.testing.assert_array_equal(tables.embedded(db, "b")["text"].vectors, first.vectors)
    assert count(db, "vectors") == 1
    tables.delete_item(db, "a")
    assert count(db, "vectors") == 1
    tables.delete_item(db, "b")
    assert count(db, "vectors") == 0


def test_an_emptied_channel_keeps_no_vector_of_its_own_and_is_to_be_indexed_anew(db: sqlite3.Connection) -> None:
    tables.put_item(db, StoredItem(Item("a", "A"), "d", {"text": embedded("c1"), "visual": embedded("c1", "c2")}))
    tables.empty_channel(db, "visual")
    assert list(tables.embedded(db, "a")) == ["text"]
    assert [content for (content,) in db.execute("SELECT content FROM vectors")] == ["c1"]
    assert ("visual", None, 0) in db.execute("SELECT channel, item, parts FROM outbox").fetchall()


def test_a_channel_that_holds_exactly_the_same_is_not_replaced(db: sqlite3.Connection) -> None:
    for name in "ab":
        tables.put_item(db, StoredItem(Item(name, name), "d"))
    assert tables.replace_channel(db, "bridge", ["a", "b", "b"], embedded("c1", "c2", "c3"))
    assert not tables.replace_channel(db, "bridge", ["a", "b", "b"], embedded("c1", "c2", "c3"))
    assert tables.replace_channel(db, "bridge", ["a", "b", "b"], embedded("c1", "c3", "c2"))
    assert tables.embedded(db, "b")["bridge"].contents == ("c3", "c2")


def test_erasing_an_item_that_is_not_stored_erases_what_waited_for_it_and_what_was_learned(
    db: sqlite3.Connection,
) -> None:
    events.put(db, [Interaction("ada", "late", "like"), Interaction("ada", "other", "like")])
    tables.put_blob(db, events.LEARNED, b"models")
    tables.delete_item(db, "nobody did anything with it")
    assert count(db, "blobs") == 1
    tables.delete_item(db, "late")
    assert [item for (item,) in db.execute("SELECT item FROM interactions")] == ["other"]
    assert count(db, "blobs") == 0


def test_a_later_text_or_blob_takes_the_place_of_the_one_of_its_name(db: sqlite3.Connection) -> None:
    for value in ("first", "second"):
        tables.put_setting(db, "name", value)
        tables.put_blob(db, "name", value.encode())
    assert db.execute("SELECT value FROM settings").fetchall() == [("second",)]
    assert db.execute("SELECT value FROM blobs").fetchall() == [(b"second",)]
