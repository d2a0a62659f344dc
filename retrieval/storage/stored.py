"""What goes into the store and what it reports: items with their vectors, channels, pending changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from retrieval.encoding import Vectors
from retrieval.items import Item
from retrieval.matching.points import LocalPoints


@dataclass(frozen=True, slots=True, eq=False)
class Embedded:
    """The vectors of one item in one channel.

    Attributes:
        model: Identity of the encoder. A channel has one at a time: storing another empties the channel first.
        contents: Digest of what was embedded, one per vector; with `model` the key of the vector cache.
        vectors: float32, shape (len(contents), dim).
        searchable: Whether the vector index is to hold this channel.
    """

    model: str
    contents: tuple[str, ...]
    vectors: Vectors
    searchable: bool = True

    def __post_init__(self) -> None:
        if self.vectors.ndim != 2 or len(self.vectors) != len(self.contents):
            raise ValueError(f"{len(self.contents)} contents do not fit vectors of shape {self.vectors.shape}")
        # NaN is above and below nothing: one vector with it would spoil every order that it takes part in
        if self.vectors.dtype != np.float32 or not np.isfinite(self.vectors).all():
            raise ValueError("vectors must be finite float32 numbers")


@dataclass(frozen=True, slots=True, eq=False)
class StoredItem:
    """An item ready to be stored.

    Attributes:
        item: With its descriptions.
        digest: Says, compared with a later one, whether the item must be ingested again.
        vectors: By channel name.
        points: By digest of the picture those of its first pictures.
    """

    item: Item
    digest: str
    vectors: Mapping[str, Embedded] = field(default_factory=dict)
    points: Mapping[str, LocalPoints] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChannelInfo:
    """A set of vectors of one model: `n_vectors` of `n_items` items."""

    name: str
    model: str
    dim: int
    searchable: bool
    n_vectors: int
    n_items: int


@dataclass(frozen=True, slots=True)
class Pending:
    """A change the index has still to learn.

    Attributes:
        seq: Its number; later changes have higher ones.
        channel: Where.
        item: Whose vectors; None when the whole channel is to be written anew.
        parts: How many vectors of that item the index may hold from before.
    """

    seq: int
    channel: str
    item: str | None
    parts: int
