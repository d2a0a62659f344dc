"""One measurement as a row, and rows as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HEADINGS = ("measurement", "ours", "peer", "unit", "ratio", "target", "met", "note")


@dataclass(frozen=True, slots=True)
class Row:
    """One measured figure.

    Attributes:
        name: What was measured.
        ours: Our value, a median where there are rounds; None where nothing was measured.
        peer: The same for what a person would otherwise use; None where there is nothing to compare.
        unit: Unit of both.
        ratio: How many times better ours is; None without a peer.
        target: What was aimed at, in words.
        met: Whether it was; None where nothing was aimed at.
        note: What the peer is, and what a reader must know.
    """

    name: str
    ours: float | None
    peer: float | None
    unit: str
    ratio: float | None
    target: str
    met: bool | None
    note: str


def quicker(name: str, ours_s: float, peer_s: float, note: str, *, at_least: float | None = None) -> Row:
    """A row of two durations in seconds; `at_least` is the ratio aimed at, if any."""
    ratio = peer_s / ours_s
    target = "" if at_least is None else f"at least {at_least:g} times"
    return Row(name, ours_s, peer_s, "s", ratio, target, None if at_least is None else ratio >= at_least, note)


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    lines = [HEADINGS, tuple("---" for _ in HEADINGS), *(_cells(row) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cells(row: Row) -> tuple[str, ...]:
    met = {True: "yes", False: "NO", None: ""}[row.met]
    ratio = "" if row.ratio is None else f"{row.ratio:.1f} x"
    return (row.name, _figure(row.ours), _figure(row.peer), row.unit, ratio, row.target, met, row.note)


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"
