"""Understand: a turn, and what was perceived in its media, become one typed request."""

from agent.understanding.reading import Read, Reading, Reference, Sentiment
from agent.understanding.request import MAX_WISH_CHARS, Reader, Understood, understand
from agent.understanding.rules import read
from agent.understanding.turns import MAX_K, MAX_TEXT_BYTES, clean, validate
from agent.understanding.vocabulary import Vocabulary

__all__ = [
    "MAX_K",
    "MAX_TEXT_BYTES",
    "MAX_WISH_CHARS",
    "Read",
    "Reader",
    "Reading",
    "Reference",
    "Sentiment",
    "Understood",
    "Vocabulary",
    "clean",
    "read",
    "understand",
    "validate",
]
