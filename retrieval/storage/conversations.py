"""Rows of the turns table: what was said in a conversation, and what is known after each turn."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from retrieval.storage.checksums import sound


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """One turn of a conversation.

    Attributes:
        user: Whose conversation it is; None where that is not known.
        body: The turn as JSON; what is in it is for whoever wrote it.
    """

    user: str | None
    body: str


def put(db: sqlite3.Connection, conversation: str, number: int, turn: StoredTurn) -> None:
    """Keep a turn under its number, from 1; not of somebody who has opted out."""
    db.execute(
        """INSERT OR REPLACE INTO turns (conversation, number, user, body)
           SELECT :conversation, :number, :user, :body
           WHERE :user IS NULL OR :user NOT IN (SELECT user FROM opted_out)""",
        {"conversation": conversation, "number": number, "user": turn.user, "body": turn.body},
    )


def turns(db: sqlite3.Connection, conversation: str) -> list[StoredTurn]:
    """All turns of a conversation, in order; none where there is no such conversation."""
    rows = db.execute(
        f"SELECT user, body FROM turns WHERE conversation = ? AND {sound('turns')} ORDER BY number",  # noqa: S608
        (conversation,),
    )
    return [StoredTurn(*row) for row in rows]


def drop(db: sqlite3.Connection, conversation: str, after: int) -> None:
    """Erase the turns with a higher number."""
    db.execute("DELETE FROM turns WHERE conversation = ? AND number > ?", (conversation, after))
