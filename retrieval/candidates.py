"""Candidates and the evidence of every channel that weighed in on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from retrieval.items import Item


@dataclass(frozen=True, slots=True)
class ChannelScore:
    """What one channel says of one candidate.

    Attributes:
        score: The channel's own score (cosine in [-1, 1]; BM25); None when the item lacks what the channel needs.
        rank: 1 is the channel's best of these candidates; None without a score.
        weight: The channel's share in the fused score, in [0, 1]; None where the fusion has no fixed shares.
        contribution: What the fused score loses when the channel is left out; below 0 where it held the item back.
        points: How many points of a picture of the request and one of the item lie in both in the same way, where these
            are enough to say that they show the very same thing; None where that is not known.
    """

    score: float | None
    rank: int | None
    weight: float | None
    contribution: float
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that may be recommended.

    Attributes:
        row: Row of the item in the snapshot.
        score: Fused score in [0, 1]; higher is better. Comparable within one request only.
        channels: Evidence by channel name.
    """

    item: Item
    row: int
    score: float
    channels: Mapping[str, ChannelScore]
