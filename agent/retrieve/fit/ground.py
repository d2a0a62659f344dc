"""What is known of a catalog when the fit of its items is judged; made once, from the items alone."""

from __future__ import annotations

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
from retrieval.text.codes import CodeTable
from retrieval.text.values import as_text
from retrieval.text.words import words

SHORT = 80  # characters of a value that names something and is no text of its own


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
        codes: Which of them are called by which model numbers.
    """

    snapshot: Snapshot
    lexical: LexicalIndex
    named: LexicalIndex
    kinds: KindTable
    usual: Mapping[str, Usual]
    encoders: Mapping[str, Encoder]
    codes: CodeTable

    @classmethod
    def build(
        cls, snapshot: Snapshot, lexical: LexicalIndex, kinds: KindTable, text: Encoder, multilingual: Encoder
    ) -> FitGround:
        """The ground of a catalog; encodes requests of all sorts, and multiplies them with all vectors."""
        encoders = {TEXT.name: text, MULTILINGUAL.name: multilingual}
        named = LexicalIndex(words(" ".join(_names(item))) for item in snapshot.items)
        codes = CodeTable(snapshot.items, snapshot.schema)
        return cls(snapshot, lexical, named, kinds, usual_of(snapshot.tables, encoders), encoders, codes)

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


def _names(item: Item) -> Iterable[str]:
    yield item.title
    yield item.category or ""
    yield from (text for value in item.attributes.values() if len(text := as_text(value)) <= SHORT)
    yield from (value for values in item.attributes.values() if isinstance(values, tuple) for value in values)


__all__ = ["FitGround", "Sought"]
