"""What of a catalog journeys can be drawn from: its kinds, numbers and values, and what it lacks."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.language.detection import detect_language
from agent.pipeline import Pipeline
from agent.understand.kinds.names import kind_names
from agent.understand.tokens import forms
from agent.understand.vocabulary import KnownField
from retrieval.filters import parse_filter
from retrieval.items import Item
from retrieval.text.item_text import lexical_text
from retrieval.text.values import as_text

LEAST_ITEMS = 5  # of a kind that is talked about
MOST_SHARE = 0.8  # of a kind that may have a value, for it to be worth refusing
MOST_WORDS = 3  # of a value that people would say
SAMPLE = 50  # titles that tell the language of a catalog
_SAYABLE = re.compile(r"[^\W\d_]+(?:[ -][^\W\d_]+)*")
_NUMERIC = ("number", "integer")
_NAMED = ("category", "list")


@dataclass(frozen=True, slots=True)
class SpokenKind:
    """A kind of thing that a catalog has, as people would ask for it.

    Attributes:
        words: What it is called.
        head: Its name among kinds.
        condition: The filter that tells it.
        items: That are of it.
    """

    words: str
    head: str
    condition: str
    items: tuple[Item, ...]


class SpokenCatalog:
    """What can be said of a catalog. Everything is taken from its items, in their order."""

    def __init__(self, view: Pipeline) -> None:
        self._view = view
        self._items = view.snapshot.items

    def language(self) -> str:
        """That of most titles."""
        titles = " ".join(item.title for item in self._items[:SAMPLE])
        return detect_language(titles)

    def kinds(self, language: str) -> list[SpokenKind]:
        """The kinds that fields name, where what is understood by the name is what the field says."""
        return [
            kind
            for field in self._view.vocabulary.of_role("kind")
            if field.field.type in _NAMED
            for value, items in self._by_value(field, self._items).items()
            if len(items) >= LEAST_ITEMS and (kind := self._kind(field, value, items, language))
        ]

    def amounts(self, role: str, kind: SpokenKind) -> tuple[KnownField, list[tuple[float, Item]]] | None:
        """The field that tells a number of a kind's items, and those that have one, the least first."""
        for field in self._view.vocabulary.of_role(role):
            if field.field.type in _NUMERIC:
                values = [(item.value(field.name), item) for item in kind.items]
                known = [(float(value), item) for value, item in values if isinstance(value, int | float)]
                return field, sorted(known, key=lambda pair: pair[0])
        return None

    def refusable(self, role: str, kind: SpokenKind) -> list[tuple[KnownField, str]]:
        """Values that some items of a kind have and others do not."""
        most = MOST_SHARE * len(kind.items)
        own = set(forms(kind.words))
        return [
            (field, value)
            for field in self._fields(role)
            for value, items in self._by_value(field, kind.items).items()
            if 1 < len(items) <= most and _sayable(value) and not own & set(forms(value))
        ]

    def told(self, role: str, item: Item) -> str | None:
        """What a field of a role says of an item, in one text."""
        for field in self._view.vocabulary.of_role(role):
            value = item.value(field.name)
            if value not in (None, "", ()):
                return value[0] if isinstance(value, tuple) else as_text(value)
        return None

    def lacking(self, language: str) -> list[str]:
        """Kinds of our own list that no item is called, nor anything that is of a wider kind with them."""
        names, have = kind_names(), self._words()
        called: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
        for name, kind in names.by_language[language].items():
            called[kind].append(name)

        def is_named(kind: str) -> bool:
            return any(_is_within(name, have) for name in called.get(kind, ()))

        alone = (kind for kind in called if " " not in kind and kind in names.wider)
        return sorted(
            _said(kind, called[kind], language)
            for kind in alone
            if not any(is_named(other) for wide in names.wider[kind] for other in (wide, *names.narrower.get(wide, ())))
        )

    def _words(self) -> Counter[str]:
        schema = self._view.schema
        return Counter(form for item in self._items for form in set(forms(lexical_text(item, schema))))

    def _fields(self, role: str) -> Iterator[KnownField]:
        """The fields of a role, or of that name, whose values are named."""
        for field in self._view.vocabulary.fields:
            if role in (field.about, field.name) and field.field.type in _NAMED and not field.field.hidden:
                yield field

    def _by_value(self, field: KnownField, items: Sequence[Item]) -> dict[str, list[Item]]:
        by_value: dict[str, list[Item]] = {}
        for item in items:
            value = item.value(field.name)
            for entry in value if isinstance(value, tuple) else () if value is None else (as_text(value),):
                by_value.setdefault(entry, []).append(item)
        return by_value

    def _kind(self, field: KnownField, value: str, items: list[Item], language: str) -> SpokenKind | None:
        words = value if value.isupper() else value.lower()
        kind = self._view.kinds.of(words, language) if _sayable(value) else None
        if kind is None:
            return None
        rows = {self._view.snapshot.rows[item.id] for item in items}
        if set(self._view.holdings.kinds.rows(kind, language).rows.tolist()) != rows:
            return None
        op = " has " if field.field.type == "list" else "="
        condition = parse_filter(f'"{field.name}"{op}"{value}"', self._view.schema)
        return SpokenKind(words, kind.head, str(condition), tuple(items))


def round_up(value: float, among: Sequence[float]) -> int:
    """A whole number just above a value, as round as it can be without passing the next."""
    above = min((other for other in among if other > value), default=value + 1)
    for step in (100, 50, 10, 5):
        rounded = math.floor(value / step) * step + step
        if rounded <= above:
            return rounded
    return math.floor(value) + 1


def _sayable(value: str) -> bool:
    return bool(_SAYABLE.fullmatch(value)) and len(value.split()) <= MOST_WORDS


def _is_within(name: tuple[str, ...], have: Counter[str]) -> bool:
    return all(have[form] for form in name)


def _said(kind: str, names: Sequence[tuple[str, ...]], language: str) -> str:
    return kind if language == "en" else "".join(names[0])


__all__ = ["SpokenCatalog", "SpokenKind", "round_up"]
