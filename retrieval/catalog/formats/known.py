"""The exports that are known by their columns: what each says a column is, read from the files beside this one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from retrieval.files.yaml_text import parsed

FOLDER = Path(__file__).parent
ANY = "*"  # of a pattern: any characters
_NUMBERED = "#"  # of a pattern: a number
_PREFIX = re.compile(r"g[:_](?=.)")  # which feeds put before a name


@dataclass(frozen=True)
class VariantRule:
    """How the rows of one product are told to belong together.

    Attributes:
        same: Columns that are alike in all of them.
        child: Column, with its values in rows that are a variant of another.
        parent: Column of a variant that names its product.
        known_by: Columns by which a product or a variant is named in others.
        follows: A variant that names no product belongs to the one before it.
        product: Column, with its values in rows that such a variant may follow; any row where not given.
        children: Column of a product that names its variants: `column`, what is `between` them, the `key` that names
            each, and how its `fields` are written.
        told_by: Columns of which a variant has at least one; a row without any only brings more of its product.
        carried: Columns that only the first row of a product fills.
        id: Columns that tell variants apart where they are kept as items.
        options: Columns of what can be chosen, as size and colour.
        codes: Columns of numbers that each variant has of its own, listed even where there is one.
        measures: Columns in which variants may differ and that nobody chooses by; the first row's counts.
    """

    same: tuple[str, ...] = ()
    child: Mapping[str, Sequence[str]] = field(default_factory=dict)
    parent: str = ""
    known_by: tuple[str, ...] = ()
    follows: bool = False
    product: Mapping[str, Sequence[str]] = field(default_factory=dict)
    children: Mapping[str, Any] = field(default_factory=dict)
    told_by: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    id: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()


@dataclass(frozen=True)
class KnownFormat:
    """What the columns of an export are.

    Attributes:
        name: For people.
        needs: Columns that tell it, all of them; of `needs_one_of` all of one list.
        spelled: Other headings of a column.
        ending: Of headings, as a regular expression; left off.
        columns: Our columns and fields by name, with those of the export that they are: the first with a value counts.
        lists: Columns whose cells are lists, with what is between their entries.
        paths: Columns of categories within each other: what is `between` several and between the `steps` of each, and
            steps `without` a meaning.
        pairs: Columns that come in two, the `name` of a field and its `value`.
        fields: Columns whose cells hold several fields: what is `between` them and what `is` between name and value.
        options: Columns in which a variant says what was chosen.
        keys: Columns that hold objects, with the keys of which the first with a value counts.
        prices: Columns of further prices.
        yes_no: Columns of truth values.
        unwrapped: Columns with a regular expression whose first group is the value.
        joined: Columns with the mark that becomes a comma.
        rooted: Names of files begin with a slash and lie in a folder nonetheless.
        nothing: Values that mean none.
        leave_out: Columns that say nothing of the item.
        variants: How the rows of one product belong together; None where each row is an item.
    """

    name: str = ""
    needs: tuple[str, ...] = ()
    needs_one_of: tuple[tuple[str, ...], ...] = ()
    spelled: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ending: str = ""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)
    paths: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    pairs: tuple[Mapping[str, Any], ...] = ()
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    keys: Mapping[str, Sequence[str]] = field(default_factory=dict)
    prices: tuple[str, ...] = ()
    yes_no: tuple[str, ...] = ()
    unwrapped: Mapping[str, str] = field(default_factory=dict)
    joined: Mapping[str, str] = field(default_factory=dict)
    rooted: bool = False
    nothing: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    variants: VariantRule | None = None

    @cached_property
    def _canonical(self) -> Mapping[str, str]:
        return {plain(other): name for name, others in self.spelled.items() for other in others}

    def spell(self, heading: str) -> str:
        """The name by which this description calls a column."""
        name = plain(self.label(heading))
        return plain(self._canonical.get(name, name))

    def label(self, heading: str) -> str:
        """A heading as people read it."""
        name = heading[2:] if heading.casefold().startswith("g:") else heading
        return re.sub(f"{self.ending}$", "", name) if self.ending else name

    def fits(self, headings: Iterable[str]) -> bool:
        """Whether a table with these headings is such an export."""
        names = {plain(heading) for heading in headings}
        names |= {plain(self._canonical[name]) for name in names if name in self._canonical}
        return any(all(plain(need) in names for need in needs) for needs in (*self.needs_one_of, self.needs) if needs)


def plain(name: str) -> str:
    """A column's name without what people and programs write differently: case, `_`, and the `g:` of feeds."""
    return " ".join(_PREFIX.sub("", name.casefold(), 1).replace("_", " ").split())


def recognise(headings: Iterable[str]) -> KnownFormat | None:
    """The export that a table with these headings is; of several, that which names most of its columns."""
    names = list(headings)
    fitting = [known for known in known_formats() if known.fits(names)]
    return max(fitting, key=lambda known: max(map(len, (known.needs, *known.needs_one_of))), default=None)


@cache
def known_formats() -> tuple[KnownFormat, ...]:
    """All exports that are known."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.yaml")))


@cache
def matcher(pattern: str) -> re.Pattern[str]:
    """What finds the names that a pattern with `*` and `#` stands for; the number is its first group."""
    text = re.escape(plain(pattern))
    return re.compile(text.replace(re.escape(ANY), ".*").replace(re.escape(_NUMBERED), r"(\d+)"))


def _read(path: Path) -> KnownFormat:
    entry = parsed(path.read_text(encoding="utf-8"))
    unknown = set(entry) - {one.name for one in fields(KnownFormat)}
    if unknown:
        raise ValueError(f"{path.name}: {', '.join(sorted(unknown))} is no part of a description")
    rule = entry.pop("variants", None)
    tuples = {
        key: _several(entry[key])
        for key in ("needs", "options", "prices", "yes_no", "nothing", "leave_out")
        if key in entry
    }
    entry |= tuples
    entry["columns"] = {ours: _several(theirs) for ours, theirs in entry.get("columns", {}).items()}
    entry["needs_one_of"] = tuple(map(tuple, entry.get("needs_one_of", ())))
    entry["pairs"] = tuple(entry.get("pairs", ()))
    return KnownFormat(**entry, variants=_rule(rule) if rule else None)


def _rule(entry: dict[str, Any]) -> VariantRule:
    several = ("same", "known_by", "told_by", "carried", "id", "options", "codes", "measures")
    parts: dict[str, Any] = {key: _several(value) if key in several else value for key, value in entry.items()}
    return VariantRule(**parts)


def _several(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
