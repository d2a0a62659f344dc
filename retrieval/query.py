"""A request, reduced to what candidate generation needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from retrieval.encoding import Vectors
from retrieval.filters import Filter
from retrieval.matching.points import LocalPoints

RequestKind = Literal["text", "unsure", "foreign", "picture", "both", "sound", "history"]
"""English words; words that may be English; words of another language; a picture; a picture and words; a sound in which
nothing is said, alone; nothing but what a person liked before."""


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """What one person did with items of the catalog, oldest first.

    Attributes:
        rows: The items, shape (m,).
        weights: How much each counts, float32, shape (m,): above 0 liked, below 0 disliked, already scaled by age.
    """

    rows: NDArray[np.intp]
    weights: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class CalledRows:
    """The items that are called by the model numbers of a request.

    Attributes:
        exactly: Their rows, shape (n,); empty where nothing is called so.
        nearly: Rows of those with a longer number that begins or ends so.
    """

    exactly: NDArray[np.intp]
    nearly: NDArray[np.intp]

    @classmethod
    def of(cls, exactly: Collection[int], nearly: Collection[int] = ()) -> CalledRows:
        """These rows, in any order."""
        return cls(*(np.array(sorted(rows), dtype=np.intp) for rows in (exactly, nearly)))


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """What to search for.

    Attributes:
        kind: Which channels are asked, and with which weights.
        words: The wishes as written or spoken, and in English where that is known.
        vectors: By dense channel the request's vectors there, float32, shape (n, dim), unit vectors.
        filters: Must-haves; an item that fails one is never a candidate.
        history: Of the person who asks, and of what they name as an example; None where there is neither.
        hidden: Rows that are not to be shown: what the person knows already.
        unwanted: Rows that are to come later than they would.
        called: Those that are to come first, by their model numbers; None where the request holds none.
        points: Of the request's pictures.
    """

    kind: RequestKind
    words: str
    vectors: Mapping[str, Vectors]
    filters: tuple[Filter, ...] = ()
    history: History | None = None
    hidden: NDArray[np.intp] = field(default_factory=lambda: np.empty(0, dtype=np.intp))
    unwanted: NDArray[np.intp] = field(default_factory=lambda: np.empty(0, dtype=np.intp))
    called: CalledRows | None = None
    points: tuple[LocalPoints, ...] = ()
