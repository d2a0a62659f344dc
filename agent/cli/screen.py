"""Where a command prints: this process's own output, or that of a command elsewhere which had it answered here."""

from __future__ import annotations

import shutil
import sys
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TextIO

LEAST_COLUMNS = 40


@dataclass(frozen=True, slots=True)
class Screen:
    """Where what is printed goes.

    Attributes:
        out: Takes answers; this process's standard output when None.
        err: Takes what is told meanwhile; this process's standard error when None.
        columns: How wide it is; as the terminal of this process when None.
    """

    out: TextIO | None = None
    err: TextIO | None = None
    columns: int | None = None

    @property
    def width(self) -> int:
        """How many letters a line holds."""
        columns = shutil.get_terminal_size((100, 24)).columns if self.columns is None else self.columns
        return max(LEAST_COLUMNS, columns)

    @property
    def watched(self) -> bool:
        """Whether somebody would see what is told meanwhile."""
        return (sys.stderr if self.err is None else self.err).isatty()


SCREEN: ContextVar[Screen] = ContextVar("screen", default=Screen())  # noqa: B039 - it holds nothing mutable


__all__ = ["SCREEN", "Screen"]
