"""Exhibits: items as a language model is shown them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.backends.protocols import ChatModel
from agent.language.messages import Note
from agent.language.untrusted import lines_as_data
from agent.media.decoded import Picture
from retrieval.items import Item
from retrieval.schema import Schema
from retrieval.text.cards import card

CARD_CHARS = 320  # about 80 tokens: what a small model reads twenty times in a second

Opinion = tuple[NDArray[np.float64], tuple[Note, ...]]
"""One number for each exhibit, the higher the better it fits and no finite one where the model gave none, shape (n,);
and what people have to know of how it came about."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """An item as a language model is shown it.

    Attributes:
        card: Its facts, one a line, made plain.
        pictures: What it looks like; empty for a model that does not see.
    """

    card: str
    pictures: tuple[Picture, ...] = ()


ScoringMethod = Callable[[Sequence[Exhibit], str, ChatModel], Opinion]
"""Asks a model how well each exhibit fits a wish in plain words. It prints no ranking, so it can invent none.

Raises:
    ModelError: the model failed.
"""
PicturesOf = Callable[[Sequence[Item]], Sequence[tuple[Picture, ...]]]
"""The pictures of items that a model is shown."""


def exhibits(items: Sequence[Item], schema: Schema, pictures: PicturesOf | None = None) -> list[Exhibit]:
    """Items as a model is shown them: by their facts, and by pictures where there are any to show."""
    looks = pictures(items) if pictures else [()] * len(items)
    cards = (lines_as_data(card(item, schema, CARD_CHARS), CARD_CHARS) for item in items)
    return [Exhibit(*shown) for shown in zip(cards, looks, strict=True)]


__all__ = ["Exhibit", "Opinion", "PicturesOf", "ScoringMethod", "exhibits"]
