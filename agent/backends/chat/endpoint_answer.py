"""One answer of a model behind a server, as it is heard: its words without its thoughts, and what it is worth."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from agent.backends.chat import endpoint_wire as wire
from agent.backends.chat.endpoint_terms import AskingTerms
from agent.backends.generation.batch_decode import StreamedAnswer
from agent.backends.protocols import GenerateOptions
from retrieval.text.aloud import Parted, parted, thinks_unmarked, whole_marks

_FENCED = re.compile(r"\A\s*```\w*\s*\n(?P<inside>.*?)\n?\s*```\s*\Z", re.DOTALL)


class HeardAnswer:
    """An answer that comes event by event.

    Args:
        options: What was asked for.
        terms: Under which it was asked.
        whole: Whether nothing is to be given out before the answer has ended.

    Attributes:
        ended: Why it ended; None while it has not.
        thought: Whether the model thought aloud.
        inline: Whether it did so in what it said.
        refusal: Its words on why it does not answer, where the server tells these apart.
    """

    def __init__(self, options: GenerateOptions, terms: AskingTerms, *, whole: bool) -> None:
        self.ended: str | None = None
        self.thought = self.inline = False
        self.refusal = ""
        self._options, self._terms = options, terms
        # What a model says first may be thoughts without a mark of where they begin: not known before they end.
        self._held = whole or terms.inline or not terms.known
        self._said = self._words = ""
        self._n_pieces = 0
        self._began = self._loose = False
        self._answer = StreamedAnswer(lambda _: self._words, options.stop, ())

    @property
    def given(self) -> bool:
        """Whether any of it was given out."""
        return self._answer.begun

    @property
    def finished(self) -> bool:
        """Whether what comes yet does not matter any more."""
        return self._answer.finished

    @property
    def lost(self) -> bool:
        """Whether what was given out as words turned out to be thoughts."""
        return self._loose and parted(self._said).bare

    def take(self, event: Mapping[str, Any]) -> str:
        """Hear what comes next. Returns: the words that are certain with it, perhaps none."""
        piece = wire.piece_of(event)
        self._said += piece.text
        self.thought |= piece.thought
        self.refusal += piece.refusal
        if event != wire.DONE or self._began:  # an end of nothing is none
            self.ended = self.ended or piece.ended
        self._began = True
        heard = self._parted()
        if (
            not piece.text
            or self._options.json_schema is not None
            or (self._held and not (heard.thought and heard.words))
        ):
            return ""
        self._loose |= not heard.thought
        self._words = whole_marks(heard.words)
        self._n_pieces += 1
        text = self._answer.add(0)
        if self._terms.thinks and self._n_pieces >= self._options.max_new_tokens and not self.finished:
            self.ended = wire.CUT_OFF  # where the room for thoughts was not needed, words do not get it
            text += self._answer.finish()
        return text

    def finish(self) -> str:
        """Nothing more comes. Returns: the words that were held back."""
        heard = self._parted()
        self._words = heard.words
        cut = self.ended == wire.CUT_OFF or (self.ended == wire.STOPPED and bool(self._options.stop))
        if cut and not heard.thought and not self._answer.begun and thinks_unmarked(heard.words):
            self.inline = self.thought = True  # the room, or a sign to stop at, ended it before the thoughts did
            self._words = ""
        if self._options.json_schema is not None and (fenced := _FENCED.match(self._words)):
            self._words = fenced["inside"]
        return self._answer.add(0) + self._answer.finish()

    def _parted(self) -> Parted:
        heard = parted(self._said)
        self.inline |= heard.thought
        self.thought |= heard.thought
        return heard

    @property
    def words(self) -> str:
        """All words of it, once it has finished."""
        return self._words


__all__ = ["HeardAnswer"]
