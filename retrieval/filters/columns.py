"""The filterable fields of all items as arrays, so that a filter over 100,000 items takes a millisecond or two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import FilterError
from retrieval.filters.conditions import NEGATIVE, ORDERED, Filter, Key, keys_of, kind_of
from retrieval.items import Item
from retrieval.schema import BUILT_IN_TYPES, Schema


@dataclass(frozen=True, slots=True, eq=False)
class _Column:
    """The keys of one field, only where items have one: a field few items have costs little.

    Attributes:
        rows: int32, shape (n_keys,): the item each key belongs to; a list gives its item several.
        keys: float64 numbers, or int32 codes of words; shape (n_keys,).
        codes: Code of each word; None for numbers.
    """

    rows: NDArray[np.int32]
    keys: NDArray[np.float64] | NDArray[np.int32]
    codes: Mapping[str, int] | None

    def hits(self, wanted: Filter) -> NDArray[np.int32]:
        """Rows with a key that the filter names (for a negative filter: forbids)."""
        values = [self._code(key) for key in wanted.keys()]  # noqa: SIM118 - not a mapping
        hit: NDArray[np.bool_]
        if wanted.op in ORDERED:
            hit = ORDERED[wanted.op](self.keys, values[0])  # type: ignore[arg-type,assignment]  # elementwise
        elif wanted.op == "..":
            hit = (self.keys >= values[0]) & (self.keys <= values[1])
        elif len(values) == 1:
            hit = self.keys == values[0]
        else:
            hit = np.isin(self.keys, values)
        return self.rows[hit]

    def _code(self, key: Key) -> float:
        if isinstance(key, str):
            # no code is below 0: a word that no item has equals none, and its denial is met by all
            return -1 if self.codes is None else self.codes.get(key, -1)
        return np.nan if self.codes is not None else key


class FilterColumns:
    """All filterable fields of a sequence of items."""

    __slots__ = ("_columns", "n_items")

    def __init__(self, n_items: int, columns: Mapping[str, _Column]) -> None:
        self.n_items = n_items
        self._columns = columns

    @classmethod
    def build(cls, items: Iterable[Item], schema: Schema) -> FilterColumns:
        """Read the fields once; row numbers are positions in `items`."""
        builders = {field.name: _Builder(kind_of(field.type)) for field in schema.filterable()}
        own = [name for name in BUILT_IN_TYPES if name in builders]
        n_items = 0
        for row, item in enumerate(items):
            n_items = row + 1
            for name in own:
                builders[name].add(row, item.value(name))
            for name, value in item.attributes.items():
                if name in builders:
                    builders[name].add(row, value)
        return cls(n_items, {name: builder.column() for name, builder in builders.items()})

    def changed(self, items: Mapping[int, Item], n_items: int, schema: Schema) -> FilterColumns:
        """The columns once some items have other values.

        Args:
            items: By row those items as they are from now on; new rows follow the last one.
            n_items: How many there are then.
        """
        rows = np.array(sorted(items), dtype=np.int32)
        columns, all_new = dict(self._columns), not len(rows) or int(rows[0]) >= self.n_items
        for field in schema.filterable():
            # new items without the field leave its column as it is, which spares a copy
            if all_new and field.name in columns and all(item.value(field.name) is None for item in items.values()):
                continue
            builder = _Builder(kind_of(field.type), self._columns.get(field.name))
            for row, item in items.items():
                builder.add(row, item.value(field.name))
            columns[field.name] = builder.after(rows)
        return FilterColumns(n_items, columns)

    def numbers(self, field: str) -> tuple[NDArray[np.int32], NDArray[np.float64]] | None:
        """The numbers or days of a field: the row of each and its value, both of shape (n,); None for words."""
        column = self._columns.get(field)
        if column is None or column.codes is not None:
            return None
        return column.rows, column.keys.astype(np.float64, copy=False)

    def mask(self, filter_: Filter) -> NDArray[np.bool_]:
        """Which items meet the filter, shape (n_items,).

        Raises:
            FilterError: its field is not filterable here.
        """
        column = self._columns.get(filter_.field)
        if column is None:
            raise FilterError(f"The field '{filter_.field}' cannot be filtered on.", "Write the filter anew.")
        negative = filter_.op in NEGATIVE
        met = np.full(self.n_items, negative)
        met[column.hits(filter_)] = not negative
        return met


class _Builder:
    """Collects one field's keys, to follow those that a column holds already."""

    def __init__(self, kind: type, before: _Column | None = None) -> None:
        self._kind = kind
        self._before = before
        self._rows: list[int] = []
        self._keys: list[float] = []
        self._codes: dict[str, int] | None = None
        if kind is str:
            self._codes = dict(before.codes) if before and before.codes else {}

    def add(self, row: int, value: object) -> None:
        for key in keys_of(value, self._kind):  # type: ignore[arg-type]  # values of items
            self._rows.append(row)
            if isinstance(key, str):
                self._keys.append(self._codes.setdefault(key, len(self._codes)))  # type: ignore[union-attr,arg-type]
            else:
                self._keys.append(key)

    def column(self) -> _Column:
        rows = np.array(self._rows, dtype=np.int32)
        if self._codes is None:
            return _Column(rows, np.array(self._keys, dtype=np.float64), None)
        return _Column(rows, np.array(self._keys, dtype=np.int32), self._codes)

    def after(self, changed: NDArray[np.int32]) -> _Column:
        """The column with what was added in place of what these rows had."""
        before, added = self._before, self.column()
        if before is None:
            return added
        stay = ~np.isin(before.rows, changed)
        # the very same column: most changes touch few fields
        if stay.all() and not len(added.rows):
            return before
        rows = np.concatenate((before.rows[stay], added.rows))
        keys = np.concatenate((before.keys[stay].astype(np.float64), added.keys.astype(np.float64)))
        if added.codes is None:
            return _Column(rows, keys, None)
        return _Column(rows, keys.astype(np.int32), added.codes)
