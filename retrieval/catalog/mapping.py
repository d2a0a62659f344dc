"""One raw row with the columns of an export becomes a row with ours; a pure step before the row is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from retrieval.catalog.formats.known import KnownFormat, matcher, plain
from retrieval.catalog.formats.parts import (
    entries_of,
    fields_of,
    first_key,
    options_of,
    paths_of,
    price_or_none,
    text_of,
    unique,
)
from retrieval.catalog.links import currency_in
from retrieval.text.values import as_text

RawCells = Mapping[str, object]
Mapped = dict[str, object]
RowMapping = Callable[[RawCells], Mapped]

BUILT_IN = ("id", "title", "description", "category", "price", "currency", "url", "image", "images", "audio", "video")
_PROSE = ("id", "title", "description", "url")  # never lists, whatever their columns are
_MEDIA = ("image", "images", "audio", "video")
_BETWEEN_FILES = re.compile(r"(?:(?<=\.\w{3})|(?<=\.\w{4}))\s*[,;]\s*|\s*[,;]\s*(?=https?://)|\s*\n\s*")
_NO_VALUE: tuple[object, ...] = (None, "")
_YES = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


class ColumnMapping:
    """Columns under other names, all else as it is.

    Args:
        columns: Our names with the catalog's.
        currency: Of prices that name none.
    """

    def __init__(self, columns: Mapping[str, str], currency: str | None = None) -> None:
        self._currency = currency
        self._ours: dict[str, list[str]] = {}
        for ours, theirs in columns.items():
            self._ours.setdefault(theirs, []).append(ours)
        self._taken = {ours.casefold() for ours in columns}

    def __call__(self, row: RawCells) -> Mapped:
        """The row with our names; a column that goes by one of them already, and is not what was meant, gives way."""
        mapped: Mapped = {}
        for heading, value in row.items():
            for ours in self._ours.get(heading, ()):
                mapped[ours] = _whole(value) if ours == "id" else _files(value) if ours in _MEDIA else value
            if heading not in self._ours and str(heading).casefold() not in self._taken:
                mapped[heading] = value
        if self._currency and "price" in mapped:
            mapped.setdefault("currency", currency_in(text_of(mapped["price"])) or self._currency)
        return mapped


class FormatMapping:
    """The rows of a known export."""

    def __init__(self, form: KnownFormat) -> None:
        self._form = form
        self._names: dict[str, str] = {}
        self._dropped: dict[str, bool] = {}
        self._columns = {ours: tuple(plain(name) for name in theirs) for ours, theirs in form.columns.items()}
        self._used = {name for theirs in self._columns.values() for name in theirs}
        self._used |= {plain(name) for name in (*form.paths, *form.fields)}
        self._nothing = {text.casefold() for text in form.nothing}
        self._prices, self._yes_no = _plain_set(form.prices), _plain_set(form.yes_no)
        self._keys = {plain(name): keys for name, keys in form.keys.items()}
        self._joined = {plain(name): mark for name, mark in form.joined.items()}
        self._unwrapped = {plain(name): re.compile(pattern) for name, pattern in form.unwrapped.items()}

    def __call__(self, row: RawCells) -> Mapped:
        """The row with our columns, then its fields."""
        cells = self._cells(row)
        mapped: Mapped = {}
        for ours, names in self._columns.items():
            value = self._value(ours, names, cells)
            if value not in (None, "", []):
                mapped[ours] = value
        self._put_categories(mapped, cells)
        for name, value in self._further(cells):
            if value not in (None, "", []):
                mapped.setdefault(f"{name} (field)" if name.casefold() in BUILT_IN else name, value)
        return mapped

    def cells(self, row: RawCells) -> dict[str, object]:
        """The values of a row under the names by which the description calls its columns, and no others."""
        return {name: value for name, (_, value) in self._cells(row).items()}

    def _cells(self, row: RawCells) -> dict[str, tuple[str, object]]:
        """By canonical name the heading and the value; the first of columns that are called alike counts."""
        cells: dict[str, tuple[str, object]] = {}
        for heading, value in row.items():
            if value in _NO_VALUE or (isinstance(value, str) and value.strip().casefold() in self._nothing):
                continue
            cells.setdefault(self._name(heading), (heading, value))
        return cells

    def _name(self, heading: str) -> str:
        if heading not in self._names:
            self._names[heading] = self._form.spell(heading)
        return self._names[heading]

    def _value(self, ours: str, names: tuple[str, ...], cells: Mapping[str, tuple[str, object]]) -> object:
        present = [name for pattern in names for name in _matching(pattern, cells)]
        if ours in _MEDIA:
            return unique(entry for name in present for entry in self._files(*cells[name], name))
        if ours == "category":
            present = [name for name in present if name not in _plain_set(self._form.paths)]
        values = (self._shaped(*cells[name], name, prose=ours in _PROSE) for name in present)
        given = [value for value in values if value not in (None, "", [])]
        if ours == "price" and len(given) > 1:
            # a sale price of nothing says that there is no sale
            given = [value for value in given if price_or_none(value) != 0] or given
        value = given[0] if given else None
        return _whole(value) if ours == "id" else value

    def _files(self, heading: str, value: object, name: str) -> list[str]:
        if name in self._keys:
            return first_key(value, self._keys[name])
        files = entries_of(value, self._between(heading, name) or "")
        return [file.lstrip("/") for file in files] if self._form.rooted else files

    def _shaped(self, heading: str, value: object, name: str, *, prose: bool = False) -> object:
        """A cell as its column's kind of value."""
        if name in self._keys:
            return first_key(value, self._keys[name])
        if name in self._prices:
            return price_or_none(value)
        if name in self._yes_no:
            return _YES.get(text_of(value).lower(), value)
        if name in self._joined:
            return ", ".join(entries_of(value, self._joined[name]))
        if name in self._unwrapped and isinstance(value, str):
            match = self._unwrapped[name].fullmatch(value.strip())
            return match[1] if match else value
        between = None if prose else self._between(heading, name)
        return value if between is None else entries_of(value, between)

    def _between(self, heading: str, name: str) -> str | None:
        for pattern, mark in self._form.lists.items():
            if matcher(pattern).fullmatch(name) or matcher(pattern).fullmatch(plain(heading)):
                return mark
        return None

    def _put_categories(self, mapped: Mapped, cells: Mapping[str, tuple[str, object]]) -> None:
        paths = [
            path
            for column, rule in self._form.paths.items()
            if plain(column) in cells
            for path in paths_of(
                cells[plain(column)][1], rule.get("between", ""), rule["steps"], rule.get("without", ())
            )
        ]
        if paths:
            mapped.setdefault("category", paths[0][-1])
            mapped.setdefault("categories", unique(step for path in paths for step in path))

    def _further(self, cells: Mapping[str, tuple[str, object]]) -> Iterator[tuple[str, object]]:
        """Fields within cells, then columns that nothing is said about, under their own headings."""
        yield from self._pairs(cells)
        for column, rule in self._form.fields.items():
            if plain(column) in cells:
                yield from fields_of(cells[plain(column)][1], rule["between"], rule["is"]).items()
        for name, (heading, value) in cells.items():
            if name not in self._used and not self._left_out(heading, name):
                yield self._form.label(heading), self._shaped(heading, value, name)

    def _pairs(self, cells: Mapping[str, tuple[str, object]]) -> Iterator[tuple[str, object]]:
        for rule in self._form.pairs:
            without = {text.casefold() for text in rule.get("nothing", ())}
            for name in _matching(plain(rule["name"]), cells):
                number = matcher(rule["name"]).fullmatch(name)
                value = cells.get(plain(rule["value"]).replace("#", number[1] if number else ""))
                label = text_of(cells[name][1]).removeprefix("pa_")
                entries = entries_of(value[1], rule.get("between", "")) if value else []
                entries = [entry for entry in entries if entry.casefold() not in without]
                if label and entries:
                    yield label, entries

    def _left_out(self, heading: str, name: str) -> bool:
        if heading not in self._dropped:
            rule = self._form.variants
            patterns = [*self._form.leave_out, *(rule.same if rule else ())]
            patterns += [rule[part] for rule in self._form.pairs for part in ("name", "value")]
            self._dropped[heading] = any(
                matcher(pattern).fullmatch(name) or matcher(pattern).fullmatch(plain(heading)) for pattern in patterns
            )
        return self._dropped[heading]


def chosen_options(form: KnownFormat, cells: Mapping[str, object]) -> dict[str, str]:
    """What a variant says was chosen of it, in a cell of its own."""
    for column in form.options:
        if chosen := options_of(cells.get(plain(column))):
            return chosen
    return {}


def _files(value: object) -> object:
    """The names of files in a cell, however they are separated; a name may hold a comma."""
    if not isinstance(value, str):
        return value
    parts = value.split("|") if "|" in value else _BETWEEN_FILES.split(value)
    return [part.strip() for part in parts if part.strip()]


def _matching(pattern: str, cells: Mapping[str, Any]) -> list[str]:
    if "#" in pattern or "*" in pattern:
        return [name for name in cells if matcher(pattern).fullmatch(name)]
    return [pattern] if pattern in cells else []


def _plain_set(names: Any) -> set[str]:
    return {plain(name) for name in names}


def _whole(value: object) -> object:
    """An id that was taken for a number as it was written; spreadsheets write whole numbers with a point."""
    return as_text(value) if isinstance(value, float) else value
