"""Sayings: how the texts of a catalog say right around a thing that it is not there, or that they keep to a diet."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.language.patterns import UNSPACED, patterns
from agent.understand.denials.cues import NOTHING, flattened
from agent.understand.spans import Span

BEFORE = 60  # characters before a thing in which it may be said that it is not there

_WORDS = patterns("agent.understand.denials", "holding")
_THING = re.compile(r"[^\W\d][\w-]*(?: [\w-]+)?")  # of a list of things that are not there


class Sayings:
    """What is said in some languages; each pattern is one that `patterns.yaml` describes under its name."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._languages = [language for language in languages if language in _WORDS.by_language]
        between = self._alternatives("between") or NOTHING.pattern
        self._before = re.compile(rf"(?:{self._alternatives('free before')})\s*(?:(?:{between})\s+)*")
        self._behind = self._any("free behind")
        self._no_claim_before = self._any("no claim before")
        self._no_claim_behind = self._any("no claim behind")
        self._background = self._any("background")
        self._or = re.compile(rf"\s*,?\s*(?:{self._joints()})\s*")
        self._joint = re.compile(rf"{self._or.pattern}|\s*,\s*")

    def is_denied(self, text: str, span: Span) -> bool:
        """Whether a thing is said not to be there: `without nuts`, `nut-free`, `no nuts, eggs or milk`."""
        if self._behind.match(text, span[1]):
            return True
        before = text[max(0, span[0] - BEFORE) : span[0]]
        ends = [match.end() for match in self._before.finditer(before)]
        return bool(ends) and (ends[-1] == len(before) or self._is_listed(before[ends[-1] :], text, span[1]))

    def free_end(self, text: str, end: int) -> int:
        """Where words end that say behind a thing that it is not there; -1 where none do."""
        match = self._behind.match(text, end)
        return match.end() if match else -1

    def is_claim(self, text: str, span: Span) -> bool:
        """Whether the name of a diet or the like is said of the item itself: not of a variant, nor denied."""
        before = text[max(0, span[0] - BEFORE) : span[0]]
        return not self._no_claim_before.search(before) and not self._no_claim_behind.match(text, span[1])

    def is_background(self, text: str, span: Span) -> bool:
        """Whether a colour is that of what stands behind a thing in a picture."""
        start = max(0, span[0] - BEFORE // 2)
        matches = self._background.finditer(text, start, span[1] + BEFORE // 2)
        return any(match.start() <= span[0] and span[1] <= match.end() for match in matches)

    def _is_listed(self, between: str, text: str, end: int) -> bool:
        """Whether things of a list that ends or goes on with `or` stand between the words and the thing."""
        joints = list(self._joint.finditer(between))
        if not joints or joints[-1].end() != len(between):
            return False
        starts, ends = [0, *(joint.end() for joint in joints[:-1])], [joint.start() for joint in joints]
        if not all(_THING.fullmatch(between, *piece) for piece in zip(starts, ends, strict=True)):
            return False
        return self._or.fullmatch(between, joints[-1].start()) is not None or self._goes_on(text, end)

    def _goes_on(self, text: str, end: int) -> bool:
        """Whether an `or` closes the list behind a thing."""
        for _ in range(4):
            if self._or.match(text, end):
                return True
            joint = self._joint.match(text, end)
            thing = _THING.match(text, joint.end()) if joint else None
            if thing is None:
                return False
            end = thing.end()
        return False

    def _joints(self) -> str:
        """The words for `or`, whole where the language sets spaces."""
        parts = [(language, flattened(_WORDS.only(language)["or"])) for language in self._languages]
        whole = [
            choice if language in UNSPACED else rf"(?<=\s)(?:{choice})(?=\s)" for language, choice in parts if choice
        ]
        return "|".join(whole) or NOTHING.pattern

    def _alternatives(self, name: str) -> str:
        parts = (flattened(_WORDS.only(language)[name]) for language in self._languages)
        return "|".join(part for part in parts if part)

    def _any(self, name: str) -> re.Pattern[str]:
        choice = self._alternatives(name)
        return re.compile(choice) if choice else NOTHING


__all__ = ["BEFORE", "Sayings"]
