"""JSON that is not one object a line: an array of objects, or objects spread over lines; read bit by bit."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from retrieval.catalog.json_rows import not_utf8
from retrieval.catalog.lines import LINE_LIMIT, pieces
from retrieval.catalog.problems import RowRefused, shown
from retrieval.importers.columns import EventColumns
from retrieval.importers.rows import Row, Rows

_PIECE = 2**18  # bytes
_BETWEEN = " \t\r\n,[]"
# Python writes NaN for what is missing, which is no JSON.
_DECODER = json.JSONDecoder(parse_constant=lambda _: None)


def array_rows(path: Path, columns: EventColumns) -> Rows:
    """Each object by the columns it has; what is no JSON ends the reading."""
    for line, value in _values(pieces(path)):
        yield line, value if isinstance(value, RowRefused) else _row(value, columns)


def _row(value: object, columns: EventColumns) -> Row | RowRefused:
    if not isinstance(value, dict):
        return RowRefused(
            "not an object", f"The entry is {shown(value)}, not an object.", "Write {...} for each event."
        )
    return {what: value[name] for what, name in columns.of(list(value)).items()}


def _values(parts: Iterator[bytes]) -> Iterator[tuple[int, object]]:
    """The values that follow each other, each with the line that it begins on."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    text, at, line, ended = "", 0, 1, False
    while True:
        start = at
        while at < len(text) and text[at] in _BETWEEN:
            at += 1
        line += text.count("\n", start, at)
        try:
            value, end = _next(text, at, ended=ended)
        except RowRefused as refused:
            yield line, refused
            return
        if end:
            yield line, value
            line, at = line + text.count("\n", at, end), end
            continue
        if ended:
            return
        try:
            # as much again as there is, so that a long object is not begun anew for every piece
            more = b"".join(islice(parts, 1 + (len(text) - at) // _PIECE))
            text, at, ended = text[at:] + decoder.decode(more, final=not more), 0, not more
        except UnicodeDecodeError as error:
            yield line, not_utf8(error.start + 1, error.object[error.start])
            return


def _next(text: str, at: int, *, ended: bool) -> tuple[object, int]:
    """The value at this place and where it ends; 0 in place of its end where more has to be read first.

    Raises:
        RowRefused: there is none, whatever follows.
    """
    if at == len(text):
        return None, 0
    try:
        return _DECODER.raw_decode(text, at)
    except RecursionError as error:
        raise RowRefused("too deep", "The entry is nested too deeply to be read.", "Flatten it.") from error
    except json.JSONDecodeError as error:
        if not ended and len(text) - at < LINE_LIMIT:
            return None, 0
        near = shown(text[max(error.pos - 10, at) : error.pos + 10])
        raise RowRefused("not JSON", f"{error.msg}, near {near}; the rest is not read.", "Correct the JSON.") from error
    except ValueError as error:  # the interpreter's own limit on the digits of an integer
        raise RowRefused(
            "number too long", f"The entry holds a number that is too long: {error}.", "Quote it."
        ) from error
