"""A request, reduced to what candidate generation needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from retrieval.encoding import Vectors
from retrieval.filters import Filter

RequestKind = Literal["text", "foreign", "picture", "both"]
"""English words; words of another language; a picture; a picture and words."""


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """What to search for.

    Attributes:
        kind: Which channels are asked, and with which weights.
        words: The wishes as written or spoken, and in English where that is known.
        vectors: By dense channel the request's vectors there, float32, shape (n, dim), unit vectors.
        filters: Must-haves; an item that fails one is never a candidate.
    """

    kind: RequestKind
    words: str
    vectors: Mapping[str, Vectors]
    filters: tuple[Filter, ...] = ()
