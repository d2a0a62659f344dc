"""Rerank: the language model's opinion, blended into the retrieval score and never above it.

The model is asked one thing per candidate: how likely it would be to make this very request, given the item (query
likelihood). It prints no ranking, so it can invent none, and an item moves at most `max_shift` places.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

import prompts
from agent.backends.chat.chats import as_chat
from agent.backends.chat.fitting import all_fitted
from agent.backends.protocols import ChatModel
from agent.config import AgentConfig
from agent.language.untrusted import as_data, lines_as_data
from agent.rerank.blend import reorder
from agent.rerank.scored import Scored
from retrieval.candidates import Candidate
from retrieval.schema import Schema
from retrieval.text.cards import card

CARD_CHARS = 320  # about 80 tokens: what a small model reads twenty times in a second
REQUEST_CHARS = 400


def rerank(
    candidates: Sequence[Candidate],
    request: str,
    model: ChatModel,
    schema: Schema,
    config: AgentConfig,
    notes: list[str] | None = None,
) -> list[Scored]:
    """Blend the model's query likelihood into the first `config.n_rerank` candidates.

    Args:
        request: The wish in words.
        config: `rerank_weight` is the model's share in the blended score, `max_shift` the most places an item may
            rise or fall.
        notes: Where it is written down when items were too long for the model and had to be shortened.
    """
    head = candidates[: config.n_rerank]
    prompt = prompts.load("score_item")
    cards = [
        as_chat(prompt.render(item=lines_as_data(card(candidate.item, schema, CARD_CHARS), CARD_CHARS)))
        for candidate in head
    ]
    # The wish is continued after each card: where making it plain leaves nothing, there is only the wish as it is.
    wish = as_data(request, REQUEST_CHARS) or request[:REQUEST_CHARS]
    chats, shortened = all_fitted(cards, model, model.count_tokens(wish))
    if notes is not None:
        notes += shortened
    likelihoods = model.score(chats, [wish] * len(chats))
    order, scores = reorder([candidate.score for candidate in candidates], likelihoods.tolist(), config)
    by_position: list[float | None] = [value if np.isfinite(value) else None for value in likelihoods.tolist()]
    by_position += [None] * (len(candidates) - len(by_position))
    return [Scored(candidates[at], score, at + 1, by_position[at]) for at, score in zip(order, scores, strict=True)]
