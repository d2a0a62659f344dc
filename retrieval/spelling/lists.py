"""Lists in one cell: `a|b`, `a; b`, `['a', 'b']`, `["a", "b"]`."""

from __future__ import annotations

import ast
import json

LONGEST = 100_000  # characters of a list that another program wrote
JSON = "json"


def written_list(text: str) -> list[str] | None:
    """The entries of a list as Python or JSON write it; None where the text is none."""
    text = text.strip()
    if len(text) > LONGEST or text[:1] + text[-1:] not in ("[]", "()") or text.count("[") > 1:
        return None
    entries = _loaded(text)
    if not isinstance(entries, list | tuple) or not all(isinstance(entry, str | int | float) for entry in entries):
        return None
    return [str(entry).strip() for entry in entries if str(entry).strip()]


def entries_of(text: str, separator: str | None) -> list[str]:
    """The entries of a cell; without a separator they are parted by bars, or by semicolons where there is no bar."""
    written = written_list(text) if separator in (None, JSON) else None
    if written is not None:
        return written
    if separator == JSON:
        return [text.strip()]
    mark = separator or ("|" if "|" in text else ";")
    return [entry.strip() for entry in text.split(mark) if entry.strip()]


def _loaded(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
