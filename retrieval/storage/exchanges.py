"""Rows of the exchanges table: what was asked and answered in a conversation, as people saw it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.storage.checksums import sound


@dataclass(frozen=True, slots=True)
class StoredExchange:
    """A request and its answer, as they were shown.

    Attributes:
        user: Whose conversation it is.
        title: What was asked, in a few words.
        at_s: When, in seconds since 1970.
        body: Both as JSON; what is in it is for whoever wrote it.
    """

    user: str
    title: str
    at_s: float
    body: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation in a list: what was asked first, when it was last spoken in, and how often."""

    id: str
    title: str
    at_s: float
    exchanges: int


def put(db: sqlite3.Connection, conversation: str, number: int, exchange: StoredExchange) -> None:
    """Keep an exchange under its number, from 1; not of somebody who has opted out."""
    db.execute(
        """INSERT OR REPLACE INTO exchanges (conversation, number, user, title, at_s, body)
           SELECT :conversation, :number, :user, :title, :at_s, :body
           WHERE :user NOT IN (SELECT user FROM opted_out)""",
        {
            "conversation": conversation,
            "number": number,
            "user": exchange.user,
            "title": exchange.title,
            "at_s": exchange.at_s,
            "body": exchange.body,
        },
    )


def of_conversation(db: sqlite3.Connection, conversation: str, user: str) -> list[StoredExchange]:
    """All exchanges of a person's conversation, in order; none where they have no such conversation."""
    rows = db.execute(
        f"""SELECT user, title, at_s, body FROM exchanges
            WHERE conversation = ? AND user = ? AND {sound("exchanges")} ORDER BY number""",  # noqa: S608
        (conversation, user),
    )
    return [StoredExchange(*row) for row in rows]


def since(db: sqlite3.Connection, at_s: float) -> Iterator[StoredExchange]:
    """All exchanges from a time on, of whomever, the oldest first."""
    rows = db.execute(
        f"SELECT user, title, at_s, body FROM exchanges WHERE at_s >= ? AND {sound('exchanges')} ORDER BY at_s",  # noqa: S608
        (at_s,),
    )
    yield from (StoredExchange(*row) for row in rows)


def of_user(db: sqlite3.Connection, user: str, most: int) -> list[Listed]:
    """A person's conversations, the one spoken in last first."""
    # beside max(number) or min(number), SQLite takes bare columns from the very row that holds it
    rows = db.execute(
        """SELECT first.conversation, first.title, last.at_s, last.n
           FROM (SELECT conversation, title, min(number) FROM exchanges
                 WHERE user = :user GROUP BY conversation) AS first
           JOIN (SELECT conversation, max(at_s) AS at_s, count(*) AS n
                 FROM exchanges WHERE user = :user GROUP BY conversation) AS last USING (conversation)
           ORDER BY last.at_s DESC, first.conversation LIMIT :most""",
        {"user": user, "most": most},
    )
    return [Listed(*row) for row in rows]


def drop(db: sqlite3.Connection, conversation: str, user: str, after: int) -> None:
    """Erase a person's exchanges of a conversation with a higher number; after 0, the conversation with its turns."""
    db.execute("DELETE FROM exchanges WHERE conversation = ? AND user = ? AND number > ?", (conversation, user, after))
    if after == 0:
        db.execute("DELETE FROM turns WHERE conversation = ? AND user = ?", (conversation, user))
