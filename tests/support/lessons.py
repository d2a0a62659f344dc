"""A small catalog with people whose taste can be learned: what they like shows only in a turned copy of the vectors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from retrieval.cases import Case
from retrieval.encoding import Vectors
from retrieval.fusion import Pool
from retrieval.query import Query
from retrieval.snapshot import DenseTable
from tests.support.shelf import units

N_ITEMS, N_PEOPLE = 60, 80
DIMS = {"text": 8, "visual": 6}
IDS = [str(row) for row in range(N_ITEMS)]
ROWS = {name: row for row, name in enumerate(IDS)}
NO_PICTURE = 10  # the last items have none
NOTHING_HIDDEN = np.array([], dtype=np.intp)


def tables(seed: int = 0) -> dict[str, DenseTable]:
    """Vectors of the catalog."""
    return {
        "text": DenseTable.build(IDS, units(N_ITEMS, DIMS["text"], seed), ROWS),
        "visual": DenseTable.build(IDS[:-NO_PICTURE], units(N_ITEMS - NO_PICTURE, DIMS["visual"], seed + 1), ROWS),
    }


def cases(features: dict[str, DenseTable], seed: int = 0) -> list[Case]:
    """People whose request vector, its coordinates in reverse, is near the texts of what they want."""
    people = []
    for at in range(N_PEOPLE):
        text = units(1, DIMS["text"], 1_000 * (seed + 1) + at)
        wanted = np.argsort(-(features["text"].matrix @ text[0][::-1]))[:3]
        vectors: dict[str, Vectors] = {"text": text}
        if at % 2:
            vectors["visual"] = units(1, DIMS["visual"], 5_000 + at)
        people.append(Case(f"{at}", Query("history", "", vectors), {int(row): 1.0 for row in wanted}, NOTHING_HIDDEN))
    return people


def pool(case: Case, features: dict[str, DenseTable], rows: np.ndarray | None = None) -> Pool:
    """All items, as the text and the visual channel see them."""
    rows = np.arange(N_ITEMS) if rows is None else rows
    queries = case.query.vectors
    scores = {name: features[name].similarity(vectors, rows).astype(float) for name, vectors in queries.items()}
    return Pool(rows, scores, queries, features)


def with_nan(case: Case) -> Case:
    """The same request, one of its vectors spoilt."""
    spoilt = {name: np.full_like(vectors, np.nan) for name, vectors in case.query.vectors.items()}
    return replace(case, query=replace(case.query, vectors=spoilt))
