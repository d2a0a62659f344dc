"""How relevant texts are to a wish, from servers that run a reranker: by `rerank`, as Jina has it, or vLLM's `score`.

vLLM serves cross-encoders under both paths, llama.cpp (`--rerank`), Infinity and Jina under the first, and Text
Embeddings Inference under the first with other names. Each is asked in turn until one answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.backends.chat.endpoint_errors import Refusal
from agent.backends.chat.endpoint_http import Connection
from agent.errors import ModelError

Question = tuple[str, Callable[[str, str, Sequence[str]], dict[str, object]]]

QUESTIONS: tuple[Question, ...] = (
    (
        "rerank",
        lambda model, wish, texts: {"model": model, "query": wish, "documents": list(texts), "top_n": len(texts)},
    ),
    ("score", lambda model, wish, texts: {"model": model, "text_1": wish, "text_2": list(texts)}),
    ("rerank", lambda _, wish, texts: {"query": wish, "texts": list(texts)}),
)


def relevance(
    server: Connection, model: str, wish: str, texts: Sequence[str], known: int | None = None
) -> tuple[NDArray[np.float64], int]:
    """Scores of texts, higher for more relevant ones, on whatever scale the model has, with the number of the question.

    Args:
        known: Number of the question that the server answered before.

    Returns:
        Shape (len(texts),), and the number.

    Raises:
        ModelError: the server answers none of the questions, or leaves a text out.
    """
    refusals = []
    for number in range(len(QUESTIONS)) if known is None else (known,):
        path, body = QUESTIONS[number]
        try:
            return _scores(server.post(path, body(model, wish, texts)), len(texts)), number
        except Refusal as refusal:
            if refusal.status in {401, 402, 403, 429}:
                raise
            refusals.append(refusal)
    raise ModelError(
        f"The model server {server.url} runs no reranker: {refusals[0].what}",
        "Serve a cross-encoder with vLLM, or start llama.cpp's server with --rerank.",
    )


def _scores(answer: Mapping[str, Any], n_texts: int) -> NDArray[np.float64]:
    """The scores of an answer in the order of the texts: servers send the best first."""
    entries = next((found for name in ("results", "data") if isinstance(found := answer.get(name), list)), [])
    scores = np.full(n_texts, np.nan)
    for entry in entries:
        at, score = entry.get("index"), entry.get("relevance_score", entry.get("score"))
        if isinstance(at, int) and 0 <= at < n_texts and isinstance(score, int | float):
            scores[at] = score
    if not np.isfinite(scores).all():
        raise ModelError(
            f"A reranker scored {int(np.isfinite(scores).sum())} of {n_texts} texts.", "See the server's own log."
        )
    return scores


__all__ = ["relevance"]
