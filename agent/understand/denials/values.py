"""Fields whose value says what an item is, and so what it is not: a blue shoe is not red."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from agent.understand.denials.fields import telling_fields
from agent.understand.denials.matter import Matter, Matters
from agent.understand.denials.phrases import Phrase, plain
from agent.understand.denials.taxonomy import Sort, Taxonomy
from agent.understand.tokens import flat, forms
from retrieval.items import Item, Value
from retrieval.once import once
from retrieval.schema import Schema

_OPEN = frozenset({"colour", "material"})  # of which any value that is another says so; of others, names that are there
_NO_VALUE = "("  # begins what stands where there is none: `(no genres listed)`


class TellingValues:
    """The values of a catalog's fields that tell what items are of a sort."""

    def __init__(self, items: Sequence[Item], schema: Schema, known: Taxonomy, matters: Matters) -> None:
        self._items = items
        self._schema = schema
        self._taxonomy = known
        self._matters = matters
        self._phrases: dict[str, tuple[Phrase, ...]] = {}

    def others(self, term: str, matter: Matter) -> Iterator[tuple[str, frozenset[str]]]:
        """Fields that tell of a thing, with those values that say that an item is something else."""
        for sort, fields in self._by_sort.items():
            for name, values in fields.items():
                naming = {value for value in values if _names(value, term, matter)}
                if sort == matter.sort and sort in _OPEN:
                    yield name, frozenset(value for value, known in values.items() if known and value not in naming)
                elif naming and matter.sort in ("", sort):
                    yield name, frozenset(value for value in values if value not in naming and value[:1] != _NO_VALUE)

    @once
    def _by_sort(self) -> Mapping[str, Mapping[str, Mapping[str, bool]]]:
        """By sort and field the values, each with whether the taxonomy knows it as one of that sort."""
        return {
            sort.name: {
                field.name: {value: self._is_of(value, sort) for value in self._values(field.name)}
                for field in telling_fields(self._schema, sort)
            }
            for sort in self._taxonomy.sorts.values()
            if sort.fields
        }

    def _values(self, name: str) -> dict[str, None]:
        return {text: None for item in self._items for text in texts_of(item.value(name))}

    def _is_of(self, value: str, sort: Sort) -> bool:
        """Whether a value names a thing of a sort: `sky blue` is a colour, `floral` may be any."""
        low = flat(value)
        return any(True for phrase in self._phrases_of(sort.name) for _ in phrase.find(low))

    def _phrases_of(self, sort: str) -> tuple[Phrase, ...]:
        if sort not in self._phrases:
            names = [concept.name for concept in self._taxonomy.concepts.values() if concept.sort == sort]
            made = dict.fromkeys(phrase for name in names for phrase in self._matters.of(name).phrases)
            self._phrases[sort] = tuple(made)
        return self._phrases[sort]


def texts_of(value: Value | None) -> tuple[str, ...]:
    """The texts of a field: the entries of a list, or the one text."""
    texts = value if isinstance(value, tuple) else (value,)
    return tuple(text for text in texts if isinstance(text, str) and text)


def _names(value: str, term: str, matter: Matter) -> bool:
    """Whether a value names a thing; one that the taxonomy does not have by its whole name alone."""
    low = flat(value)
    if matter.sort:
        return any(True for phrase in matter.phrases for _ in phrase.find(low))
    return forms(plain(low)) == forms(plain(flat(term)))


__all__ = ["TellingValues", "texts_of"]
