"""TREC runs: what standard tools such as trec_eval and ir-measures score."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from retrieval.errors import TastemakerError

_SPACE = re.compile(r"\s")
_DECIMALS = 6  # trec_eval reads scores as 32-bit floats, which near 1 tell no more apart


@dataclass(frozen=True, slots=True)
class Ranking:
    """One query's result: item ids with scores in [0, 1], best first."""

    query_id: str
    items: Sequence[tuple[str, float]]


def write_run(rankings: Iterable[Ranking], file: TextIO, tag: str) -> int:
    """Write `qid Q0 docid rank score tag` lines and count the queries.

    Tools order by score alone, so where a score is not below the one before it, it is written a hair lower.

    Raises:
        TastemakerError: an id is empty or holds white space, which the format cannot express.
    """
    queries = 0
    for ranking in rankings:
        file.writelines(_lines(ranking, tag))
        queries += 1
    return queries


def _lines(ranking: Ranking, tag: str) -> Iterator[str]:
    ceiling = float("inf")
    for rank, (item_id, score) in enumerate(ranking.items, start=1):
        for name in (ranking.query_id, item_id):
            if not name or _SPACE.search(name):
                raise TastemakerError(
                    f"The id {name!r} cannot stand in a TREC run.",
                    "Give every item and query an id without white space.",
                )
        # tools order ties by id, which would undo ours
        ceiling = min(round(score, _DECIMALS), ceiling - 10**-_DECIMALS)
        yield f"{ranking.query_id} Q0 {item_id} {rank} {ceiling:.{_DECIMALS}f} {tag}\n"
