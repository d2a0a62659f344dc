"""Rows of the interactions table, written and read inside a transaction that the store holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from retrieval.interactions import Interaction
from retrieval.storage.checksums import sound

LEARNED = "collaborative models"
FUSIONS_OF_PEOPLE = "fusion for history: "  # names of blobs that begin so hold fusions learned from people's histories
_IN = "user NOT IN (SELECT user FROM opted_out)"  # whose events may be kept and learned from
_PAGE = 5_000  # events read under one hold of the lock
_NO_TIME = -1e300
_TIME = "coalesce(at_s, -1e300)"  # literally as in the index `interactions_once`, or SQLite would not use it


@dataclass(frozen=True, slots=True)
class InteractionState:
    """How much is known of what people did.

    Attributes:
        n_events: All events stored.
        n_users: People with at least one.
        n_items: Items of the catalog with at least one.
        n_waiting: Events of items that the catalog does not hold.
        last: Number of the latest event; it never sinks, so that new events show.
    """

    n_events: int
    n_users: int
    n_items: int
    n_waiting: int
    last: int


@dataclass(frozen=True, slots=True)
class Company:
    """`people` chose two items, of `of` who chose the second one."""

    people: int
    of: int


def company(
    db: sqlite3.Connection, item_id: str, others: Sequence[str], user: str, rating: float, *, liked: bool
) -> dict[str, Company]:
    """How many people liked both an item and each of others, or chose both; what they disliked they did not choose."""
    # liked: what people said they like; chosen: whatever they did but for the ways to say no
    deeds = "kind IN ('like', 'save')" if liked else "kind NOT IN ('rating', 'dislike', 'hide')"
    chose = f"({deeds} OR (kind = 'rating' AND coalesce(value, :unrated) >= :rating))"
    companies = {}
    for other in others:
        row = db.execute(
            f"""WITH theirs AS (
                    SELECT DISTINCT user FROM interactions WHERE item = :other AND user <> :user AND {_IN} AND {chose}
                )
                SELECT count(*) FILTER (WHERE EXISTS (
                    SELECT 1 FROM interactions WHERE user = theirs.user AND item = :item AND {chose}
                )), count(*) FROM theirs""",  # noqa: S608 (constants)
            {"other": other, "item": item_id, "user": user, "rating": rating, "unrated": -1 if liked else rating},
        ).fetchone()
        # company of nobody is no evidence, and would only have to be left out again
        if row[0]:
            companies[other] = Company(*row)
    return companies


def by_day(db: sqlite3.Connection, at_s: float) -> list[tuple[str, str, int]]:
    """How many events of each kind there were on each day, in UTC, from a time on: day, kind, number."""
    return db.execute(
        f"""SELECT date(at_s, 'unixepoch'), kind, count(*) FROM interactions
            WHERE at_s >= ? AND {_IN} AND {sound("interactions")} GROUP BY 1, 2 ORDER BY 1, 2""",  # noqa: S608
        (at_s,),
    ).fetchall()


def forget_learned(db: sqlite3.Connection) -> None:
    """Erase what was learned from events: it holds traces of everyone it was learned from."""
    db.execute("DELETE FROM blobs WHERE name = ? OR name LIKE ?", (LEARNED, f"{FUSIONS_OF_PEOPLE}%"))


def put(db: sqlite3.Connection, interactions: Iterable[Interaction]) -> int:
    """Keep events of people who have not opted out; returns how many were not there before."""
    before = _count(db)
    db.executemany(
        f"""INSERT INTO interactions (user, item, kind, value, at_s, reason)
            SELECT * FROM (SELECT ? AS user, ?, ?, ?, ?, ?) WHERE {_IN}
            ON CONFLICT (user, item, kind, {_TIME}) DO UPDATE SET value = excluded.value, reason = excluded.reason
            WHERE value IS NOT excluded.value OR reason IS NOT excluded.reason""",  # noqa: S608 (constants)
        ((event.user, event.item_id, event.kind, event.value, event.at_s, event.reason) for event in interactions),
    )
    return _count(db) - before


def erase(db: sqlite3.Connection, user: str, item_id: str, kind: str) -> int:
    """Erase what a person did with an item, of one kind, and what was learned from it; returns how many events."""
    erased = db.execute(
        "DELETE FROM interactions WHERE user = ? AND item = ? AND kind = ?", (user, item_id, kind)
    ).rowcount
    if erased:
        forget_learned(db)
    return erased


def pages(reading: Callable[[], AbstractContextManager[sqlite3.Connection]], user: str | None) -> Iterator[Interaction]:
    """All events of people who have not opted out, or those of one person, by person, time and arrival.

    The lock is free between pages.
    """
    # where the page before ended: places by key cost the same however far the reading is, an offset ever more
    person, at_s, seq = "", _NO_TIME, -1
    while True:
        with reading() as db:
            rows = db.execute(
                f"""SELECT user, item, kind, value, at_s, reason, seq FROM interactions
                    WHERE (user = :user OR (:user IS NULL AND {_IN})) AND {sound("interactions")}
                    AND user >= :person AND (user, {_TIME}, seq) > (:person, :at_s, :seq)
                    ORDER BY user, {_TIME}, seq LIMIT :most""",  # noqa: S608 (constants)
                {
                    "user": user,
                    "person": user or person if seq < 0 else person,
                    "at_s": at_s,
                    "seq": seq,
                    "most": _PAGE,
                },
            ).fetchall()
        for row in rows:
            yield Interaction(*row[:6])
        if len(rows) < _PAGE:
            return
        person, at_s, seq = rows[-1][0], _NO_TIME if rows[-1][4] is None else rows[-1][4], rows[-1][6]


def state(db: sqlite3.Connection) -> InteractionState:
    """Counts over the whole table."""
    counts = db.execute(
        """SELECT count(*), count(DISTINCT user),
                  (SELECT count(*) FROM items WHERE EXISTS (SELECT 1 FROM interactions WHERE item = items.id)),
                  (SELECT count(*) FROM interactions WHERE NOT EXISTS (SELECT 1 FROM items WHERE id = item)),
                  coalesce(max(seq), 0)
           FROM interactions"""
    ).fetchone()
    return InteractionState(*counts)


def _count(db: sqlite3.Connection) -> int:
    n_events: int = db.execute("SELECT count(*) FROM interactions").fetchone()[0]
    return n_events
