"""Understand: a turn, and what was perceived in its media, become one typed request."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from agent.answers import Heard, Request, UserTurn
from agent.errors import RequestError
from agent.language import detect_language
from agent.perception.media import Transcript
from retrieval.catalog.cleaning import clean_text
from retrieval.filters import Filter, parse_filter
from retrieval.schema import Schema

MAX_TEXT_BYTES = 100_000
MAX_WISH_CHARS = 2_000  # what encoders and models read; more adds nothing to what is found
MAX_K = 1_000


@dataclass(frozen=True, slots=True)
class Understood:
    """A request, its must-haves parsed, and what was left out of it."""

    request: Request
    filters: tuple[Filter, ...]
    notes: tuple[str, ...]


def validate(turn: UserTurn) -> None:
    """Refuse a turn that cannot be a request, before anything costly is done.

    Raises:
        RequestError: it is empty, too long, or asks for an impossible number of items.
    """
    size = len(turn.text.encode("utf-8", errors="replace"))
    if size > MAX_TEXT_BYTES:
        raise RequestError(
            f"The request is {size:,} bytes long; {MAX_TEXT_BYTES:,} is the most that is read.",
            "Say in a few sentences what you are looking for.",
        )
    if not 1 <= turn.k <= MAX_K:
        raise RequestError(f"k is {turn.k}, and must lie between 1 and {MAX_K}.", "Ask for fewer or more items.")
    if not clean(turn.text) and not (turn.images or turn.audio or turn.video):
        raise RequestError("The request is empty.", "Write what you are looking for, or give a picture or a recording.")


def understand(
    turn: UserTurn, schema: Schema, *, heard: Transcript | None = None, seen: tuple[str, ...] = ()
) -> Understood:
    """The typed request of a turn.

    Args:
        heard: The transcript of its spoken part.
        seen: Descriptions of its pictures.

    Raises:
        FilterError: a must-have does not fit the catalog's schema.
    """
    filters = tuple(parse_filter(text, schema) for text in turn.filters)
    written = clean(turn.text)
    language = detect_language(written) if written else heard.language if heard else "en"
    text = " ".join(part for part in (written, heard.text if heard else "") if part)
    known = language == "en" or not written  # of written words no translation is made
    english = [part for part in (written, heard.english if heard else "") if part] if known else []
    notes = []
    if len(text) > MAX_WISH_CHARS:
        notes.append(f"The request was shortened to its first {MAX_WISH_CHARS:,} characters.")
    request = Request(
        text=text[:MAX_WISH_CHARS],
        english=" ".join(english)[:MAX_WISH_CHARS],
        language=language,
        filters=tuple(str(must) for must in filters),
        heard=Heard(heard.text, heard.language, heard.english) if heard else None,
        seen=seen,
    )
    return Understood(request, filters, tuple(notes))


def clean(text: str) -> str:
    """Text in NFKC on one line, without control, invisible and bidirectional characters."""
    kept = (" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join(unicodedata.normalize("NFKC", clean_text("".join(kept))).split())
