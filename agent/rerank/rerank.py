"""Rerank: the language model's opinion, blended into the retrieval score and never above it.

The model is asked one thing per candidate: how likely it would be to make this very request, given the item (query
likelihood). It prints no ranking, so it can invent none, and an item moves at most `max_shift` places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

import prompts
from agent.backends.chat.chats import as_chat
from agent.backends.chat.fitting import all_fitted
from agent.backends.protocols import ChatModel
from agent.config import AgentConfig
from agent.language.untrusted import as_data, lines_as_data
from retrieval.candidates import Candidate
from retrieval.schema import Schema
from retrieval.text.cards import card

CARD_CHARS = 320  # about 80 tokens: what a small model reads twenty times in a second
REQUEST_CHARS = 400


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its final score.

    Attributes:
        score: Retrieval and model blended, in [0, 1].
        retrieval_rank: 1-based rank before the model was asked.
        likelihood: The model's mean log-probability per token; None when it was not asked or gave no number.
    """

    candidate: Candidate
    score: float
    retrieval_rank: int
    likelihood: float | None = None


def unranked(candidates: Sequence[Candidate]) -> list[Scored]:
    """The candidates as retrieval ordered them."""
    return [Scored(candidate, candidate.score, rank) for rank, candidate in enumerate(candidates, start=1)]


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
    wish = as_data(request, REQUEST_CHARS) or request[:REQUEST_CHARS]
    chats, shortened = all_fitted(cards, model, model.count_tokens(wish))
    if notes is not None:
        notes += shortened
    likelihoods = model.score(chats, [wish] * len(chats))
    order, scores = reordered([candidate.score for candidate in candidates], likelihoods.tolist(), config)
    known: list[float | None] = [value if np.isfinite(value) else None for value in likelihoods.tolist()]
    known += [None] * (len(candidates) - len(known))
    return [Scored(candidates[at], score, at + 1, known[at]) for at, score in zip(order, scores, strict=True)]


def reordered(
    retrieval: Sequence[float], likelihoods: Sequence[float], config: AgentConfig
) -> tuple[list[int], list[float]]:
    """Positions of all candidates in their new order, and the scores at these places, best first.

    Args:
        retrieval: Fused scores, best first.
        likelihoods: Of as many of the first as the model was asked about.
    """
    blended = blend(retrieval[: len(likelihoods)], likelihoods, config.rerank_weight)
    places = sorted(blended, reverse=True)  # an item held at a place has that place's score: the list stays sorted
    floor, tail = (places[-1] if places else 1.0), range(len(blended), len(retrieval))
    return [*bounded_order(blended, config.max_shift), *tail], [*places, *(min(retrieval[at], floor) for at in tail)]


def blend(retrieval: Sequence[float], likelihoods: Sequence[float], weight: float) -> list[float]:
    """(1 - weight) * retrieval + weight * minmax(likelihood), position by position.

    A likelihood that is not a finite number counts as the mean of the others.
    """
    scores = np.array(likelihoods, dtype=np.float64)
    finite = scores[np.isfinite(scores)]
    low, spread = (finite.min(), np.ptp(finite)) if finite.size else (0.0, 0.0)
    stretched = (scores - low) / spread if spread > 0 else np.full_like(scores, 0.5)
    usable = np.isfinite(stretched)
    stretched = np.where(usable, stretched, stretched[usable].mean() if usable.any() else 0.5)
    mixed = (1 - weight) * np.asarray(retrieval, dtype=np.float64) + weight * stretched
    return [float(score) for score in mixed]


def bounded_order(scores: Sequence[float], max_shift: int) -> list[int]:
    """Positions ordered by score, best first, no position moving more than `max_shift` places.

    At each place the candidates are those still open whose old place is near enough; one that has reached its
    last permitted place is taken first.
    """
    order: list[int] = []
    open_positions = list(range(len(scores)))
    for place in range(len(scores)):
        if open_positions[0] <= place - max_shift:
            best = open_positions[0]
        else:
            reachable = [at for at in open_positions if at <= place + max_shift]
            best = max(reachable, key=lambda at: (scores[at], -at))
        open_positions.remove(best)
        order.append(best)
    return order
