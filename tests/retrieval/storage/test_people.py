"""What belongs to one person: kept out, shown and erased, in whatever table it stands."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from retrieval.interactions import Interaction
from retrieval.storage import people
from retrieval.storage.database import connect
from retrieval.storage.events import LEARNED
from retrieval.storage.store.people import PeopleStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PeopleStore]:
    with PeopleStore.open(tmp_path / "t.db") as opened:
        yield opened


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(tmp_path / "rows.db")) as opened:
        yield opened


def rate(store: PeopleStore, *values: float) -> None:
    store.put_interactions(Interaction("ada", f"i{at}", "rating", value) for at, value in enumerate(values))


def test_what_was_learned_goes_when_somebody_opts_out_or_in_and_stays_when_nothing_changes(store: PeopleStore) -> None:
    for out, gone in ((False, False), (True, True), (True, False), (False, True)):
        store.set_blob(LEARNED, b"models")
        store.opt_out("ada", out)
        assert (store.learned() is None) == gone
        assert store.opted_out("ada") == out
    assert store.who_opted_out() == frozenset()


def test_who_opted_out_is_known_by_name(store: PeopleStore) -> None:
    for user in ("ada", "bob"):
        store.opt_out(user, True)
    store.opt_out("ada", False)
    assert store.who_opted_out() == {"bob"}
    assert not store.opted_out("nobody")


def test_models_are_not_kept_where_something_was_erased_while_they_were_fitted(store: PeopleStore) -> None:
    before = store.n_erasures
    store.keep_learned(b"first", before)
    assert store.learned() == b"first"
    store.put_interactions([Interaction("ada", "a", "like")])
    store.withdraw("ada", "a", "like")
    store.keep_learned(b"with traces of ada", before)
    assert store.learned() is None
    store.keep_learned(b"second", store.n_erasures)
    assert store.learned() == b"second"


@pytest.mark.parametrize(
    ("ratings", "asked_for", "highest"),
    [((), (), None), ((3.0,), (), 3.0), ((3.0,), (5.0,), 5.0), ((9.0,), (5.0,), 9.0), ((), (5.0, 1.0), 5.0)],
)
def test_the_highest_rating_is_the_highest_given_or_asked_for(
    store: PeopleStore, ratings: tuple[float, ...], asked_for: tuple[float, ...], highest: float | None
) -> None:
    rate(store, *ratings)
    for top in asked_for:
        store.rate_up_to(top)
    assert store.highest_rating() == highest


def test_a_person_is_erased_from_every_table_that_names_them_a_new_one_included(db: sqlite3.Connection) -> None:
    db.execute("CREATE TABLE \"new 'table'\" (user TEXT, note TEXT)")
    db.execute("CREATE TABLE others (person TEXT)")
    for user in ("ada", "bob"):
        db.execute("INSERT INTO \"new 'table'\" VALUES (?, 'x')", (user,))
        db.execute("INSERT INTO others VALUES (?)", (user,))
        db.execute("INSERT INTO opted_out VALUES (?)", (user,))
    assert people.rows_of(db, "ada") == {"new 'table'": [{"user": "ada", "note": "x"}], "opted_out": [{"user": "ada"}]}
    assert people.forget(db, "ada") == {"new 'table'": 1, "opted_out": 1}
    assert people.rows_of(db, "ada") == {}
    assert len(people.rows_of(db, "bob")) == 2
    assert db.execute("SELECT count(*) FROM others").fetchone() == (2,)


def test_a_person_leaves_copies_that_migrations_made_as_well(store: PeopleStore, tmp_path: Path) -> None:
    store.put_interactions([Interaction("erased-person", "a", "like"), Interaction("bob", "a", "like")])
    backup = tmp_path / "t.db.format-1.bak"
    with closing(sqlite3.connect(backup)) as copy, closing(sqlite3.connect(store.path)) as own:
        own.backup(copy)
    assert b"erased-person" in backup.read_bytes()
    assert store.delete_user("erased-person") == {"interactions": 1}
    assert b"erased-person" not in backup.read_bytes()
    with closing(sqlite3.connect(backup)) as copy:
        assert copy.execute("SELECT user FROM interactions").fetchall() == [("bob",)]


def test_a_person_who_left_nothing_is_erased_from_nowhere(store: PeopleStore) -> None:
    assert store.rows_of("nobody") == {}
    assert store.delete_user("nobody") == {}
