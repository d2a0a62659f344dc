"""The words of refusal of one language, ready for reading."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from agent.language.patterns import UNSPACED, Patterns, patterns
from agent.understand.spans import Span, is_free
from agent.understand.tokens import flat

NOTHING = re.compile(r"(?!)")
APOSTROPHE = "’"  # the only one: texts and patterns that are compared have no other

_READING = patterns("agent.understand.denials", "reading")


@dataclass(frozen=True, slots=True)
class Cue:
    """Words of refusal in a text; `lasting` when they speak of the person for good."""

    start: int
    end: int
    lasting: bool


class Cues:
    """What one language refuses with; each attribute is a pattern that `patterns.yaml` describes under its name."""

    def __init__(self, words: Patterns, spaced: bool) -> None:
        self.spaced = spaced
        self._words = words
        self.void = self._any("void")
        self.before = ((self._any("lasting before"), True), (self._any("before"), False))
        self.behind = ((self._any("lasting behind"), True), (self._any("behind"), False))
        self.known_behind = self._any("known behind")
        self.back = ((self._any("lasting back"), True), (self._any("back"), False))
        self.spoken_of = self._any("spoken of")
        self.spoken_before = self._any("spoken before")
        self.reason = self._any("reason")
        self.had = self._any("had")
        self.not_that = self._any("not that")
        self.suffix = self._any("suffix")
        self.degree = self._whole("degree")
        self.reference = self._any("reference")
        self.parting = self._whole("parting")
        self.lead = self._whole("lead")
        self.stop = self._whole("stop")
        self.tail = self._whole("tail")
        self.closing = self._whole("closing")
        self.particle = self._any("particle", "(?:{})$")
        self.either = self._joint("or")
        self.both = self._joint("and")
        self.lists = self._any("lists")
        self.hung = self._any("hung")
        self.single = self._any("single")
        self.close = self._any("close")
        self.undemanded = self._any("undemanded")
        self.behind_diet = self._any("behind diet")
        self.for_good = self._any("for good")
        self.kids = self._any("kids")
        self.no_kids = self._any("no kids")

    def find(self, text: str, sides: tuple[tuple[re.Pattern[str], bool], ...]) -> list[Cue]:
        """The cues of one side of their terms, in the order of the text; those that refuse nothing are left out."""
        void = [match.span() for match in self.void.finditer(text)]
        cues = list[Cue]()
        for pattern, lasting in sides:
            taken: list[Span] = [*void, *((cue.start, cue.end) for cue in cues)]
            spans = (match.span() for match in pattern.finditer(text))
            cues += [Cue(start, end, lasting) for start, end in spans if is_free(start, end, taken)]
        return sorted(cues, key=lambda cue: (cue.start, -cue.end))

    def _alternatives(self, name: str) -> str:
        return flattened(self._words[name])

    def _any(self, name: str, form: str = "{}") -> re.Pattern[str]:
        choice = self._alternatives(name)
        return re.compile(form.format(choice)) if choice else NOTHING

    def _whole(self, name: str) -> re.Pattern[str]:
        return self._any(name, r"(?:{})(?!\w)" if self.spaced else "(?:{})")

    def _joint(self, name: str) -> re.Pattern[str]:
        return self._any(name, r"\s*,?\s*(?<!\w)(?:{})(?!\w)\s*" if self.spaced else r"\s*(?:{})\s*")


def flattened(pattern: str) -> str:
    """A pattern over flat text; what is no letter stays as it is."""
    return "".join(letter if letter.isascii() else flat(letter) for letter in pattern).replace("'", APOSTROPHE)


@cache
def cues(language: str) -> Cues | None:
    """The cues of a language; None where there are none."""
    if language not in _READING.by_language:
        return None
    return Cues(_READING.only(language), language not in UNSPACED)


@cache
def telling() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """For each language that has any, the words that tell it from all others."""
    by_language = ((language, _READING.only(language)["telling"]) for language in _READING.by_language)
    return tuple(
        (language, re.compile(rf"(?<!\w)(?:{flattened(words)})(?!\w)")) for language, words in by_language if words
    )


@cache
def shorthand() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Words that people write as a letter, with how the letter stands for them."""
    return tuple((word, re.compile(flattened(letters))) for word, letters in _READING.table("shorthand").items())


def spelled() -> tuple[str, ...]:
    """Words of refusal that are read in spite of a slip."""
    return _READING.alternatives("spelled")


__all__ = ["APOSTROPHE", "Cue", "Cues", "cues", "flattened", "shorthand", "spelled", "telling"]
