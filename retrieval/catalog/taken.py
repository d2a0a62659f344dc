"""Which columns a catalog's ids, titles, descriptions, prices and pictures come from, and how that is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

How = Literal["named", "given", "format", "synonym", "content"]
ROLES = ("id", "title", "description", "price", "image")
_NOUN = {"image": "picture"}
_OR = " or "


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken for what.

    Attributes:
        format: The export that the catalog is; empty where it is none that is known.
        columns: By role the columns of the catalog, of which the first with a value counts.
        how: By role how that was told: it is `named` so, was `given`, is what the `format` says, is a `synonym`, or is
            a guess by the `content` of the column.
        headings: All columns that were seen.
        variants: `join` or `keep`, where the catalog has variants; else empty.
        likely: By role that no column was taken for those that it may be.
        warnings: The same in words.
    """

    format: str = ""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    how: Mapping[str, How] = field(default_factory=dict)
    headings: tuple[str, ...] = ()
    variants: str = ""
    likely: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        parts = [self._word(role) for role in ROLES]
        start = f"Read as an export of {self.format}" if self.format else "Columns"
        joined = {
            "join": "; variants are joined (--variants keep keeps them apart)",
            "keep": "; variants are kept apart",
        }
        return f"{start}: {'; '.join(parts)}{joined.get(self.variants, '')}."

    def _word(self, role: str) -> str:
        noun, names = _NOUN.get(role, role), self.columns.get(role, ())
        if not names:
            return f"no {noun}"
        guess = " (a guess by its values)" if self.how.get(role) == "content" else ""
        return f"{noun} from {_OR.join(map(repr, names))}{guess}"
