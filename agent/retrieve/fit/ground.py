"""What is known of a catalog when the fit of its items is judged; made once, from the items alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.retrieve.fit.background import Usual, usual_of
from agent.understand.kinds import Kind, KindMatch, KindTable
from retrieval.channels.lexical import LexicalIndex
from retrieval.channels.registry import MULTILINGUAL, TEXT
from retrieval.encoding import Encoder, Vectors
from retrieval.items import Item
from retrieval.snapshot import Snapshot
from retrieval.text.values import as_text
from retrieval.text.words import words

SHORT = 80  # characters of a value that names something and is no text of its own
_CODE_MARKS = re.compile(r"[^a-z0-9]+")
_MODEL_NUMBER = re.compile(r"(?=\S*\d)(?=\S*[A-Za-z])[A-Za-z0-9][A-Za-z0-9./-]{3,}|\d{6,}")
_MEASURE = re.compile(r"\d+(?:[a-z]{1,3}|-?(?:person|season|inch|litre|liter|piece|pack))", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class Sought:
    """What a request asks for, as far as fit goes by it.

    Attributes:
        text: The wish, without conditions that filters hold.
        language: ISO 639-1 code.
        kind: The kind of thing; None where none is asked for.
        match: Which items are of it.
        thing: Where none is, the thing that it speaks of although the catalog's titles tell no kinds.
        vectors: By channel the wish as unit vectors, shape (n, dim).
    """

    text: str
    language: str
    kind: Kind | None
    match: KindMatch | None
    thing: Kind | None
    vectors: Mapping[str, Vectors]


@dataclass(frozen=True, slots=True, eq=False)
class FitGround:
    """A catalog as the judge of fit sees it.

    Attributes:
        snapshot: Its items.
        lexical: Which of them hold which words anywhere.
        named: Which of them hold which words in titles and short values.
        kinds: Which of them are of which kind.
        usual: By channel how near any words come to them.
        encoders: By channel what makes the vectors of a request.
    """

    snapshot: Snapshot
    lexical: LexicalIndex
    named: LexicalIndex
    kinds: KindTable
    usual: Mapping[str, Usual]
    encoders: Mapping[str, Encoder]

    @classmethod
    def build(
        cls, snapshot: Snapshot, lexical: LexicalIndex, kinds: KindTable, text: Encoder, multilingual: Encoder
    ) -> FitGround:
        """The ground of a catalog; encodes requests of all sorts, and multiplies them with all vectors."""
        encoders = {TEXT.name: text, MULTILINGUAL.name: multilingual}
        named = LexicalIndex(words(" ".join(_names(item))) for item in snapshot.items)
        return cls(snapshot, lexical, named, kinds, usual_of(snapshot.tables, encoders), encoders)

    def sought(self, text: str, language: str, vectors: Mapping[str, Vectors] | None = None) -> Sought:
        """A wish, read and encoded.

        Args:
            vectors: By channel those that are there already.
        """
        kind = self.kinds.find(text, language)
        match = self.kinds.rows(kind, language) if kind else None
        given = vectors or {}
        encoded = {
            name: given[name] if name in given else encoder.encode([text]) for name, encoder in self.encoders.items()
        }
        thing = None if kind else self.kinds.thing(text, language)
        return Sought(text, language, kind, match, thing, encoded)

    def cosines(self, sought: Sought, channel: str, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """Of the wish to each item in one channel, NaN where the channel is silent."""
        table = self.snapshot.tables.get(channel)
        if table is None or channel not in self.usual:
            return np.full(len(rows), np.nan)
        return table.similarity(sought.vectors[channel], rows).astype(np.float64)

    def called(self, text: str, rows: Iterable[int]) -> frozenset[int]:
        """Which items are called by all model numbers of a wish; none where it has none."""
        codes = [bare_code(code) for code in model_numbers(text)]
        return frozenset(row for row in rows if codes and all(self.holds_code(row, code) for code in codes))

    def holds_code(self, row: int, code: str) -> bool:
        """Whether an item is called by a model number, however it is spaced."""
        item = self.snapshot.items[row]
        return code in bare_code(" ".join((*_names(item), item.id, item.description)))


def model_numbers(text: str) -> list[str]:
    """The model numbers in a wish; `256gb` and `4-person` are none."""
    return [code for code in _MODEL_NUMBER.findall(text) if not _MEASURE.fullmatch(code)]


def is_model_number(text: str) -> bool:
    """Whether a wish is nothing but a model number."""
    return model_numbers(text) == [text.strip()]


def bare_code(text: str) -> str:
    """Letters and digits alone: `A-320` and `a320` are one model."""
    return _CODE_MARKS.sub("", text.lower())


def _names(item: Item) -> Iterable[str]:
    yield item.title
    yield item.category or ""
    yield from (text for value in item.attributes.values() if len(text := as_text(value)) <= SHORT)
    yield from (value for values in item.attributes.values() if isinstance(values, tuple) for value in values)


__all__ = ["FitGround", "Sought", "bare_code", "is_model_number", "model_numbers"]
