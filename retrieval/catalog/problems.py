"""What can be wrong with one row of a catalog, and how it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["skipped", "degraded", "noted"]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row gave no item, or an item that lacks something.

    Attributes:
        line: Line of the file, from 1 (row of a Parquet file, number of a picture in a folder).
        id: Id of the item, where it could be read.
        kind: Short name that problems of the same kind share, for counting.
        reason: One sentence of what is wrong, with the value.
        hint: One sentence of what to do.
        severity: `skipped`: there is no item; `degraded`: there is one, without what is named here; `noted`: there is
            one with all it says, which somebody should look at.
    """

    line: int
    id: str | None
    kind: str
    reason: str
    hint: str
    severity: Severity

    def __str__(self) -> str:
        item = "" if self.id is None else f" (id {self.id})"
        return f"line {self.line}{item}, {self.severity}: {self.reason} {self.hint}"


@dataclass(frozen=True, slots=True)
class Flaw:
    """A problem that costs a value, not the item; `RowProblem` adds where it is."""

    kind: str
    reason: str
    hint: str

    def at(self, line: int, id: str, severity: Severity = "degraded") -> RowProblem:
        """The flaw as a problem of the item that was read from this line."""
        return RowProblem(line, id, self.kind, self.reason, self.hint, severity)


class RowRefused(Exception):
    """A row gives no item. Raised and caught within the reading of catalogs."""

    def __init__(self, kind: str, reason: str, hint: str, *, id: str | None = None) -> None:
        super().__init__(kind, reason, hint)
        self.kind = kind
        self.reason = reason
        self.hint = hint
        self.id = id


def shown(value: object, limit: int = 60) -> str:
    """A value as a message quotes it: on one line, never long."""
    text = repr(value[: limit + 1] if isinstance(value, str | bytes) else value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
