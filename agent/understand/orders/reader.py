"""Reading an order out of a text: a superlative, `sort by`, or the middle."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.understand.conditions.amounts import Amount, amounts
from agent.understand.orders.keys import comparable, keys
from agent.understand.orders.order import Order, Trend
from agent.understand.orders.scope import scope_of
from agent.understand.orders.words import Word, mended, regex, table
from agent.understand.phrases import plain
from agent.understand.titles import titles
from agent.understand.vocabulary import KnownField, Vocabulary

MOST_CHARS = 500  # an order is said in a few words
EXTREMES: Sequence[tuple[Trend, str]] = (("desc", "most"), ("asc", "least"))
MOST_ASKED = 20  # a number before a superlative counts items up to here
_TITLE = re.compile(r"\bThe [A-Z][a-z]+(?= [A-Z])")
_JOINT = r"[\s,:;\-–—(]*"


@dataclass(frozen=True, slots=True)
class _Named:
    """Words that name what is ordered by: a key, or a field by its own name."""

    start: int
    end: int
    key: str
    field: KnownField | None = None


@dataclass(frozen=True, slots=True)
class _OrderDraft:
    """An order as its words say it."""

    start: int
    end: int
    key: str
    direction: Trend
    field: KnownField | None = None
    sorts: bool = False


def order_of(text: str, vocabulary: Vocabulary) -> Order | None:
    """The order that a text asks for; its field is None where the catalog has none for it.

    Args:
        text: What a person wrote or said, in any language.
        vocabulary: Of the catalog.
    """
    text = text[:MOST_CHARS]
    low, places = mended(plain(text))
    reader = _OrderReader(_without_idioms(low, text, places), vocabulary)
    draft = reader.read()
    return None if draft is None else _order(text, draft, reader, places)


def _order(text: str, draft: _OrderDraft, reader: _OrderReader, places: list[int]) -> Order:
    count, start, end = reader.count(draft)
    field = draft.field or keys()[draft.key].field(reader.vocabulary)
    scope = scope_of(reader.low, (start, end), draft.sorts or draft.direction == "mid")
    first, last = places[start], places[end]
    return Order(
        field=field.name if field else None,
        key=draft.key,
        direction=draft.direction,
        scope=scope,
        words=text[first:last],
        start=first,
        end=last,
        count=count,
        place=reader.place(start),
    )


def _without_idioms(low: str, text: str, places: list[int]) -> str:
    """The text with blanks for what looks like an order and is none: `at least`, a title."""
    named = [*titles(text), *(match.span() for match in _TITLE.finditer(text))]
    spans = [match.span() for match in regex("idioms").finditer(low)]
    spans += [(places.index(start), places.index(end)) for start, end in named]
    for start, end in spans:
        low = low[:start] + "\0" * (end - start) + low[end:]
    return low


class _OrderReader:
    """Reads one plain text."""

    def __init__(self, low: str, vocabulary: Vocabulary) -> None:
        self.low = low
        self.vocabulary = vocabulary

    def read(self) -> _OrderDraft | None:
        """What it asks for: what says it at length first, since `neither the cheapest` names an end as well."""
        return self._middle() or self._sorted() or next(self._ends(), None)

    def count(self, draft: _OrderDraft) -> tuple[int | None, int, int]:
        """How many are asked for, and where the words of the order begin and end with the number in them."""
        for amount in amounts(self.low):
            if not (amount.dimension is None and amount.value.is_integer() and 2 <= amount.value <= MOST_ASKED):
                continue
            if amount.end <= draft.start and not self.low[amount.end : draft.start].strip():
                before = regex("before count", behind=r"\s*$").search(self.low[: amount.start])
                if before or not self.low[: amount.start].strip():
                    return int(amount.value), self._top(amount), draft.end
            if amount.start >= draft.end and self._counts_behind(draft, amount):
                return int(amount.value), draft.start, amount.end
        return None, draft.start, draft.end

    def place(self, start: int) -> int:
        """Which of them is meant, by the ordinal before the words."""
        ordinals = list(table("ordinals").search(self.low[:start]))
        return int(ordinals[-1].key) if ordinals and not self.low[ordinals[-1].end : start].strip() else 1

    def _top(self, amount: Amount) -> int:
        top = re.search(r"\btop\s+$", self.low[: amount.start])
        return top.start() if top else amount.start

    def _counts_behind(self, draft: _OrderDraft, amount: Amount) -> bool:
        """Whether a number behind a superlative counts items: `cheapest two`, but not `cheapest 2 person tent`."""
        between = self.low[draft.end : amount.start].strip()
        return between in ("", "的") and bool(
            re.match(r"\s*(?:$|[.,!?)，。！？]|[个款件部本]|of\b|please)", self.low[amount.end :])
        )

    def _middle(self) -> _OrderDraft | None:
        match = regex("middle").search(self.low)
        return None if match is None else _OrderDraft(*match.span(), "price", "mid")

    def _sorted(self) -> _OrderDraft | None:
        for named in self._names():
            start, end = self._sort_words(named)
            if start is None:
                continue
            direction, end = self._direction(named, end)
            return _OrderDraft(start, end, named.key, direction, named.field, sorts=True)
        return None

    def _sort_words(self, named: _Named) -> tuple[int | None, int]:
        """Where the words begin and end that make an order of a name; nowhere where none do."""
        before, behind = self.low[: named.start], self.low[named.end :]
        gap = rf"\s*(?:{regex('gap').pattern}|\b(?:the|their)\b)?\s*$"
        if sort := regex("sort", behind=gap).search(before):
            way = regex("behind", before=r"\s*").match(behind)
            return sort.start(), named.end + (way.end() if way else 0)
        if way := regex("behind", before=r"\s*").match(behind):
            return named.start, named.end + way.end()
        told = regex("rising", before=_JOINT).match(behind) or regex("falling", before=_JOINT).match(behind)
        if told:
            return named.start, named.end
        by = regex("by", behind=r"\s*$").search(before)
        if by and (regex("first").search(behind) or regex("rising").search(behind) or regex("falling").search(behind)):
            return by.start(), named.end
        return None, named.end

    def _direction(self, named: _Named, end: int) -> tuple[Trend, int]:
        """Which way a sorted name goes, and where the words for that end."""
        if falling := regex("falling").search(self.low, end):
            return "desc", falling.end()
        if rising := regex("rising").search(self.low, end):
            return "asc", rising.end()
        for word in table("superlatives").search(self.low):
            if word.key == named.key and word.start >= end:
                return word.direction, word.end
        return keys()[named.key].first if named.key in keys() else "asc", end

    def _names(self) -> Iterator[_Named]:
        """All that is named that things could be ordered by, from left to right."""
        mentions = [
            _Named(mention.start, mention.end, field.name, field)
            for mention in self.vocabulary.find(self.low)
            for field in comparable(mention.names)[:1]
        ]
        words = [_Named(word.start, word.end, word.key) for word in table("names").search(self.low)]
        taken = list[_Named]()
        # The longest first, so that `cooking time` is not `time`; of two as long the one that a key stands for.
        for named in sorted([*words, *mentions], key=lambda named: named.start - named.end):
            if all(named.end <= other.start or other.end <= named.start for other in taken):
                taken.append(named)
        yield from sorted(taken, key=lambda named: named.start)

    def _ends(self) -> Iterator[_OrderDraft]:
        drafts = sorted([*self._superlatives(), *self._extremes()], key=lambda draft: (draft.start, -draft.end))
        yield from (draft for draft in drafts if self._is_meant(draft))

    def _superlatives(self) -> Iterator[_OrderDraft]:
        for word in table("superlatives").search(self.low):
            yield self._superlative(word)
        article = regex("article", behind=r"\s+$")
        for word in table("articled").search(self.low):
            if article.search(self.low[: word.start]):
                yield self._superlative(word)

    def _superlative(self, word: Word) -> _OrderDraft:
        # `With the longest sleeves`: what is long is not the thing itself.
        of_a_part = word.key in ("size", "length", "width", "height", "depth") and regex(
            "having", behind=r"\s+$"
        ).search(self.low[: word.start])
        return _OrderDraft(word.start, word.end, "untold" if of_a_part else word.key, word.direction)

    def _extremes(self) -> Iterator[_OrderDraft]:
        """`Most servings`, `fewest calories`, `评分最高`: the most or least of something that is named."""
        names = list(self._names())
        gap = re.compile(rf"(?:\s|(?:{regex('gap').pattern}))*")
        for direction, extreme in EXTREMES:
            for match in regex(extreme).finditer(self.low):
                for named in names:
                    if named.start >= match.end() and gap.fullmatch(self.low, match.end(), named.start):
                        yield _OrderDraft(match.start(), named.end, named.key, direction, named.field)
                    before = named.end <= match.start() and gap.fullmatch(self.low, named.end, match.start())
                    if before and not re.match(r"\s*[a-z]", self.low[match.end() :]):
                        yield _OrderDraft(named.start, match.end(), named.key, direction, named.field)

    def _is_meant(self, draft: _OrderDraft) -> bool:
        """Whether an end is asked for: not refused, nor said of something else than what is sought."""
        before = self.low[: draft.start]
        if regex("refused", behind=r"\s*$").search(before):
            return False
        # Whatever stands before it, a price belongs to what is sought.
        if draft.key in ("price", "rating") or not regex("guarded", behind=r"\s*$").search(before):
            return True
        return bool(regex("unguarded", behind=r"\s*$").search(before))


__all__ = ["MOST_CHARS", "order_of"]
