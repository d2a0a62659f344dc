"""Which facts of an item tell it from others: a value that most items share says nothing, nor does a code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from agent.explain.grounding.lexicon import FIELD_WORDS
from agent.language.untrusted import holds_contact
from retrieval.items import Item, Value
from retrieval.once import once
from retrieval.schema import Field, Schema
from retrieval.text.values import as_text
from retrieval.text.words import fold, words

SHARED = 0.25  # of the items: a value that more have is not worth telling
RARE = 0.1
MIN_ITEMS = 8  # in a smaller catalog no share means anything
MAX_FACT_CHARS = 60
ENOUGH = 2  # facts beside which no measure is told
MEASURE = 2  # the last of places
FIRST_YEAR, LAST_YEAR = 1_000, 2_100  # whole numbers between them are years
_CODES = 0.95  # share of different values from which a field of single words with digits holds codes
_NUMBERS = frozenset({"number", "integer"})

_UNKNOWN = frozenset({"", "unknown", "unidentified", "anonymous", "none", "n", "na", "other", "various"})
_MAKERS = frozenset({"artist", "director", "author", "brand", "maker", "designer", "writer", "price"})


@dataclass(frozen=True, slots=True)
class Fact:
    """A short value of an item.

    Attributes:
        name: Of its field.
        text: The value, with its unit.
        share: Of the catalog's items, how many have it, in [0, 1]; of a list, of its rarest entry.
    """

    name: str
    text: str
    share: float


class DistinctiveFacts:
    """Which facts of an item tell it from others, by how common each value of each field is.

    Args:
        items: The catalog's items.
        frequency: How many of them hold a token of `retrieval.text.words`.
    """

    def __init__(self, items: Sequence[Item], schema: Schema, frequency: Callable[[str], int] | None = None) -> None:
        self._schema = schema
        self._frequency = frequency
        self._n = len(items)
        self._counts: dict[str, Counter[str]] = {}
        for field in _shown_fields(schema):
            values = (item.value(field.name) for item in items)
            counts = Counter(key for value in values if value is not None for key in set(_keys(value)))
            if not _holds_codes(counts, field):
                self._counts[field.name] = counts

    def facts(self, item: Item) -> list[Fact]:
        """The item's facts that are worth telling, the rarer before the common, else in the order of the catalog.

        Measures that nobody has a word for only where there is little else to tell.
        """
        uncommon = [fact for fact in self._all(item) if self._n < MIN_ITEMS or fact.share <= SHARED]
        tokens = [frozenset(words(fact.text)) for fact in uncommon]
        title = frozenset(words(item.title))
        # People read the title first: what stands in it already is no news.
        facts = [
            fact
            for at, (fact, own) in enumerate(zip(uncommon, tokens, strict=True))
            if not own or (not own <= title and not _is_repeated(at, tokens))
        ]
        if any(fact.name == "date" for fact in facts):
            facts = [fact for fact in facts if fact.name != "year"]
        ordered = sorted(facts, key=lambda fact: (_place(fact), self._n >= MIN_ITEMS and fact.share > RARE))
        plain = [fact for fact in ordered if _place(fact) < MEASURE]
        return plain if len(plain) >= ENOUGH else ordered

    def common(self, word: str) -> bool:
        """Whether so many items hold the word that it tells none from others, as `film` among films."""
        n, frequency = self._n, self._frequency
        return frequency is not None and n >= MIN_ITEMS and frequency(word) > SHARED * n

    def all(self, item: Item) -> dict[str, Fact]:
        """Everything that people can be told of an item, by field, be it common or not."""
        return {fact.name: fact for fact in self._all(item)}

    @once
    def years(self) -> frozenset[str]:
        """The fields that people are told and that hold years."""
        fields = (self._schema.fields[name] for name in self._counts)
        return frozenset(field.name for field in fields if field.name == "year" or _is_year(field))

    def tells(self, name: str) -> bool:
        """Whether people are told the values of a field."""
        return name in self._counts

    def _all(self, item: Item) -> Iterator[Fact]:
        for name, counts in self._counts.items():
            value = item.value(name)
            if value is None or fold(as_text(value)).partition(" ")[0] in _UNKNOWN:
                continue
            field = self._schema.fields[name]
            text = f"{as_text(value)} {field.unit}" if field.unit else as_text(value)
            if len(text) <= MAX_FACT_CHARS and not holds_contact(
                text, item.title
            ):  # a longer one is no fact but a text, which is quoted in part
                # A list is as rare as its rarest entry, be the others common.
                yield Fact(name, text, min(counts[key] for key in _keys(value)) / max(1, self._n))


def mostly_digits(text: str) -> bool:
    """Whether a value is rather a measure than words."""
    marks = [mark for mark in text if mark.isalnum()]
    return 2 * sum(mark.isdigit() for mark in marks) > len(marks)


def _place(fact: Fact) -> int:
    """Who made it and what it costs first, measures that nobody has a word for last."""
    if fact.name in _MAKERS:
        return 0
    measure = mostly_digits(fact.text) and not _has_words(fact.name)
    return MEASURE if measure or fact.name == "size" else 1


def _has_words(name: str) -> bool:
    """Whether sentences have words of their own for a field, as `costs` for a price."""
    return name == "price" or name.replace("_", " ") in FIELD_WORDS


def _shown_fields(schema: Schema) -> Iterator[Field]:
    """Fields that people are told: named kinds of things, and numbers of which it is known what they are."""
    for field in schema.fields.values():
        if field.hidden or field.name in ("id", "title", "description"):
            continue
        # A number says something only with a unit or where everybody knows what it counts; a yes or no says nothing.
        is_number = field.type in _NUMBERS
        says_something = _has_words(field.name) or bool(field.unit) if is_number else field.type != "boolean"
        if says_something and (field.searchable or field.filterable):
            yield field


def _is_year(field: Field) -> bool:
    low, high = field.minimum, field.maximum
    return field.type == "integer" and low is not None and high is not None and FIRST_YEAR <= low <= high <= LAST_YEAR


def _keys(value: Value) -> list[str]:
    return [fold(entry) for entry in value] if isinstance(value, tuple) and value else [fold(as_text(value))]


def _holds_codes(counts: Counter[str], field: Field) -> bool:
    """Whether a field holds codes: nearly every item another one, of a single word with a digit in it."""
    if field.type in _NUMBERS or len(counts) < MIN_ITEMS:
        return False
    single = sum(" " not in key and any(mark.isdigit() for mark in key) for key in counts)
    return single >= _CODES * len(counts) and len(counts) >= _CODES * counts.total()


def _is_repeated(at: int, tokens: Sequence[frozenset[str]]) -> bool:
    """Whether another fact says the same and more, or an earlier one the same."""
    own = tokens[at]
    return any(own < other or (own == other and number < at) for number, other in enumerate(tokens) if number != at)


__all__ = ["MAX_FACT_CHARS", "RARE", "DistinctiveFacts", "Fact", "mostly_digits"]
