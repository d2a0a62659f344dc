"""Who asks: a name that has been looked at before anything is done with it."""

from __future__ import annotations

from typing import NewType

from agent.errors import RequestError
from agent.sentences import Note
from retrieval.importers.rows import MAX_ID_CHARS
from retrieval.interactions import unseen_character

MAX_USER_CHARS = MAX_ID_CHARS  # who was imported can be asked about, and forgotten

UserId = NewType("UserId", str)
"""A name of a person, exactly as the application gave it: names that differ in anything are different people.

It is only ever a value in the database, never part of a path or a query's text, so that no character in it is special.
"""


def user_id(text: str) -> UserId:
    """`text` as a person's name.

    Raises:
        RequestError: it is blank, longer than `MAX_USER_CHARS`, or holds characters that cannot be seen or stored.
    """
    if not text.strip():
        raise RequestError(
            "The name of the user is empty.", "Give the name by which your application knows the person."
        )
    if len(text) > MAX_USER_CHARS:
        raise RequestError(
            f"The name of the user has {len(text):,} characters; {MAX_USER_CHARS} is the most.", "Give a shorter name."
        )
    if strange := unseen_character(text):
        raise RequestError(
            f"The name of the user holds the character U+{ord(strange):04X}, which cannot be seen.",
            "Leave control characters out of it.",
        )
    return UserId(text)


def out_note(user: str) -> Note:
    """What somebody who opted out is told."""
    return Note("opted out", user=user)
