"""Files of examples, one JSON object a line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.adapt.lessons import BadExample
from agent.errors import RequestError

MOST_BYTES = 256 << 20


@dataclass(frozen=True, slots=True, eq=False)
class ExampleRow:
    """A line of a file, with its number from 1."""

    line: int
    values: Mapping[str, Any]

    def text(self, name: str) -> str:
        """A value as one line of text; empty where there is none."""
        value = self.values.get(name)
        return " ".join(value.split()) if isinstance(value, str) else ""

    def bad(self, what: str, hint: str) -> BadExample:
        """What is wrong with it."""
        return BadExample(self.line, what, hint)


@dataclass(frozen=True, slots=True, eq=False)
class ExampleFile:
    """What a file holds.

    Attributes:
        sha256: Hash of all of it.
        bad: Lines that are no JSON objects.
    """

    sha256: str
    rows: tuple[ExampleRow, ...]
    bad: tuple[BadExample, ...]


def read_rows(path: Path) -> ExampleFile:
    """The lines of a file.

    Raises:
        RequestError: it cannot be read, or is larger than any such file should be.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise RequestError(f"{path} is larger than {MOST_BYTES >> 20} MiB.", "Give fewer examples.")
        content = path.read_bytes()
    except OSError as error:
        raise RequestError(f"{path} cannot be read: {error}.", "Give a file with one JSON object a line.") from error
    lines = [(at, line) for at, line in enumerate(content.splitlines(), start=1) if line.strip()]
    read = [_row(at, line) for at, line in lines]
    return ExampleFile(
        hashlib.sha256(content).hexdigest(),
        tuple(row for row in read if isinstance(row, ExampleRow)),
        tuple(row for row in read if isinstance(row, BadExample)),
    )


def _row(at: int, line: bytes) -> ExampleRow | BadExample:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        return BadExample(at, f"It is no JSON: {str(error)[:100]}.", "Write one JSON object a line.")
    if not isinstance(values, dict):
        return BadExample(at, "It is no JSON object.", "Write one JSON object a line.")
    return ExampleRow(at, values)


__all__ = ["ExampleFile", "ExampleRow", "read_rows"]
