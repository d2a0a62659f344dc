"""Texts as every tokenizer takes them."""

from __future__ import annotations

from collections.abc import Sequence

MAX_CHARACTERS = (
    4096  # beyond what any of the embedded encoders reads, and short enough for a tokenizer in plain Python
)


def readable(texts: Sequence[str]) -> list[str]:
    """The texts, cut to `MAX_CHARACTERS`, with half characters (lone surrogates) replaced by a question mark."""
    return [text[:MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8") for text in texts]


__all__ = ["readable"]
