"""A small shop as the judge of fit sees it, with encoders that count words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agent.retrieve.fit import FitGround
from agent.understand.kinds import KindTable
from retrieval.channels.lexical import lexical_index
from retrieval.encoding import Vectors
from retrieval.filters import FilterColumns
from retrieval.items import Item
from retrieval.schema import Field, Schema
from retrieval.snapshot import DenseTable, Snapshot
from retrieval.text.words import words

GOODS = (
    ("Blue Rain Jacket", "Jackets", "Keeps the rain out."),
    ("Red Down Jacket", "Jackets", "Warm."),
    ("Ridge Hiking Boots", "Footwear", "Waterproof leather."),
    ("Path Running Shoes", "Footwear", "For gravel."),
    ("Dome Tent", "Tents", "For two."),
    ("Compass A-320", "Navigation", "Points north."),
    ("Wool Sweater", "Tops", "Soft."),
    ("Steel Water Bottle", "Kitchen", "Keeps cold."),
)
DIM = 64


class WordCounts:
    """Texts as counts of their words, each in a place of its own as far as there is room."""

    id, dim = "word counts", DIM

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.full((len(texts), DIM), 0.01, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in words(text):
                vectors[row, sum(word.encode()) % DIM] += 1
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def ground() -> FitGround:
    items = [Item(str(at), title, text, category) for at, (title, category, text) in enumerate(GOODS)]
    schema = Schema([Field.of("category", "category")])
    encoder = WordCounts()
    rows = {item.id: row for row, item in enumerate(items)}
    vectors = encoder.encode([f"{item.title} {item.description}" for item in items])
    table = DenseTable.build([item.id for item in items], vectors, rows)
    columns = FilterColumns.build(items, schema)
    snapshot = Snapshot(schema, tuple(items), rows, {"text": table, "multilingual": table}, columns)
    lexical = lexical_index(snapshot)
    kinds = KindTable.build(items, schema, lexical, encoder, encoder)
    return FitGround.build(snapshot, lexical, kinds, encoder, encoder)
