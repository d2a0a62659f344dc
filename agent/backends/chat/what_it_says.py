"""What a model server says of its model, and how it wants to be asked."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.backends.chat.endpoint_terms import AskingTerms

if TYPE_CHECKING:
    from agent.backends.chat.endpoint_answer import HeardAnswer
    from agent.backends.chat.endpoint_errors import Refusal

_LOG = logging.getLogger(__name__)


class WhatItSays:
    """What a server says of its model, and on which terms it answers, kept for all who ask it.

    Args:
        requested: The model as it was asked for, and where.

    Attributes:
        context_tokens: How many tokens it can read; 0 while that is not known.
        terms: How it is asked.
        reranks: Number of the question by which it tells how relevant texts are; None while that is not known.
    """

    def __init__(self, requested: str) -> None:
        self.context_tokens = 0
        self.terms = AskingTerms()
        self.reranks: int | None = None
        self._requested = requested
        self._reported = ""
        self._lock = threading.Lock()

    def heard(self, answer: HeardAnswer) -> None:
        """Learn from an answer that said something."""
        with self._lock:
            inline = self.terms.inline or answer.inline
            self.terms = replace(self.terms, known=True, inline=inline, thinks=answer.thought)

    def refused(self, terms: AskingTerms, refusal: Refusal, body: Mapping[str, object]) -> bool:
        """Learn from a refusal of a request under these terms. Returns: whether it is worth asking again."""
        with self._lock:
            if self.terms == terms:
                self.terms = terms.after(refusal, body)
            return self.terms != terms

    def said_nothing(self, terms: AskingTerms) -> bool:
        """Learn from an answer without words under these terms. Returns: whether it is worth asking again."""
        with self._lock:
            if self.terms == terms:
                self.terms = replace(terms, quiet=True, thinks=True)
            return self.terms != terms

    @property
    def name(self) -> str:
        """The model as it was asked for, with what the server calls it where that is another name."""
        return f"{self._requested} (which calls itself {self._reported})" if self._reported else self._requested

    def notice(self, reported: object, model: str) -> None:
        """Compare the model's own word about its name with what was asked for; a difference is logged once."""
        if not isinstance(reported, str) or reported in ("", self._reported):
            return
        if not _same_model(reported, model):
            self._reported = " ".join(reported.split())[:80]
            _LOG.warning("%s was asked for, and the server answers as %s.", self._requested, self._reported)


def _same_model(reported: str, requested: str) -> bool:
    """Whether two names may mean one model: servers add a version, or a folder before it."""
    short, other = (name.casefold().rsplit("/", 1)[-1].removesuffix(".gguf") for name in (reported, requested))
    return short.startswith(other) or other.startswith(short)


__all__ = ["WhatItSays"]
