"""Reading a turn of a conversation: criticism and praise are taken out before the rest is read as a request."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from agent.dialogue.critiques import Critique, critiques
from agent.dialogue.shared_values import SharedValue, shared_values
from agent.language.patterns import patterns
from agent.understand import ParsedText, Vocabulary, read
from agent.understand.fillers import without_fillers
from agent.understand.parsed import Target
from agent.understand.references import judged, references, spoken_of
from agent.understand.rules import MOST_CHARS, left_over
from agent.understand.spans import is_free, spans_of
from agent.understand.tokens import flat
from retrieval.text.words import words

_LINK = rf"(?:{patterns('agent.dialogue', 'reader').words('link')}|[\s,.;:!，。；！])"
_LINKS = re.compile(rf"^{_LINK}+|{_LINK}+$", re.IGNORECASE)


class TalkReader:
    """Reads texts as `read` does, once something has been shown.

    Attributes:
        critiques: Of all texts that were read.
        shares: Fields whose value is to stay as a shown item has it.
        spoken_of: The item of the list shown last that the criticism is of, where the words say which.
        wishes: What is left of the texts to be searched for; empty where they state conditions alone.
        utterance: The same with what people say around it, which tells whether they go on or begin anew.
    """

    def __init__(self, measured: Collection[str], *, shown: bool) -> None:
        self.critiques: list[Critique] = []
        self.shares: list[SharedValue] = []
        self.spoken_of: Target | None = None
        self.wishes = ""
        self.utterance = ""
        self._measured = measured
        self._shown = shown

    def __call__(self, text: str, vocabulary: Vocabulary) -> ParsedText:
        """What a text says."""
        whole = read(text, vocabulary)
        if not self._shown or len(text) > MOST_CHARS:  # a wall of text is a request, not criticism
            self._keep(whole)
            return whole
        low = flat(text)
        pointed = [(start, end) for _, start, end in references(low, vocabulary)]
        certain = spans_of(whole.must)  # `under 50 euros` is a must-have, no criticism of the price
        spared = [*pointed, *certain]
        criticism = [
            critique for critique in critiques(text, self._measured) if is_free(critique.start, critique.end, spared)
        ]
        shares = [share for share in shared_values(text, vocabulary) if is_free(share.start, share.end, certain)]
        cut = [*pointed, *judged(low), *spans_of(criticism), *spans_of(shares)]
        rest = read(left_over(text, cut), vocabulary) if cut else whole
        # What is said of items shown is read off the whole text, since cutting takes it away.
        rest = replace(
            rest,
            references=whole.references,
            sentiments=whole.sentiments,
            occasion=whole.occasion,
            denied=whole.denied,
            order=whole.order,
        )
        self.spoken_of = self.spoken_of or spoken_of(low)
        self.critiques += [critique for critique in criticism if critique not in self.critiques]
        self.shares += [share for share in shares if share not in self.shares]
        self._keep(rest)
        return rest

    def _keep(self, parsed: ParsedText) -> None:
        if parsed.wishes not in self.utterance:
            self.utterance = f"{self.utterance} {parsed.wishes}".strip()
        text = _LINKS.sub("", without_fillers(parsed.wishes)).strip()
        if words(text) and text not in self.wishes:
            self.wishes = f"{self.wishes} {text}".strip()


__all__ = ["TalkReader"]
