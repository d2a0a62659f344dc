"""The figures that an item states: in its fields, by number, range or text, and in its sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby

from agent.explain.sentence.figures import FILE, Figure, MeasureUnit, figures, units_by_word
from agent.explain.sentence.grammar import ROOM
from agent.explain.sentence.item_text import FieldEntry, ReadItem
from agent.explain.sentence.phrasing import plain_name
from agent.language.patterns import data
from retrieval.items import Value
from retrieval.text.words import fold, singular

Span = tuple[float | None, float | None]
_OR = re.compile(r"\s*(?:or|and|to|o|y|ou|et|oder|und|bis|或|和|-|–)\s", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)")
_MOST_BESIDE = 24  # characters of a value beside its figure
_ADULT, _DAYS_OF_YEAR = 18.0, 365.0


@dataclass(frozen=True, slots=True)
class ItemFigure:
    """What a field says in figures.

    Attributes:
        name: Of the field, without a unit at its end.
        spans: Least and most of each of its entries, in the first unit of what is measured.
        unit: None where it has none.
        entries: Of the field.
        texts: Each entry with its unit.
    """

    name: str
    spans: tuple[Span, ...]
    unit: MeasureUnit | None
    entries: tuple[FieldEntry, ...]
    texts: tuple[str, ...]

    @property
    def words(self) -> frozenset[str]:
        """The words of its name, and what people call such a field."""
        own = {form for part in self.name.split() for form in (part, singular(part), f"{part}s")}
        known = named()
        return frozenset(own).union(*(known[part] for part in (*self.name.split(), self.name) if part in known))


@cache
def named() -> Mapping[str, frozenset[str]]:
    """By field the words that people name it by."""
    content: Mapping[str, list[str]] = data(ROOM, FILE)["named"]
    return {name: frozenset(words) for name, words in content.items()}


def item_figures(text: ReadItem) -> Sequence[ItemFigure]:
    """The figures of an item's fields."""
    grouped = groupby(text.entries, key=lambda entry: entry.pointer)
    figures_of_fields = [figure for _, entries in grouped if (figure := _of_field(tuple(entries), text.language))]
    return list(_ranged_by_fields(figures_of_fields))


def _ranged_by_fields(stated: Sequence[ItemFigure]) -> Iterator[ItemFigure]:
    """The figures, those of which one field tells the least and one the most as one: `min_guests`, `max_guests`."""
    ends = {end: {own.name.partition(" ")[2]: own for own in stated if _end_of(own) == end} for end in ("min", "max")}
    for own in stated:
        core, end = own.name.partition(" ")[2], _end_of(own)
        least, most = ends["min"].get(core), ends["max"].get(core)
        if not end or least is None or most is None:
            yield own
        elif end == "min":
            entries = (*least.entries, *most.entries)
            yield replace(own, name=core, spans=((least.spans[0][0], most.spans[0][1]),), entries=entries)


def _end_of(figure: ItemFigure) -> str:
    """Whether a field tells the least or the most of something, by a single number."""
    first = {"minimum": "min", "maximum": "max"}.get(figure.name.split()[0], figure.name.split()[0])
    return first if first in ("min", "max") and " " in figure.name and len(figure.spans) == 1 else ""


def text_figures(text: ReadItem) -> Iterator[tuple[str, Figure]]:
    """The figures of its sentences, each with the pointer of where it stands."""
    for source in text.sources:
        for figure in figures(source.text, text.language):
            if not _OR.match(source.text, figure.end):  # `for one or two`
                yield source.pointer, figure


def _of_field(entries: tuple[FieldEntry, ...], language: str) -> ItemFigure | None:
    name, unit = _named_unit(entries[0])
    read = [(entry, span) for entry in entries if (span := _span(entry.value, unit, language))]
    if not read or len(read) < len(entries):
        return None
    units = {own.name: own for _, (_, own) in read if own is not None}
    if len(units) > 1:
        return None
    own = next(iter(units.values()), None)
    texts = tuple(_text(entry, unit) for entry, _ in read)
    return ItemFigure(name, tuple(span for _, (span, _) in read), own, entries, texts)


def _named_unit(entry: FieldEntry) -> tuple[str, MeasureUnit | None]:
    """A field's name and its unit, which the schema or the end of the name tells."""
    name = plain_name(entry.field.name)
    head, _, last = name.rpartition(" ")
    unit = units_by_word().get(last)
    if unit is not None and head:
        return head, unit
    known: Mapping[str, str] = data(ROOM, FILE)["in units"]
    return name, units_by_word().get(fold(entry.field.unit or known.get(name, name)))


def _span(value: Value, unit: MeasureUnit | None, language: str) -> tuple[Span, MeasureUnit | None] | None:
    """Least and most of a value, and its unit; None where it is no figure."""
    if isinstance(value, bool) or value is None or isinstance(value, tuple):
        return None
    if isinstance(value, int | float):
        worth = unit.worth if unit else 1.0
        return (value * worth, value * worth), unit
    plain = fold(value).strip()
    if plain in data(ROOM, FILE)["adults"]:
        return (_ADULT, None), None
    if clock := _CLOCK.fullmatch(plain):
        minutes = int(clock[1]) + int(clock[2]) / 60
        return (minutes, minutes), units_by_word()["min"]
    read = [figure for figure in figures(value, language) if figure.matter != "size"]
    if len(read) != 1 or len(value) > len(read[0].words) + _MOST_BESIDE:
        return None
    figure = read[0]
    own = next((known for known in units_by_word().values() if known.name == figure.unit), None)
    if own is None and unit is not None:
        return (_times(figure.least, unit.worth), _times(figure.most, unit.worth)), unit
    return (figure.least, figure.most), own


def _times(value: float | None, worth: float) -> float | None:
    return None if value is None else value * worth


def _text(entry: FieldEntry, unit: MeasureUnit | None) -> str:
    if isinstance(entry.value, str) or unit is None:
        return str(entry.value)
    return f"{entry.cited} {short}" if (short := _short(entry)) else entry.cited


def _short(entry: FieldEntry) -> str:
    """A unit as the field has it; empty where the field's name is no more than its unit."""
    if entry.field.unit:
        return entry.field.unit
    name = plain_name(entry.field.name)
    known: Mapping[str, str] = data(ROOM, FILE)["in units"]
    head, _, last = name.rpartition(" ")
    if name in known:
        return {"percent": "%"}.get(known[name], known[name])
    return {"gb": "GB", "mb": "MB", "tb": "TB"}.get(last, last) if head else ""


def in_years(figure: ItemFigure) -> tuple[Span, ...]:
    """The spans of an age, in years."""
    if figure.unit is None or figure.unit.dimension != "term":
        return figure.spans
    return tuple((_times(low, 1 / _DAYS_OF_YEAR), _times(high, 1 / _DAYS_OF_YEAR)) for low, high in figure.spans)


__all__ = ["ItemFigure", "Span", "in_years", "item_figures", "named", "text_figures"]
