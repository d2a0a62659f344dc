"""Terms before and behind a cue, in languages that set spaces between words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.understand.denials.cues import Cue, Cues
from agent.understand.denials.taxonomy import Taxonomy
from agent.understand.spans import Span

MOST_WORDS = 4  # of one term
TRAITS = frozenset({"colour", "material", "genre", "look", "trait", "maker", "taste"})  # said of things: `red boots`

_WORD = re.compile(r"\w+(?:[’&+.\-]\w+)*")
_GAP = re.compile(r"-|[ \t]*")
_SPACE = re.compile(r"[\s\-:’]*")
_NUMBER = re.compile(r"\d[\d.,]*(?:%|s|st|nd|rd|th|kg|g|cm|mm|min|h|€|\$)?")
_COMMA = re.compile(r"\s*,\s*")
_ENDS = ("", ",", ".", ";", "!", "?")
_BACK = re.compile(rf"(?:{_WORD.pattern}[ \t]+){{0,2}}{_WORD.pattern}$")


@dataclass(frozen=True, slots=True)
class Term:
    """A term in a text: its name, and where its words begin and end."""

    name: str
    start: int
    end: int
    sort: str = ""


class SpacedTerms:
    """Reads terms in one language."""

    def __init__(self, cues: Cues, taxonomy: Taxonomy, language: str) -> None:
        self._cues = cues
        self._taxonomy = taxonomy
        self._language = language
        # `, eggs or milk`: what closes a list of things that commas part.
        self._list_end = re.compile(rf"(?:\s*,\s*[\w’ \-]{{1,30}}){{0,5}}?(?:{cues.either.pattern})")

    def behind(self, text: str, cue: Cue) -> Iterator[Term]:
        """The terms that follow a cue: one, or all of a list."""
        at: int | None = cue.end
        before: Term | None = None
        most = 1 if self._cues.close.search(text, cue.start, cue.end) else MOST_WORDS
        while at is not None and (term := self._term(text, at, most)) is not None:
            if before is not None and not self._goes_on(text, cue, before, term):
                return
            yield term
            at, before = self._after_joint(text, term.end), term

    def before(self, text: str, cue: Cue) -> Iterator[Term]:
        """The terms that stand before a cue: one, or all of a list."""
        yield from self._with_joined(text, self._last(text, cue.start))

    def known_before(self, text: str, cue: Cue) -> Iterator[Term]:
        """The same of known things alone."""
        yield from self._with_joined(text, self._known_last(text, cue.start))

    def name_before(self, text: str, cue: Cue) -> Term | None:
        """The thing or person that is named right before a cue."""
        return self._last(text, cue.start)

    def _with_joined(self, text: str, term: Term | None) -> Iterator[Term]:
        """A term and known things joined to it."""
        while term is not None:
            yield term
            joint = self._joint_before(text, term.start)
            term = self._known_last(text, joint) if joint is not None else None

    def word_before(self, text: str, end: int) -> Iterator[Term]:
        """The thing whose word ends there, as in `sugar-free`, and known things joined to it."""
        match = _BACK.search(text, 0, end)
        if match is None:
            return
        known = self._known_last(text, end)
        start = text.rfind(" ", 0, end) + 1
        name = text[start:end].strip("-")
        if self._cues.stop.fullmatch(name) or self._cues.lead.fullmatch(name):
            return  # `so free or cheap`
        yield from self._with_joined(
            text, known or (Term(name, start, end) if name and not _NUMBER.fullmatch(name) else None)
        )

    def _term(self, text: str, at: int, most: int) -> Term | None:
        start = self._begin(text, at)
        words = list(self._words(text, start, most)) if start is not None else []
        return self._cut(text, words) if words else None

    def _begin(self, text: str, at: int) -> int | None:
        """Where the term begins behind small words; None where it is a degree, or points at an item."""
        lead: re.Match[str] | None = None
        while True:
            before, at = lead, _end(_SPACE, text, at)
            lead = self._cues.lead.match(text, at)
            points = self._cues.reference.match(text, at) is not None and (lead is None or before is None)
            if points or self._cues.degree.match(text, at):
                return None
            if lead is None or self._known(text, at) is not None:
                return at
            at = lead.end()

    def _words(self, text: str, at: int, most: int) -> Iterator[Span]:
        """The words of a term: up to a word that ends it, a mark or a number."""
        known = self._known(text, at)
        for _ in range(most):
            match = _WORD.match(text, at)
            if match is None or _NUMBER.fullmatch(match[0]):
                return
            if (known is None or match.end() > known) and self._ends(text, match):
                return
            yield match.span()
            at = _end(_GAP, text, match.end())

    def _ends(self, text: str, word: re.Match[str]) -> bool:
        """Whether a word ends a term, by itself or with what follows it."""
        return bool(self._cues.stop.fullmatch(word[0]) or self._cues.closing.match(text, word.start()))

    def _known(self, text: str, at: int) -> int | None:
        """Where the longest name that begins there ends."""
        ends = list[int]()
        place = at
        while len(ends) < MOST_WORDS and (match := _WORD.match(text, place)) is not None:
            ends.append(match.end())
            place = _end(_GAP, text, match.end())
        return next((end for end in reversed(ends) if self._name(text[at:end])), None)

    def _cut(self, text: str, words: list[Span]) -> Term | None:
        """The term that words make, without what tells nothing at its end."""
        start = words[0][0]
        whole = self._named(text, start, words[-1][1])
        while whole is None and len(words) > 1 and self._cues.tail.fullmatch(text[slice(*words[-1])]):
            words = words[:-1]
            whole = self._named(text, start, words[-1][1])
        if whole is not None:
            return whole
        first = self._known(text, start)
        trait = self._named(text, start, first) if first else None
        end = words[-1][1]
        if first and trait is not None and trait.sort in TRAITS and not self._name(text[first:end].strip(" -")):
            return trait
        return Term(self._taxonomy.mended(text[start:end]) or text[start:end], start, end)

    def _named(self, text: str, start: int, end: int) -> Term | None:
        name = self._name(text[start:end])
        concept = self._taxonomy.concepts.get(name) if name else None
        return Term(name, start, end, concept.sort if concept else "diet") if name else None

    def _name(self, words: str) -> str | None:
        return self._taxonomy.named(words, self._language)

    def _after_joint(self, text: str, end: int) -> int | None:
        if self._cues.closing.match(text, _end(_SPACE, text, end)):
            return None
        for pattern in (self._cues.either, self._cues.both, _COMMA):
            if match := pattern.match(text, end):
                parted = pattern is _COMMA and self._cues.parting.match(text, _end(_SPACE, text, match.end()))
                return None if parted else match.end()
        return None

    def _goes_on(self, text: str, cue: Cue, before: Term, term: Term) -> bool:
        """Whether a term behind a joint is refused too."""
        if self._cues.either.match(text, before.end):
            return True
        alike = bool(before.sort) and before.sort == term.sort
        if self._cues.both.match(text, before.end):
            takes_lists = self._cues.lists.search(text, cue.start, cue.end) is not None
            return takes_lists or alike or _plural(text, before, term)
        single = self._cues.single.search(text, cue.start, cue.end) is not None
        if self._list_end.match(text, term.end):
            return not (_acts(text, before) or (single and before.sort and not alike))
        return alike and not single and text[term.end : term.end + 1] in _ENDS

    def _last(self, text: str, end: int) -> Term | None:
        known = self._known_last(text, end)
        if known is not None:
            return known
        words = list[Span]()
        for match in reversed(list(_WORD.finditer(text, max(0, end - 40), end))):
            stops = any(words.fullmatch(match[0]) for words in (self._cues.stop, self._cues.lead, self._cues.reference))
            if stops or (words and text[match.end() : words[0][0]].strip(" \t-")) or len(words) == 2:
                break
            words.insert(0, match.span())
        while len(words) > 1 and self._cues.tail.fullmatch(text[slice(*words[-1])]):
            words.pop()
        if not words:
            return None
        return Term(self._bare(text[words[0][0] : words[-1][1]]), words[0][0], words[-1][1])

    def _known_last(self, text: str, end: int) -> Term | None:
        """The longest name that ends there, but for words that tell nothing and what hangs on a word."""
        words = [match.span() for match in _WORD.finditer(text, max(0, end - 60), end)]
        while words:
            for start, _ in words[-3:]:
                name = self._name(text[start : words[-1][1]]) or self._name(self._bare(text[start : words[-1][1]]))
                if name:
                    concept = self._taxonomy.concepts.get(name)
                    return Term(name, start, words[-1][1], concept.sort if concept else "diet")
            if not self._cues.tail.fullmatch(self._bare(text[slice(*words[-1])])):
                return None
            words.pop()
        return None

    def _bare(self, words: str) -> str:
        bare = self._cues.particle.sub("", words)
        return bare or words

    def _joint_before(self, text: str, start: int) -> int | None:
        """Where the term ends that a joint before this place joins to it."""
        for pattern in (self._cues.either, self._cues.both, _COMMA):
            for match in pattern.finditer(text, max(0, start - 12), start):
                if match.end() == start and match.start() < start:
                    return match.start()
        hung = self._cues.hung.search(text, max(0, start - 12), start)
        return hung.start() if hung else None


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _acts(text: str, term: Term) -> bool:
    """Whether a term is something done to something, and a comma brings a wish: `without blocking light, red`."""
    first, _, rest = text[term.start : term.end].partition(" ")
    return not term.sort and bool(rest) and first.endswith("ing")


def _plural(text: str, first: Term, second: Term) -> bool:
    """Whether two terms are both in the plural, as things of one list are: `sequels and remakes`."""
    return all(text[term.end - 1 : term.end] == "s" and term.end - term.start > 3 for term in (first, second))


__all__ = ["MOST_WORDS", "SpacedTerms", "Term"]
