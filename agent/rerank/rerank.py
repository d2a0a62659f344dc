"""Rerank: the language model's opinion, blended into the retrieval score and never above it.

The model prints no ranking, so it can invent none: by one of several methods it gives a number for each candidate, and
an item moves at most `max_shift` places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from agent.backends.protocols import ChatModel
from agent.config import AgentConfig, RerankMethod
from agent.language.untrusted import as_data
from agent.rerank.blend import reorder
from agent.rerank.exhibit import PicturesOf, ScoringMethod, exhibits
from agent.rerank.listwise import listwise
from agent.rerank.pointwise import both, likelihood, yes_no
from agent.rerank.scored import Scored
from retrieval.candidates import Candidate
from retrieval.schema import Schema

REQUEST_CHARS = 400
METHODS: Mapping[RerankMethod, ScoringMethod] = MappingProxyType(
    {"likelihood": likelihood, "yes_no": yes_no, "both": both, "listwise": listwise}
)


def rerank(
    candidates: Sequence[Candidate],
    request: str,
    model: ChatModel,
    schema: Schema,
    config: AgentConfig,
    notes: list[str] | None = None,
    pictures: PicturesOf | None = None,
) -> list[Scored]:
    """Blend the model's opinion into the first `config.n_rerank` candidates.

    Args:
        request: The wish in words.
        config: `rerank_method` is how the model is asked, `rerank_weight` its share in the blended score, `max_shift`
            the most places an item may rise or fall.
        notes: Where it is written down when items were too long for the model and had to be shortened.
        pictures: Gives the pictures of items that the model is shown; none are shown when not given.

    Raises:
        ModelError: the model failed.
    """
    head = [candidate.item for candidate in candidates[: config.n_rerank]]
    method = METHODS[config.rerank_method]
    values, more = method(exhibits(head, schema, pictures), wish_as_data(request), model)
    if notes is not None:
        notes += more
    opinions = values.tolist()
    order, scores = reorder([candidate.score for candidate in candidates], opinions, config)
    by_position: list[float | None] = [value if np.isfinite(value) else None for value in opinions]
    by_position += [None] * (len(candidates) - len(by_position))
    return [Scored(candidates[at], score, at + 1, by_position[at]) for at, score in zip(order, scores, strict=True)]


def wish_as_data(request: str) -> str:
    """The wish as a model may read it; where making it plain leaves nothing, there is only the wish as it is."""
    return as_data(request, REQUEST_CHARS) or request[:REQUEST_CHARS]


__all__ = ["METHODS", "rerank", "wish_as_data"]
