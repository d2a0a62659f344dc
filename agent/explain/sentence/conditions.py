"""Points that tell how must-haves and denials are met: so much under a limit, free of what is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeGuard

from agent.answers import Evidence
from agent.explain.passages import field_pointer
from agent.explain.sentence.answering import entry_point, stretch_point
from agent.explain.sentence.demand import CatalogGround, Demand
from agent.explain.sentence.fields import role_of
from agent.explain.sentence.grammar import ROOM, stems_of
from agent.explain.sentence.item_text import FieldEntry, ReadItem, Source
from agent.explain.sentence.plan import Point
from agent.language.patterns import data
from agent.understand.denials import FREE, KIDS, Trace, taxonomy, tells_free
from agent.understand.parsed import Denied
from retrieval.filters import NEGATIVE, Filter
from retrieval.items import Value
from retrieval.text.values import as_text
from retrieval.text.words import sentences

CLOSE_TO_LIMIT = 0.01  # of it
PRICE_PLACE, DENIAL_PLACE = 20, 2
_OTHERWISE = ("genre", "maker", "brand")  # roles whose other value answers no refusal by itself
_UPPER = ("<", "<=", "..")
_UNIT = re.compile(r"\d\s*(?!k\b)([^\W\d_]{1,7}|\")(?!\w)", re.IGNORECASE)  # `20k` are so many thousands


def must_points(text: ReadItem, demand: Demand, ground: CatalogGround) -> Iterator[Point]:
    """How the item meets each must-have, by its own value."""
    for at, must in enumerate(demand.filters):
        if not must.matches(text.item):
            continue
        met = Evidence("filter", f"/request/filters/{at}", str(must))
        words = frozenset({demand.own_words[at] if at < len(demand.own_words) else ""} - {""})
        if must.field == "price" and text.item.price is not None:
            told = _price(text.item.price, must, demand, ground)
            cited = Evidence("field", "/item/price", as_text(text.item.price))
            yield Point(told, (met, cited), words, PRICE_PLACE, fixed=True)
        elif point := _value_point(must, met, words, text, demand, ground):
            yield point


def _price(price: float, must: Filter, demand: Demand, ground: CatalogGround) -> str:
    phrasing, unit, limit = demand.phrasing, ground.currency, must.values[-1]
    if price == 0:
        return phrasing.tell("free")
    if must.op not in _UPPER or not is_number(limit):
        return phrasing.tell("over least", amount=phrasing.money(price, unit))
    gap = limit - price
    if gap <= CLOSE_TO_LIMIT * limit:
        return phrasing.tell("at limit")
    return phrasing.tell("under limit", amount=phrasing.difference(gap, unit))


def _value_point(
    must: Filter, met: Evidence, words: frozenset[str], text: ReadItem, demand: Demand, ground: CatalogGround
) -> Point | None:
    name = _dated(must.field, text)
    field, value = ground.schema.fields.get(name), text.item.value(name)
    if field is None or field.hidden or value is None or name in ("title", "description", "id", "category"):
        return None
    cited = value if name != must.field else _entry(value, must)
    entry = next(
        (entry for entry in text.entries if entry.field.name == name and entry.cited == as_text(cited or "")), None
    )
    if cited is None or entry is None:
        return None
    if is_number(entry.value) and _needs_unit(entry):
        return _measured(entry.value, must, met, words, demand)
    point = entry_point(entry, demand.phrasing, ground.domain, foreign=demand.foreign(text.language))
    return replace(point, evidence=(met, *point.evidence), wishes=words, shown=False) if point else None


def _needs_unit(entry: FieldEntry) -> bool:
    """Whether a number says nothing without a unit that the catalog does not tell."""
    role = role_of(entry.field.name)
    return not entry.field.unit and (role is None or role.is_measure or role.name in ("memory", "storage"))


def _measured(value: float, must: Filter, met: Evidence, words: frozenset[str], demand: Demand) -> Point | None:
    """A number with the unit that the person said; None where they said none."""
    unit = next((match[1] for text in words if (match := _UNIT.search(text))), None)
    if unit is None:
        return None
    cited = Evidence("field", field_pointer(must.field), as_text(value))
    return Point(f"{demand.phrasing.number(value)} {unit}", (met, cited), words)


def _dated(name: str, text: ReadItem) -> str:
    """The field that people are told a year by: a date says more than the year that was made of it."""
    role = role_of(name)
    if role is None or role.name != "year":
        return name
    dates = (entry.field.name for entry in text.entries if (own := role_of(entry.field.name)) and own.name == "date")
    return next(dates, name)


def _entry(value: Value, must: Filter) -> Value | None:
    """What of a value meets a must-have; of a list the entries that are asked for."""
    if must.op in NEGATIVE:
        return None if isinstance(value, tuple) else value
    if not isinstance(value, tuple):
        return value
    wanted = {as_text(one).casefold() for one in must.values if isinstance(one, str | int | float | bool)}
    return next((entry for entry in value if entry.casefold() in wanted), None)


def denial_points(row: int, text: ReadItem, demand: Demand, ground: CatalogGround) -> Iterator[Point]:
    """What the item itself says of what is refused: only that it is free of it, and only where it says so."""
    if ground.holding is None:
        return
    for denial in demand.wishes.denied:
        if ground.holding.states(denial.term)[row] != FREE:
            continue
        for trace in ground.holding.evidence(row, denial.term):
            if point := _free_point(trace, denial, text, demand, ground):
                yield point
                break


def offer_points(text: ReadItem, demand: Demand) -> Iterator[Point]:
    """What of what is refused the item may be had without: `gluten_free_option`."""
    for denial in demand.wishes.denied:
        sought, offers = stems_of(denial.words, text.language), frozenset(data(ROOM, "wish_words.yaml")["offers"])
        for entry in text.entries:
            if entry.value is True and sought <= entry.stems and offers & entry.stems:
                label = entry.field.name.replace("_", " ").replace("-", " ")
                yield Point(label, (Evidence("field", entry.pointer, entry.cited),), frozenset({denial.words}))


def _free_point(trace: Trace, denial: Denied, text: ReadItem, demand: Demand, ground: CatalogGround) -> Point | None:
    field = ground.schema.fields.get(trace.field)
    if field is None or field.hidden:
        return None
    point = _value_free(trace, denial, text, demand, ground) or _worded_free(trace, denial, text, demand, ground)
    return replace(point, wishes=frozenset({denial.words}), place=DENIAL_PLACE) if point.text else None


def _value_free(trace: Trace, denial: Denied, text: ReadItem, demand: Demand, ground: CatalogGround) -> Point | None:
    """Where a value says so: yes or no, a diet, another colour; one without text where it tells enough itself."""
    value, cited = text.item.value(trace.field), Evidence("field", field_pointer(trace.field), trace.text)
    if isinstance(value, bool):
        return _plain_free(denial, replace(cited, value=as_text(value)), demand)
    entry = next((entry for entry in text.entries if entry.cited == trace.text == trace.words), None)
    if entry is None or entry.field.name != trace.field:
        return None
    if denial.term in taxonomy().diets and denial.term != KIDS:
        return _plain_free(denial, cited, demand)
    role = role_of(trace.field)
    otherwise = role is not None and role.name in _OTHERWISE and denial.term != KIDS
    if otherwise and taxonomy().named(trace.words, text.language) not in taxonomy().diets:
        return Point("", (cited,))
    if tells_free(trace.field):
        return _plain_free(denial, cited, demand)
    return entry_point(entry, demand.phrasing, ground.domain, foreign=demand.foreign(text.language))


def _plain_free(denial: Denied, cited: Evidence, demand: Demand) -> Point:
    """In words of ours: `vegan`, `without nuts`."""
    if denial.term in taxonomy().diets:
        return Point(denial.words, (cited,), leans=True)
    told, head = (demand.phrasing.tell("without", wish=wish) for wish in (denial.words, ""))
    return Point(told, (cited,), leans=True, head=head if head.endswith(" ") else "")


def _worded_free(trace: Trace, denial: Denied, text: ReadItem, demand: Demand, ground: CatalogGround) -> Point:
    """In the item's own words, where they can be cut out with what denies: the thing's name alone says it is there."""
    if trace.field == "title":
        return Point("", ())  # it stands above the sentence
    words, pointer, foreign = trace.words, field_pointer(trace.field), demand.foreign(text.language)
    names_thing = _names_thing(trace, denial, text.language)
    passage = next((part for part in sentences(trace.text) if words in part), trace.text)
    source = Source(pointer, passage, stems_of(passage, text.language))
    cuts = [cut for cut in text.stretches(source, stems_of(words, text.language)) if words in cut.text]
    holding = ground.holding
    if names_thing and holding is not None:
        cuts = [cut for cut in cuts if holding.says_free(cut.text, words)]
    if cuts:
        best = max(cuts, key=lambda cut: cut.score)
        return stretch_point(best, source, text, demand.phrasing, foreign=foreign)
    cited = Evidence("field", pointer, words)
    if names_thing or denial.term not in taxonomy().diets:
        return _plain_free(denial, cited, demand)
    return Point(demand.phrasing.quoted(words) if foreign else words, (cited,), leans=True)


def _names_thing(trace: Trace, denial: Denied, language: str) -> bool:
    """Whether the words are those of what is refused, and not such as `vegan` and `meatless`."""
    name = taxonomy().named(trace.words, language)
    if denial.term in taxonomy().diets:
        return name is not None and name not in taxonomy().diets
    return name in taxonomy().concepts or denial.term not in taxonomy().concepts


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is a number, and no yes or no."""
    return isinstance(value, int | float) and not isinstance(value, bool)


__all__ = ["denial_points", "is_number", "must_points", "offer_points"]
