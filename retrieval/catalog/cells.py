"""From one raw value of a row to a value of an item, or to the flaw that costs it."""

from __future__ import annotations

import math

from retrieval.catalog.cleaning import clean_text, has_surrogate
from retrieval.catalog.problems import Flaw, RowRefused, shown
from retrieval.items import Scalar, Value
from retrieval.text.values import as_text, parse_price

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
    """Clean text.

    Raises:
        RowRefused: it is too long.
    """
    if len(raw) > FIELD_LIMIT:
        raise RowRefused(
            "field too long",
            f"The field '{name}' has {len(raw):,} characters.",
            f"Keep fields under {FIELD_LIMIT:,}; in CSV, look for a quotation mark that is not closed.",
        )
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


def price_of(raw: object, flaws: list[Flaw]) -> float | None:
    """A price, if it is one."""
    if raw is None:
        return None
    try:
        return parse_price(raw)
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
