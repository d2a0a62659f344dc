"""Units of measure: what a word at the end of a number means, and what it is worth in another unit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from retrieval.spelling.grammar import folded, plain_name, table


@dataclass(frozen=True, slots=True)
class SpelledUnit:
    """A unit of a table's numbers.

    Attributes:
        name: As schemas name it; the code of a currency, or `/5` for what is out of five.
        dimension: What it measures; units of one dimension are converted.
        worth: In the first unit of its dimension.
    """

    name: str
    dimension: str
    worth: float = 1.0

    @property
    def is_money(self) -> bool:
        """Whether it is a currency, which is worth nothing in another one here."""
        return self.dimension == self.name


@cache
def units() -> Mapping[str, SpelledUnit]:
    """Every unit by each of its spellings, currencies among them."""
    measures = {
        spelling: SpelledUnit(name, dimension, float(worth))
        for dimension, names in table("units").items()
        for name, (worth, *spellings) in names.items()
        for spelling in (folded(name), *map(folded, spellings))
    }
    currencies = {
        folded(spelling): SpelledUnit(code, code)
        for code, spellings in table("prices")["currencies"].items()
        for spelling in spellings
    }
    # `p` are pages in a column of its own, not pence, and `ft` feet
    return currencies | measures


def unit_named(name: str | None) -> SpelledUnit | None:
    """The unit of that spelling, as schemas and cells write it."""
    if name is None:
        return None
    if scale := re.fullmatch(r"/([0-9]{1,3})", name):
        return SpelledUnit(name, "share of a scale", 1 / float(scale[1]))
    return units().get(folded(name))


def unit_in(column: str) -> SpelledUnit | None:
    """The unit that ends the name of a column: `weight_kg`, `Breite (cm)`."""
    last = plain_name(column).rpartition(" ")
    return units().get(last[2]) if last[0] and last[2] not in ("in", "to", "p", "m", "no", "l", "t", "s") else None


def converted(value: float, unit: SpelledUnit, into: SpelledUnit) -> float:
    """A value in another unit, without the noise of floating point.

    Raises:
        ValueError: they measure different things.
    """
    if unit.name == into.name:
        return value
    if unit.dimension != into.dimension:
        raise ValueError(unit.name)
    return float(f"{value * unit.worth / into.worth:.12g}")
