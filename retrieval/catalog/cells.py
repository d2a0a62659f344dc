"""From one raw value of a row to a value of an item, or to the flaw that costs it."""

from __future__ import annotations

import math
from collections.abc import Mapping

from retrieval.catalog.cleaning import clean_text, has_surrogate
from retrieval.catalog.hidden import without_hidden
from retrieval.catalog.markup import is_marked_up, plain_text
from retrieval.catalog.problems import Flaw, RowRefused, shown
from retrieval.items import AS_IT_IS, Scalar, Value
from retrieval.schema import Decimal
from retrieval.spelling.missing import is_missing
from retrieval.spelling.prices import NoPrice, parse_price
from retrieval.text.values import as_text

FIELD_LIMIT = 1_000_000  # characters
LIST_LIMIT = 10_000  # entries


def value_of(name: str, raw: object, flaws: list[Flaw]) -> Value | None:
    """An attribute's value; None when it is empty or cannot be one.

    Raises:
        RowRefused: it is too long.
    """
    if isinstance(raw, str):
        return text_of(name, raw, flaws) or None
    # before numbers: Python counts a truth value among the integers
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, float):
        if math.isfinite(raw):
            return raw
        flaws.append(Flaw("not a number", f"{name} is {raw}, not a finite number.", "Write null for a missing number."))
        return None
    if isinstance(raw, int):
        if -(2**63) <= raw < 2**63:
            return raw
        flaws.append(Flaw("number too large", f"{name} is {shown(raw)}, beyond 64 bits.", "Write it as text."))
        return None
    if isinstance(raw, list):
        return _entries(name, raw, flaws) or None
    flaws.append(wrong_type(name, raw, "text, a number, a truth value or a list of them"))
    return None


def text_of(name: str, raw: str, flaws: list[Flaw]) -> str:
    """Clean text without markup; empty where it only says that there is none.

    Raises:
        RowRefused: it is too long.
    """
    if len(raw) > FIELD_LIMIT:
        raise RowRefused(
            "field too long",
            f"The field '{name}' has {len(raw):,} characters.",
            f"Keep fields under {FIELD_LIMIT:,}; in CSV, look for a quotation mark that is not closed.",
        )
    if (shown_text := without_hidden(raw)) is not raw:
        flaws.append(
            Flaw("hidden text", f"The field '{name}' holds text that markup hides.", "It was left out; remove it.")
        )
        raw = shown_text
    raw = plain_text(raw)
    if is_missing(raw):
        return ""
    # the hot path: most cells need no cleaning, and looking for what to clean costs more than this
    if raw.isascii() and raw.isprintable():
        return raw.strip()
    if "\0" in raw:
        flaws.append(Flaw("NUL", f"The field '{name}' holds a NUL character.", "It was removed; correct the source."))
    if has_surrogate(raw):
        flaws.append(
            Flaw(
                "lone surrogate",
                f"The field '{name}' holds half of a surrogate pair, which is no character.",
                "It was replaced; correct the export.",
            )
        )
    return clean_text(raw)


def line_of(name: str, raw: object, flaws: list[Flaw]) -> str:
    """Clean text on one line, from text or a number; empty when it is neither.

    Raises:
        RowRefused: it is too long.
    """
    if raw is None:
        return ""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        flaws.append(wrong_type(name, raw, "text"))
        return ""
    value: Scalar = text_of(name, raw, flaws) if isinstance(raw, str) else raw
    return " ".join(as_text(value).split())


def paragraphs_of(name: str, raw: object, flaws: list[Flaw]) -> str:
    """Clean text of any number of lines, from text or a list of texts.

    Raises:
        RowRefused: it is too long.
    """
    if isinstance(raw, str):
        return text_of(name, raw, flaws)
    if isinstance(raw, list) and all(isinstance(text, str) for text in raw):
        return text_of(name, "\n".join(raw), flaws)
    return line_of(name, raw, flaws)


def marked_up(row: Mapping[str, object]) -> Mapping[str, str]:
    """The cells of a row that hold markup, as they came."""
    return {name: raw for name, raw in row.items() if isinstance(raw, str) and is_marked_up(raw)} or AS_IT_IS


def price_of(raw: object, flaws: list[Flaw], decimal: Decimal | None = None) -> float | None:
    """A price, if it is one; `decimal` is the mark of its column, for digits that read either way."""
    if raw is None:
        return None
    try:
        return parse_price(raw, decimal)
    except NoPrice:
        return None
    except (ValueError, OverflowError):
        flaws.append(wrong_type("price", raw, "a price"))
        return None


def media_names_of(column: str, raw: object, flaws: list[Flaw]) -> list[str]:
    """File names, from one or a list of them."""
    if raw is None:
        return []
    names = raw if isinstance(raw, list) else [raw]
    if not all(isinstance(name, str) for name in names):
        flaws.append(wrong_type(column, raw, "a file name or a list of them"))
    return [name for name in names if isinstance(name, str) and name.strip()]


def wrong_type(name: str, raw: object, wanted: str) -> Flaw:
    """The flaw of a value that is not what it should be."""
    return Flaw("wrong type", f"{name} is {shown(raw)}, not {wanted}.", "Correct the value; it was left out.")


def _entries(name: str, raw: list[object], flaws: list[Flaw]) -> tuple[str, ...]:
    if len(raw) > LIST_LIMIT:
        raise RowRefused("field too long", f"The list '{name}' has {len(raw):,} entries.", f"Keep {LIST_LIMIT:,}.")
    entries: list[str] = []
    for entry in raw:
        if isinstance(entry, list | dict):
            flaws.append(wrong_type(f"{name}[]", entry, "text or a number"))
            return tuple(entries)
        value = None if entry is None else value_of(name, entry, flaws)
        if value is not None:
            entries.append(as_text(value))
    return tuple(entries)
