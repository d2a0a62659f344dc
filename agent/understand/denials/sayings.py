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
_NEXT = r"(?:\s+|(?=[\u3400-\u9fff])|$)"  # the next word begins, with a space before it where the language sets any
_CLOSED = re.compile(r"\s*(?:$|[.,;:!?()\n。，；：！？（）])")


class Sayings:
    """What is said in some languages; each pattern is one that `patterns.yaml` describes under its name."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._languages = [language for language in languages if language in _WORDS.by_language]
        between = self._alternatives("between") or NOTHING.pattern
        leading = rf"(?:(?:{between}){_NEXT})*"
        self._before = re.compile(rf"(?P<cue>{self._alternatives('free before')})\s*{leading}")
        self._behind = self._any("free behind")
        self._no_claim_before = self._any("no claim before")
        self._no_claim_behind = self._any("no claim behind")
        self._maybe_before = self._any("maybe before")
        self._background = self._any("background")
        self._or = re.compile(rf"\s*,?\s*(?:{self._joints('or')})\s*{leading}")
        self._and = re.compile(rf"\s*,?\s*(?:{self._joints('and')})\s*{leading}")
        self._joint = re.compile(rf"{self._or.pattern}|{self._and.pattern}|\s*,\s*{leading}")
        self._takes_lists = self._any("takes lists")

    def is_denied(self, text: str, span: Span) -> bool:
        """Whether a thing is said not to be there: `without nuts`, `nut-free`, `no nuts, eggs or milk`."""
        return self._behind.match(text, span[1]) is not None or self._is_denied_before(text, span)

    def is_free(self, text: str, span: Span) -> bool:
        """Whether that is said of the item itself: not `not nut-free`, nor `can be made without nuts`."""
        end = self.free_end(text, span[1])
        if end > 0:
            return self.is_claim(text, (span[0], end))
        maybe = self._maybe_before.search(text, max(0, span[0] - BEFORE), span[0])
        return maybe is None and self._is_denied_before(text, span)

    def _is_denied_before(self, text: str, span: Span) -> bool:
        before = text[max(0, span[0] - BEFORE) : span[0]]
        cue = next(reversed(list(self._before.finditer(before))), None)
        if cue is None or cue.end() == len(before):
            return cue is not None
        joined = self._takes_lists.search(cue["cue"]) is not None
        return self._is_listed(before[cue.end() :], text, span[1], joined=joined)

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

    def _is_listed(self, between: str, text: str, end: int, *, joined: bool) -> bool:
        """Whether things of a list that ends or goes on with `or` stand between the words and the thing.

        Args:
            joined: Whether `and` joins as well, in a list that ends its clause: `free of gluten and eggs.`
        """
        joints = list(self._joint.finditer(between))
        if not joints or joints[-1].end() != len(between):
            return False
        starts, ends = [0, *(joint.end() for joint in joints[:-1])], [joint.start() for joint in joints]
        if not all(_THING.fullmatch(between, *piece) for piece in zip(starts, ends, strict=True)):
            return False
        if self._or.fullmatch(between, joints[-1].start()):
            return True
        last = self._and.fullmatch(between, joints[-1].start())
        closed = last is not None and _CLOSED.match(text, end) is not None
        return (joined and closed) or self._goes_on(text, end, joined=joined)

    def _goes_on(self, text: str, end: int, *, joined: bool) -> bool:
        """Whether an `or` closes the list behind a thing."""
        for _ in range(4):
            if self._or.match(text, end):
                return True
            last = self._and.match(text, end)
            if last is not None:
                thing = _THING.match(text, last.end())
                return joined and thing is not None and _CLOSED.match(text, thing.end()) is not None
            joint = self._joint.match(text, end)
            thing = _THING.match(text, joint.end()) if joint else None
            if thing is None:
                return False
            end = thing.end()
        return False

    def _joints(self, name: str) -> str:
        """The words for `or`, or for `and`, whole where the language sets spaces."""
        parts = [(language, flattened(_WORDS.only(language)[name])) for language in self._languages]
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
