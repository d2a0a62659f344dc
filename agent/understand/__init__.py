"""Understand: a turn, and what was perceived in its media, become one typed request."""

from agent.understand.parsed import ParsedText, Reading, Reference, Sentiment
from agent.understand.request import MAX_WISH_CHARS, Reader, Understood, understand
from agent.understand.rules import read
from agent.understand.validation import MAX_K, MAX_TEXT_BYTES, clean, gives_up_rules, user_id, validate, wish_of
from agent.understand.vocabulary import Vocabulary

__all__ = [
    "MAX_K",
    "MAX_TEXT_BYTES",
    "MAX_WISH_CHARS",
    "ParsedText",
    "Reader",
    "Reading",
    "Reference",
    "Sentiment",
    "Understood",
    "Vocabulary",
    "clean",
    "gives_up_rules",
    "read",
    "understand",
    "user_id",
    "validate",
    "wish_of",
]
