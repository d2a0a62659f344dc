"""Terms before and behind a cue, in languages that set no spaces between words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.understand.denials.cues import Cue, Cues
from agent.understand.denials.spaced import Term
from agent.understand.denials.taxonomy import Taxonomy
from agent.understand.tokens import flat

MOST_LETTERS = 8  # of a term that the taxonomy does not have, in characters that are words
MOST_LETTERS_THAI = 24

_LETTER = re.compile(r"[^\s，。,.!?！？、；;:：（）()]")
_RUN = re.compile(r"(?:[\u3400-\u9fff々]+|[\u30a0-\u30ff]+|[a-z0-9]+|[\u3040-\u309f]{2,4})$")


class UnspacedTerms:
    """Reads terms in one language."""

    def __init__(self, cues: Cues, taxonomy: Taxonomy, language: str) -> None:
        self._cues = cues
        self._taxonomy = taxonomy
        self._language = language
        self._most = MOST_LETTERS_THAI if language == "th" else MOST_LETTERS

    def behind(self, text: str, cue: Cue) -> Iterator[Term]:
        """The terms that follow a cue: one, or all of a list."""
        at: int | None = cue.end
        while at is not None and (term := self._term(text, at)) is not None:
            yield term
            joint = self._cues.either.match(text, self._after_tail(text, term.end))
            at = joint.end() if joint else self._next_letter(text, term)

    def _next_letter(self, text: str, term: Term) -> int | None:
        """Where a name of one character follows another, as things are named together: eggs and milk."""
        known = (
            self._taxonomy.begins(text, term.end, self._language) if term.end - term.start == 1 and term.sort else None
        )
        return term.end if known is not None and known[1] == term.end + 1 else None

    def before(self, text: str, cue: Cue) -> Iterator[Term]:
        """The terms that stand before a cue: one, or all of a list."""
        end: int | None = cue.start
        while end is not None and (term := self._last(text, end)) is not None:
            yield term
            end = self._joint_before(text, term.start)

    def known_before(self, text: str, cue: Cue) -> Iterator[Term]:
        """The same of known things alone."""
        yield from (term for term in self.before(text, cue) if term.sort or term.name in self._taxonomy.concepts)

    def name_before(self, text: str, cue: Cue) -> Term | None:
        """The thing or person that is named right before a cue."""
        return self._last(text, cue.start)

    def word_before(self, text: str, end: int) -> Iterator[Term]:
        """The thing whose word ends there."""
        yield from self.before(text, Cue(end, end, lasting=False))

    def _term(self, text: str, at: int) -> Term | None:
        start = self._begin(text, at)
        if start is None:
            return None
        end = self._run(text, start)
        known = self._taxonomy.begins(text, start, self._language)
        if known is not None and not self._is_spared(text, start, *known):
            return self._named(known[0], start, known[1])
        return Term(text[start:end], start, end) if end > start else None

    def _begin(self, text: str, at: int) -> int | None:
        while True:
            while at < len(text) and text[at].isspace():
                at += 1
            if self._cues.degree.match(text, at) or self._cues.reference.match(text, at):
                return None
            lead = self._cues.lead.match(text, at)
            if lead is None or lead.end() == at or self._taxonomy.begins(text, at, self._language):
                return at
            at = lead.end()

    def _run(self, text: str, start: int) -> int:
        """Where an unknown term ends: at a mark, or a word that ends it."""
        end = start
        while end < len(text) and end - start < self._most and _LETTER.match(text, end):
            if end > start and (self._cues.stop.match(text, end) or self._cues.tail.match(text, end)):
                break
            end += 1
        return end

    def _is_spared(self, text: str, start: int, name: str, end: int) -> bool:
        """Whether the name is only the beginning of another word: meat, in the word for cinnamon."""
        concept = self._taxonomy.concepts.get(name)
        spared = concept.spared.get(self._language, ()) if concept else ()
        return any(len(word) > end - start and text.startswith(flat(word), start) for word in spared)

    def _named(self, name: str, start: int, end: int) -> Term:
        concept = self._taxonomy.concepts.get(name)
        return Term(name, start, end, concept.sort if concept else "diet")

    def _after_tail(self, text: str, at: int) -> int:
        match = self._cues.tail.match(text, at)
        return match.end() if match else at

    def _last(self, text: str, end: int) -> Term | None:
        end = self._before_tail(text, len(text[:end].rstrip()))
        known = self._taxonomy.ends(text, end, self._language)
        run = _RUN.search(text, max(0, end - MOST_LETTERS), end)
        if known is not None and (run is None or known[1] <= run.start() or len(text[known[1] : end]) > 1):
            return self._named(known[0], known[1], end)
        return Term(run[0], run.start(), end) if run and not self._points(run[0]) else None

    def _points(self, words: str) -> bool:
        """Whether words point at an item of a list; a single character may begin any word."""
        match = self._cues.reference.match(words)
        return match is not None and len(match[0]) > 1

    def _before_tail(self, text: str, end: int) -> int:
        """Where the term ends when words that tell nothing are left out at its end, unless they are part of a name."""
        if self._taxonomy.ends(text, end, self._language):
            return end
        ends = [m.start() for m in self._cues.tail.finditer(text, max(0, end - 6), end) if m.end() == end and m.start()]
        return ends[0] if ends else end

    def _joint_before(self, text: str, start: int) -> int | None:
        for match in self._cues.either.finditer(text, max(0, start - 4), start):
            if match.end() == start and match.start() < start:
                return match.start()
        return None


__all__ = ["UnspacedTerms"]
