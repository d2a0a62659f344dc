"""Stretches of a text, and whether they lie clear of each other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

Span = tuple[int, int]  # begin and end, in characters; the end is not in it


class Spanned(Protocol):
    """Whatever was read off a stretch of a text."""

    @property
    def start(self) -> int:
        """Where its words begin, in characters."""
        ...

    @property
    def end(self) -> int:
        """Where they end."""
        ...


def spans_of(readings: Iterable[Spanned]) -> list[Span]:
    """Where the words of each stand."""
    return [(reading.start, reading.end) for reading in readings]


def is_free(start: int, end: int, taken: Iterable[Span]) -> bool:
    """Whether a stretch overlaps none of those taken."""
    return not any(begin < end and start < stop for begin, stop in taken)


__all__ = ["Span", "Spanned", "is_free", "spans_of"]
