"""Rows of the interactions table, by the connection that a transaction holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from retrieval.interactions import Interaction
from retrieval.items import Item
from retrieval.storage import events, people, tables
from retrieval.storage.database import connect
from retrieval.storage.events import FUSIONS_OF_PEOPLE, LEARNED, Company, InteractionState
from retrieval.storage.stored import StoredItem

LIKE = Interaction("ada", "a", "like")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(tmp_path / "t.db")) as opened:
        yield opened


def all_events(db: sqlite3.Connection, user: str | None = None) -> list[Interaction]:
    @contextmanager
    def reading() -> Iterator[sqlite3.Connection]:
        yield db

    return list(events.pages(reading, user))


def blobs(db: sqlite3.Connection) -> list[str]:
    return [name for (name,) in db.execute("SELECT name FROM blobs ORDER BY name")]


def test_only_events_that_were_not_there_are_counted_and_their_value_and_reason_are_the_latest(
    db: sqlite3.Connection,
) -> None:
    rated = Interaction("ada", "a", "rating", 4.0, 10.0)
    assert events.put(db, [LIKE, rated, LIKE]) == 2
    changed = [Interaction("ada", "a", "rating", 1.0, 10.0), Interaction("ada", "a", "like", reason="the blue")]
    assert events.put(db, changed) == 0
    assert all_events(db) == changed[::-1]


def test_an_event_of_another_kind_or_time_is_another_event(db: sqlite3.Connection) -> None:
    others = [
        Interaction("ada", "a", "save"),
        Interaction("ada", "a", "like", at_s=0.0),
        Interaction("bob", "a", "like"),
    ]
    assert events.put(db, [LIKE, *others]) == 4


def test_of_who_opted_out_nothing_new_is_kept_and_their_old_events_come_only_where_they_are_named(
    db: sqlite3.Connection,
) -> None:
    events.put(db, [LIKE, Interaction("bob", "a", "like")])
    people.opt_out(db, "ada", True)
    assert events.put(db, [Interaction("ada", "b", "like")]) == 0
    assert [event.user for event in all_events(db)] == ["bob"]
    assert all_events(db, "ada") == [LIKE]


def test_a_page_ends_between_events_of_the_same_person_and_time(
    db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "_PAGE", 2)
    same_time = [Interaction("ada", item, "view", None, at_s) for at_s in (None, 5.0) for item in "cab"]
    events.put(db, same_time)
    assert all_events(db) == same_time
    assert all_events(db, "ada") == same_time
    assert all_events(db, "bob") == []


def test_withdrawing_takes_one_kind_of_one_person_and_what_was_learned_only_where_something_was_erased(
    db: sqlite3.Connection,
) -> None:
    events.put(db, [LIKE, Interaction("ada", "a", "like", at_s=3.0), Interaction("ada", "a", "save")])
    for name in (LEARNED, f"{FUSIONS_OF_PEOPLE}network", "bridge ridge"):
        tables.put_blob(db, name, b"x")
    assert events.erase(db, "ada", "a", "dislike") == 0
    assert len(blobs(db)) == 3
    assert events.erase(db, "ada", "a", "like") == 2
    assert [event.kind for event in all_events(db)] == ["save"]
    assert blobs(db) == ["bridge ridge"]


def test_the_state_counts_people_items_of_the_catalog_and_events_that_wait(db: sqlite3.Connection) -> None:
    assert events.state(db) == InteractionState(0, 0, 0, 0, 0)
    tables.put_item(db, StoredItem(Item("a", "A"), "d"))
    events.put(db, [LIKE, Interaction("ada", "a", "save"), Interaction("bob", "late", "like")])
    assert events.state(db) == InteractionState(n_events=3, n_users=2, n_items=1, n_waiting=1, last=3)
    events.erase(db, "bob", "late", "like")
    events.put(db, [Interaction("bob", "late", "like")])
    assert events.state(db).last == 4  # numbers are never given twice, so that new events show


def test_company_counts_who_chose_both_of_who_chose_the_other(db: sqlite3.Connection) -> None:
    liked_both = [Interaction(user, item, "like") for user in ("u1", "u2") for item in "ab"]
    only_other = [Interaction("u3", "b", "save"), Interaction("u4", "b", "rating", 5.0), Interaction("u5", "b", "view")]
    events.put(db, [*liked_both, *only_other, Interaction("u4", "a", "rating", 2.0)])
    assert events.company(db, "a", ["b", "c"], "nobody", 4.0, liked=True) == {"b": Company(people=2, of=4)}
    assert events.company(db, "a", ["b"], "u1", 4.0, liked=True) == {"b": Company(people=1, of=3)}
    assert events.company(db, "a", ["b"], "nobody", 2.0, liked=False) == {"b": Company(people=3, of=5)}
