"""Wishes in words, made from what a catalog mostly holds: “something in blue under $40”, and never a title."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import floor, log10
from statistics import median
from typing import TYPE_CHECKING

from agent.understand.kinds.names import kind_names
from agent.understand.kinds.phrase import joined
from agent.understand.lexicon import Forms, lexicon
from agent.understand.tokens import forms

if TYPE_CHECKING:
    from retrieval.items import Item
    from retrieval.schema import Schema
    from retrieval.snapshot import Snapshot
    from ui.page.shared.reader import Reader

MOST = 4
LOOKED_AT = 2_000  # items
LEAST = 3  # items that a wish has to be met by; in a small catalog a fifth of all
MOST_CHARS = 30  # of a value
ROUND = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)  # amounts that people name, of each power of ten
# of pictures: as often the ground's as the thing's
PLAIN = frozenset({"white", "black", "grey", "gray", "beige", "silver"})


@dataclass(frozen=True, slots=True)
class _Good:
    """As much of an item as wishes are made of."""

    kind: str
    colour: str
    price: float | None
    tags: tuple[str, ...]


def made_wishes(snapshot: Snapshot, reader: Reader) -> list[str]:
    """A few wishes that several items of a catalog meet, in the reader's language."""
    goods = [_good(item, snapshot.schema) for item in snapshot.items[:LOOKED_AT]]
    maker = _WishMaker(reader, min(LEAST, max(1, len(goods) // 5)))
    return list(dict.fromkeys(maker.of(goods)))[:MOST]


class _WishMaker:
    """Words wishes for a reader, each met by at least so many items."""

    def __init__(self, reader: Reader, least: int) -> None:
        self._reader = reader
        self._words = reader.words
        self._least = least

    def of(self, goods: Sequence[_Good]) -> Iterator[str]:
        """Wishes, the best ones first."""
        colours = self._commonest(good.colour for good in goods)
        if colours and (price := self._limit(good for good in goods if good.colour == colours[0])):
            yield self._words("wish.colour_price", colour=_colour(colours[0], self._reader), price=price)
        ways = (self._in_a_colour, self._below_a_price, _bare)
        for at, kind in enumerate(self._commonest(good.kind for good in goods)[: len(ways)]):
            of_kind, named = [good for good in goods if good.kind == kind], _kind(kind, self._reader)
            # each kind is asked for in another way, as far as its items allow
            made = (way(named, of_kind) for way in (*ways[at:], *ways[:at]))
            yield next(filter(None, made))
        for tag in self._commonest(tag for good in goods for tag in good.tags)[:MOST]:
            yield self._words("wish.with", value=tag)

    def _in_a_colour(self, kind: str, goods: Sequence[_Good]) -> str:
        colours = self._commonest(good.colour for good in goods)
        return self._words("wish.kind_colour", kind=kind, colour=_colour(colours[0], self._reader)) if colours else ""

    def _below_a_price(self, kind: str, goods: Sequence[_Good]) -> str:
        price = self._limit(goods)
        return self._words("wish.kind_price", kind=kind, price=price) if price else ""

    def _commonest(self, values: Iterable[str]) -> list[str]:
        """The values that several have, the commonest first."""
        counts = Counter(value for value in values if value)
        return [value for value, n in counts.most_common() if n >= self._least]

    def _limit(self, goods: Iterable[_Good]) -> str:
        """A price that people would name and that half of the goods keep to; empty where there are too few."""
        prices = [good.price for good in goods if good.price and good.price > 0]
        if len(prices) < self._least:
            return ""
        middle = median(prices)
        power = 10 ** floor(log10(middle))
        return _written(next(part * power for part in ROUND if part * power >= middle), self._reader)


def _bare(kind: str, goods: Sequence[_Good]) -> str:
    del goods
    return kind


def _good(item: Item, schema: Schema) -> _Good:
    colour = next((_known_colour(item.value(name)) for name in schema.fields if _tells_colour(name)), "")
    tags = (item.value(field.name) for field in schema.filterable() if field.type == "list" and not field.hidden)
    return _Good(
        _short(re.split(r">|\||\s/\s", item.category)[-1]) if item.category else "",
        colour or _seen_colour(item),
        item.price,
        tuple(_short(tag) for value in tags if isinstance(value, tuple) for tag in value),
    )


def _written(amount: float, reader: Reader) -> str:
    """An amount as the shop writes it, yet plain enough to be typed."""
    return replace(reader.shop.price, cents=False, thousands="")(amount)


def _kind(name: str, reader: Reader) -> str:
    """What things are called in the reader's language, as far as we know a word for them."""
    names, own = kind_names(), reader.words.language
    kind = names.find(forms(name))
    if kind is None:
        return reader.words("wish.for", kind=name.lower() if name.istitle() else name)
    if names.known(forms(name), own) is not None:
        return name.lower()
    return _first(name for name, meant in names.by_language.get(own, {}).items() if meant == kind) or name


def _colour(name: str, reader: Reader) -> str:
    chinese = reader.words.language == "zh"
    words = sorted(lexicon().equal[forms(name)], key=lambda word: (-len(joined(word)), word))
    if chinese == _is_chinese(forms(name)):
        return name.lower()
    return _first(word for word in words if _is_chinese(word) == chinese) or name


def _first(names: Iterable[Forms]) -> str:
    return next(map(joined, names), "")


def _is_chinese(name: Forms) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in "".join(name))


def _tells_colour(name: str) -> bool:
    return forms(name) in {forms(colour) for colour in ("colour", "color", "颜色")}


def _known_colour(value: object) -> str:
    first = value[0] if isinstance(value, tuple) and value else value
    return first if isinstance(first, str) and forms(first) in lexicon().equal else ""


def _seen_colour(item: Item) -> str:
    """The colour that its picture shows most of, where that is one that people ask for."""
    spans = (span.text for seen in item.descriptions for span in seen.spans if span.kind == "colour")
    return next((text for text in spans if forms(text) in lexicon().equal and text.lower() not in PLAIN), "")


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= MOST_CHARS else ""
