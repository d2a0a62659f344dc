"""A database of the format before keeps all that it held."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from retrieval.errors import WorkspaceDamaged
from retrieval.storage.database import APPLICATION_ID
from retrieval.storage.migrations import MIGRATIONS, WITH_CHECKSUMS
from retrieval.storage.store import Store

BEFORE = f"""
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {WITH_CHECKSUMS - 1};
INSERT INTO items VALUES (4, 'a', 'd', '{{"title": "A lamp", "description": "", "category": null, "price": 2.5,
    "attributes": {{}}, "media": []}}');
INSERT INTO descriptions VALUES ('m', 'person', '1', '{{"kind": "image", "text": "Red.", "spans": [], "original": null,
    "language": "en"}}');
INSERT INTO item_descriptions VALUES (4, 0, 'm', 'person', '1');
INSERT INTO channels VALUES ('text', 'model', 2, 1);
INSERT INTO vectors VALUES (9, 'model', 'content', x'0000803f00000000');
INSERT INTO item_vectors VALUES ('text', 4, 0, 9);
INSERT INTO outbox VALUES (7, 'text', 'a', 0);
INSERT INTO settings VALUES ('name', 'value');
INSERT INTO blobs VALUES ('name', x'00ff');
INSERT INTO interactions VALUES (5, 'ada', 'a', 'rating', 4, NULL, 'bright');
INSERT INTO interactions VALUES (8, 'bob', 'a', 'like', NULL, 3, NULL);
DELETE FROM interactions WHERE seq = 8;
INSERT INTO opted_out VALUES ('eve');
INSERT INTO turns VALUES ('talk', 1, NULL, '{{}}');
INSERT INTO exchanges VALUES ('talk', 1, 'ada', 'A lamp', 3, '{{}}');
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / "t.db")) as db:
        db.executescript("PRAGMA foreign_keys = ON;" + "".join(MIGRATIONS[: WITH_CHECKSUMS - 1]) + BEFORE)
    return tmp_path / "t.db"


def test_everything_is_there_afterwards_and_every_row_has_its_checksum(path: Path) -> None:
    with Store.open(path) as store:
        assert (store.schema_version(), store.damage(), store.note) == (len(MIGRATIONS), None, None)
        item = store.item("a")
        assert item is not None
        assert (item.title, item.price, item.descriptions[0].text) == ("A lamp", 2.5, "Red.")
        ids, matrix = store.vectors("text")
        assert (ids, matrix.tolist()) == (["a"], [[1.0, 0.0]])
        assert [(event.user, event.value, event.reason) for event in store.interactions()] == [("ada", 4.0, "bright")]
        assert store.rows_of("ada").keys() == {"exchanges", "interactions"}
        assert (store.setting("name"), store.blob("name")) == ("value", b"\x00\xff")
        assert store.who_opted_out() == {"eve"}
        assert len(store.turns("talk")) == 1
        assert [change.seq for change in store.pending()] == [7]
    with Store.open(path) as store:
        assert store.note is None


def test_numbers_of_what_was_erased_are_not_given_again(path: Path) -> None:
    with Store.open(path) as store:
        store.replace_channel("bridge", "fit", ["a"], np.ones((1, 2), np.float32))
        assert min(change.seq for change in store.pending() if change.channel == "bridge") > 7
    with closing(sqlite3.connect(path)) as db:
        assert dict(db.execute("SELECT name, seq FROM sqlite_sequence"))["interactions"] == 8


def test_what_refers_to_rows_still_goes_with_them(path: Path) -> None:
    with Store.open(path) as store:
        store.delete(["a"])
        assert (store.vectors("text")[0], store.damage()) == ([], None)


def test_a_damaged_one_is_refused_before_its_rows_get_checksums(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[4096 * 3 : 4096 * 3 + 64] = bytes(range(64))
    path.write_bytes(raw)
    for _ in range(2):
        with pytest.raises(WorkspaceDamaged):
            Store.open(path)
    assert not list(path.parent.glob("*.bak"))
