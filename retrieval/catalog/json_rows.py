"""One JSON object from one line, read more strictly than the standard library reads it."""

from __future__ import annotations

import json
from typing import NoReturn

from retrieval.catalog.problems import RowRefused, shown

PARTS_LIMIT = 200_000


def parse_object(line: bytes) -> dict[str, object]:
    """The object a line holds.

    Raises:
        RowRefused: it holds none, or one that is not proper JSON.
    """
    if line.count(b"[") + line.count(b"{") > PARTS_LIMIT:  # tiny parts fill memory far beyond the line's size
        raise RowRefused("too many parts", f"The row holds more than {PARTS_LIMIT:,} lists and objects.", "Flatten it.")
    try:
        # decoded as UTF-8 here: given bytes, `json` would guess among encodings
        row = _DECODER.decode(line.decode())
    except UnicodeDecodeError as error:
        raise _not_utf8(line, error.start) from error
    except RecursionError as error:
        raise RowRefused("too deep", "The row is nested too deeply to be read.", "Flatten it.") from error
    except json.JSONDecodeError as error:
        raise _not_json(line, error) from error
    except ValueError as error:  # the interpreter's own limit on the digits of an integer
        raise RowRefused(
            "number too long", f"The row holds a number that is too long: {error}.", "Quote it."
        ) from error
    if not isinstance(row, dict):
        raise RowRefused(
            "not an object", f"The row is {shown(row)}, not an object.", "Write {...}, one item on a line."
        )
    return row


def not_utf8(column: int, byte: int) -> RowRefused:
    """The refusal of a row in another encoding."""
    return RowRefused(
        "not UTF-8",
        f"Byte 0x{byte:02X} at column {column} is not UTF-8.",
        "Save the whole file in UTF-8; rows of mixed origin must be recoded before they are joined.",
    )


def _not_utf8(line: bytes, start: int) -> RowRefused:
    return not_utf8(start + 1, line[start])


def _not_json(line: bytes, error: json.JSONDecodeError) -> RowRefused:
    if b"\0" in line:
        return RowRefused("NUL", "The row holds a NUL byte.", "Remove it; the file may have been damaged.")
    near = shown(error.doc[max(error.pos - 10, 0) : error.pos + 10])
    what = error.msg.removesuffix(" at")  # as in "Unterminated string starting at"
    return RowRefused("not JSON", f"{what} at column {error.colno}, near {near}.", "Correct the JSON of this row.")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    row = dict(pairs)
    if len(row) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise RowRefused("duplicate key", f"The key {shown(twice)} is given twice.", "Keep one of the two.")
    return row


def _constant(name: str) -> NoReturn:
    raise RowRefused(
        "not a number", f"The row holds {name}, which JSON does not know.", "Write null for a missing number."
    )


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)
