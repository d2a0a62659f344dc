"""Repeats: a chat that stands in a batch several times is answered several times, each drawn apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from agent.backends.protocols import Chat, ChatMessage, GenerateOptions


def repeats(chats: Sequence[Chat]) -> list[int]:
    """How often each chat has stood there before."""
    seen = Counter[tuple[ChatMessage, ...]]()
    counts: list[int] = []
    for chat in map(tuple, chats):
        counts.append(seen[chat])
        seen[chat] += 1
    return counts


def drawn_apart(chats: Sequence[Chat], options: GenerateOptions) -> list[GenerateOptions]:
    """The options of each chat: where answers are drawn, equal chats have seeds of their own."""
    sampling = options.sampling
    if sampling is None:
        return [options] * len(chats)
    return [replace(options, sampling=replace(sampling, seed=sampling.seed + count)) for count in repeats(chats)]


__all__ = ["drawn_apart", "repeats"]
