"""Turns: what can be a request, and its text made clean."""

from __future__ import annotations

import unicodedata
from typing import NewType

from agent.answers import MAX_K, MAX_TEXT_BYTES, UserTurn
from agent.errors import RequestError
from retrieval.catalog.cleaning import clean_text
from retrieval.importers.rows import MAX_ID_CHARS
from retrieval.interactions import unseen_character
from retrieval.text.addressing import without_overrides


def validate(turn: UserTurn) -> None:
    """Refuse a turn that cannot be a request, before anything costly is done.

    Raises:
        RequestError: it is empty or too long, its user has no usable name, or it wants an impossible number of items
            or strength of variety.
    """
    if turn.user is not None:
        user_id(turn.user)
    # Halves of surrogate pairs are counted as what replaces them: they are cleaned away later, and no reason to fail.
    size = len(turn.text.encode("utf-8", errors="replace"))
    if size > MAX_TEXT_BYTES:
        raise RequestError(
            f"The request is {size:,} bytes long; {MAX_TEXT_BYTES:,} is the most that is read.",
            "Say in a few sentences what you are looking for.",
        )
    if not 1 <= turn.k <= MAX_K:
        raise RequestError(f"k is {turn.k}, and must lie between 1 and {MAX_K}.", "Ask for fewer or more items.")
    if turn.diversity is not None and not 0 <= turn.diversity <= 1:
        raise RequestError(f"The diversity is {turn.diversity}, and must lie between 0 and 1.", "Give 0 for none.")
    if not clean(turn.text) and not (turn.images or turn.audio or turn.video or turn.user or turn.without):
        raise RequestError(
            "The request is empty.", "Write what you are looking for, give a picture or a recording, or say who asks."
        )


def clean(text: str) -> str:
    """Text in NFKC on one line, without control, invisible and bidirectional characters."""
    # Category C holds what steers a terminal or reorders a line, and would hide what a prompt says.
    characters = (" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join(unicodedata.normalize("NFKC", clean_text("".join(characters))).split())


def wish_of(text: str) -> str:
    """A turn's text made clean, and without what tells us to ignore instructions: of that nothing can be looked for."""
    return without_overrides(clean(text))


def gives_up_rules(text: str) -> bool:
    """Whether a turn's text tells us to ignore instructions."""
    return wish_of(text) != clean(text)


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


__all__ = ["MAX_K", "MAX_TEXT_BYTES", "clean", "gives_up_rules", "validate", "wish_of"]
