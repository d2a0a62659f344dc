"""Rows that are variants of one product: told to belong together, and joined into one row or kept apart."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from retrieval.catalog.formats.known import VariantRule, plain
from retrieval.catalog.formats.parts import entries_of, fields_of, text_of

GROUP_LIMIT = 10_000  # rows of one product
WAITING_LIMIT = 200_000  # rows held until the last of their product has come

Row = Mapping[str, object]
Numbered = Iterable[tuple[int, object]]
Cells = Callable[[Row], dict[str, object]]


@dataclass(slots=True)
class RowGroup:
    """The rows of one product.

    Attributes:
        head: The line of the row that stands for the product.
        rows: All of them by line, the head too once it has come.
    """

    head: int
    rows: dict[int, Row] = field(default_factory=dict)

    @property
    def first(self) -> Row:
        """The row that stands for the product."""
        return self.rows.get(self.head) or next(iter(self.rows.values()))

    @property
    def others(self) -> list[Row]:
        """All rows but the first."""
        return [row for row in self.rows.values() if row is not self.first]


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """Which lines belong together.

    Attributes:
        head: By line that of the row which stands for its product, for products of several rows.
        last: By the latter the last of its lines.
    """

    head: Mapping[int, int]
    last: Mapping[int, int]


def plan_groups(rows: Numbered, rule: VariantRule, cells_of: Cells) -> GroupPlan:
    """Read all rows once, and tell which belong together. Of a row only what names it is held."""
    reading = _Plan(rule)
    for line, row in rows:
        if isinstance(row, Mapping):
            reading.take(line, cells_of(row))
    return reading.plan()


def grouped(rows: Numbered, plan: GroupPlan) -> Iterator[tuple[int, object]]:
    """Rows in their order, those of one product as a group in place of its last row."""
    waiting: OrderedDict[int, RowGroup] = OrderedDict()
    count = 0
    for line, row in rows:
        head = plan.head.get(line)
        if head is None or not isinstance(row, Mapping):
            yield line, row
            continue
        group = waiting.setdefault(head, RowGroup(head))
        group.rows[line] = row
        count += 1
        full = len(group.rows) == GROUP_LIMIT
        if line == plan.last[head] or full:
            count -= len(group.rows)
            yield head, waiting.pop(head)
        elif count > WAITING_LIMIT:
            oldest, early = waiting.popitem(last=False)
            count -= len(early.rows)
            yield oldest, early
    for head, group in waiting.items():
        yield head, group


class _Plan:
    """What names each row, and what it names."""

    def __init__(self, rule: VariantRule) -> None:
        self._rule = rule
        self._same = [plain(name) for name in rule.same]
        self._known_by = [plain(name) for name in rule.known_by]
        self._child, self._product = _kinds(rule.child), _kinds(rule.product)
        self._lines: dict[tuple[str, ...], int] = {}  # by what names a product
        self._wanted: dict[int, str] = {}  # by the line of a variant what its product is called
        self._head: dict[int, int] = {}
        self._claimed: dict[str, int] = {}  # by the name of a variant the line of its product
        self._before: int | None = None

    def take(self, line: int, cells: Mapping[str, object]) -> None:
        """Take a row into account."""
        if self._same:
            key = tuple(text_of(cells.get(name)).casefold() for name in self._same)
            if all(key):
                self._head[line] = self._lines.setdefault(key, line)
            return
        if _is_of(self._child, cells):
            self._take_child(line, cells)
            return
        self._before = line if not self._product or _is_of(self._product, cells) else None
        for name in self._known_by:
            if name in cells:
                self._lines.setdefault((_reference(name, cells[name]),), line)
                self._lines.setdefault((text_of(cells[name]).casefold(),), line)
        for name in children_of(self._rule, cells):
            self._claimed[name.casefold()] = line

    def plan(self) -> GroupPlan:
        """The plan, once all rows have come."""
        for line, name in self._wanted.items():
            parent = self._lines.get((name,))
            if parent is not None:
                self._head[line] = parent
        for name, parent in self._claimed.items():
            own = self._lines.get((name,))
            if own is not None and own != parent:
                self._head[own] = parent
        sizes: dict[int, list[int]] = {}
        for line, head in self._head.items():
            sizes.setdefault(head, []).append(line)
        groups = {head: {*lines, head} for head, lines in sizes.items() if {*lines} - {head}}
        return GroupPlan(
            {line: head for head, lines in groups.items() for line in lines},
            {head: max(lines) for head, lines in groups.items()},
        )

    def _take_child(self, line: int, cells: Mapping[str, object]) -> None:
        named = text_of(cells.get(plain(self._rule.parent))).casefold() if self._rule.parent else ""
        if named:
            self._wanted[line] = named
        elif self._rule.follows and self._before is not None:
            self._head[line] = self._before


def children_of(rule: VariantRule, cells: Mapping[str, object]) -> dict[str, dict[str, str]]:
    """By its name each variant that a product names, with what tells it apart."""
    if not rule.children:
        return {}
    how = rule.children
    children: dict[str, dict[str, str]] = {}
    for entry in entries_of(cells.get(plain(how["column"])), how["between"]):
        told = fields_of(entry, how["fields"]["between"], how["fields"]["is"])
        if name := told.pop(how["key"], ""):
            children[name] = told
    return children


def _kinds(rule: Mapping[str, Sequence[str]]) -> dict[str, set[str]]:
    return {plain(name): {str(value).casefold() for value in values} for name, values in rule.items()}


def _is_of(kinds: Mapping[str, set[str]], cells: Mapping[str, object]) -> bool:
    """Whether one of these columns holds one of its values, in a list too: `variation, virtual`."""
    return any(
        bool(wanted & {part.strip().casefold() for part in text_of(cells.get(name)).split(",")})
        for name, wanted in kinds.items()
    )


def _reference(name: str, value: object) -> str:
    """How another row names this one by a column of ids: `id:101`."""
    return f"{name}:{text_of(value)}".casefold()


def is_product(rule: VariantRule, cells: Mapping[str, object]) -> bool:
    """Whether a row stands for a product of several variants and is none of them."""
    return bool(children_of(rule, cells)) or (bool(rule.child) and not _is_of(_kinds(rule.child), cells))


def is_variant(rule: VariantRule, cells: Mapping[str, object]) -> bool:
    """Whether a row is a variant, and not one that only brings a further picture of its product."""
    return not rule.told_by or any(plain(name) in cells for name in rule.told_by)
