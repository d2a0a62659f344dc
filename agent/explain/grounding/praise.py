"""Praise: what a seller says of his own wares is his opinion, and is told as his or not at all."""

from __future__ import annotations

import re
from functools import cache

from agent.explain.grounding.quotations import without_quotations
from agent.language.patterns import patterns
from retrieval.text.words import fold

_SORTS = ("topping", "awarded", "vaunting")


def praise_in(text: str) -> str:
    """The first words by which a text praises what it speaks of; empty where it praises nothing."""
    match = _praise().search(fold(text))
    return match[0] if match else ""


def own_praise(sentence: str) -> str:
    """The first words by which a sentence praises in its own voice, outside of what it quotes."""
    return praise_in(without_quotations(sentence))


@cache
def _praise() -> re.Pattern[str]:
    known = patterns("agent.explain.grounding", "praise", "praise.yaml")
    return re.compile("|".join(words for sort in _SORTS if (words := known.words(sort))))


__all__ = ["own_praise", "praise_in"]
