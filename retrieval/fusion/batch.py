"""Batches: several requests and the candidates they share, as tensors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from retrieval.fusion import Pool
from retrieval.fusion.frame import Frame


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """What a learned fusion is shown: b requests, c channels, n candidates.

    Attributes:
        scores: Standardised, shape (b, c, n); 0, which is the mean, where missing.
        known: Which scores are there, 1 or 0, shape (b, c, n).
        queries: By modality the requests' short vectors, shape (b, p); zeros where missing.
        query_mask: By modality which requests have one, 1 or 0, shape (b, 1).
        items: By modality the candidates' short vectors, shape (n, p); zeros where missing.
        item_mask: By modality which candidates have one, 1 or 0, shape (n, 1).
    """

    scores: Tensor
    known: Tensor
    queries: Mapping[str, Tensor]
    query_mask: Mapping[str, Tensor]
    items: Mapping[str, Tensor]
    item_mask: Mapping[str, Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What is right, for a batch.

    Attributes:
        gains: Relevance scaled to [0, 1], shape (b, n).
        may: Which items are candidates of which request, shape (b, n), bool.
        akin: 1 where an item is of a category that one of the relevant items has, shape (b, n).
    """

    gains: Tensor
    may: Tensor
    akin: Tensor


def batch_of(frame: Frame, pool: Pool) -> Batch:
    """One request with its own candidates."""
    scores = torch.from_numpy(frame.scores(pool.scores, len(pool.rows)))[None]
    queries = {name: frame.requests([pool.queries], name) for name in frame.modalities}
    items = {name: frame.items(pool.features, name, pool.rows) for name in frame.modalities}
    return Batch(
        scores=scores.nan_to_num(0.0),
        known=(~scores.isnan()).float(),
        queries={name: torch.from_numpy(vectors) for name, (vectors, _) in queries.items()},
        query_mask={name: torch.from_numpy(there).float()[:, None] for name, (_, there) in queries.items()},
        items={name: torch.from_numpy(vectors) for name, (vectors, _) in items.items()},
        item_mask={name: torch.from_numpy(there).float()[:, None] for name, (_, there) in items.items()},
    )
