"""What a text refuses: by words of refusal and what stands around them, by diets, and by readers who are too young.

No grammar is parsed: a cue of the language (`without`, `allergic to`) opens a denial, small words are skipped, and the
words up to one that ends a term are what is refused. What the taxonomy knows is told by its name there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agent.understand.denials.cues import APOSTROPHE, Cue, Cues, cues, telling
from agent.understand.denials.mending import MendedText
from agent.understand.denials.phrases import phrase
from agent.understand.denials.spaced import SpacedTerms, Term
from agent.understand.denials.taxonomy import Taxonomy, taxonomy
from agent.understand.denials.term import DeniedTerm
from agent.understand.denials.unspaced import UnspacedTerms
from agent.understand.spans import Span, is_free
from agent.understand.titles import titles
from agent.understand.tokens import flat

MOST_CHARS = 2_000  # that are read; a wall of text refuses no more than that
KIDS = "kids"
CHILDREN = "children"
ENGLISH = "en"

_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)


def denials(text: str, language: str, known: Taxonomy | None = None) -> list[DeniedTerm]:
    """The things that a text refuses, in its order.

    Args:
        text: Clean text; of a longer one the first `MOST_CHARS` characters are read.
        language: ISO 639-1 code of its language, as far as it is known; other languages are tried by their letters and
            by words that no language shares, and English last; beside another language for what that does not read.
        known: What things are called; ours when None.
    """
    written = text[:MOST_CHARS]
    mended = MendedText(written)
    readers = [
        _Reader(words, known or taxonomy(), name)
        for name in _languages(mended.text, language)
        if (words := cues(name)) is not None
    ]
    for at, reader in enumerate(readers):
        if terms := list(reader.read(mended.text)):
            terms += _beside(mended.text, terms, reader, readers[at + 1 :])
            return _as_written(written, mended, terms)
    return []


def refused_back(text: str, language: str, known: Taxonomy | None = None) -> DeniedTerm | None:
    """What was spoken of and is refused by a pronoun behind it, from the name on: `Nolan again? Skip him`."""
    written = text[:MOST_CHARS]
    mended = MendedText(written)
    for name in _languages(mended.text, language):
        words = cues(name)
        terms = list(_Reader(words, known or taxonomy(), name).back(mended.text, [])) if words is not None else []
        for denied in _as_written(written, mended, terms):
            return denied
    return None


def _beside(
    text: str, terms: Sequence[tuple[Term, DeniedTerm]], reader: _Reader, others: Sequence[_Reader]
) -> list[tuple[Term, DeniedTerm]]:
    """What another language refuses in places where the first has no word of refusal: `pas de guerre, no battles`."""
    taken = [*reader.cue_spans(text), *((denied.start, denied.end) for _, denied in terms)]
    added = list[tuple[Term, DeniedTerm]]()
    for other in others:
        for term, denied in other.read(text):
            if is_free(denied.start, denied.end, taken):
                taken.append((denied.start, denied.end))
                added.append((term, denied))
    return added


def _languages(low: str, language: str) -> Iterator[str]:
    """Languages that the text may be read in, the likeliest first."""
    scripts = [name for name, letters in _SCRIPTS if letters.search(low)]
    if scripts:
        yield from dict.fromkeys((language if language in scripts else scripts[0], *scripts, ENGLISH))
        return
    told = [name for name, words in telling() if words.search(low)]
    likely = [language] if language != ENGLISH or not told else []
    yield from dict.fromkeys((*likely, *told, language, ENGLISH))


def _as_written(text: str, mended: MendedText, terms: list[tuple[Term, DeniedTerm]]) -> list[DeniedTerm]:
    """The terms with their places in the text as it was written; none within the name of a work."""
    named = list(titles(text))
    written = []
    for term, denied in terms:
        start, end = mended.place(denied.start), mended.place(denied.end)
        words = text[mended.place(term.start) : mended.place(term.end)]
        name = words.lower() if denied.term == flat(words).replace("'", APOSTROPHE) else denied.term
        if is_free(start, end, named):
            written.append(DeniedTerm(name, words, start, end, denied.lasting, denied.demanded))
    return sorted(dict.fromkeys(written), key=lambda denied: (denied.start, denied.end))


class _Reader:
    """Reads flat texts in one language."""

    def __init__(self, words: Cues, known: Taxonomy, language: str) -> None:
        self._cues = words
        self._taxonomy = known
        self._language = language
        self._terms = (SpacedTerms if words.spaced else UnspacedTerms)(words, known, language)

    def read(self, text: str) -> Iterator[tuple[Term, DeniedTerm]]:
        """Terms with what they say, each of a stretch of its own."""
        taken = list[Span]()
        readers = (
            self._no_kids,
            self._kids,
            self._diets,
            self._suffixes,
            self.back,
            self._had,
            self._behind,
            self._known_behind,
            self._before,
        )
        for reader in readers:
            for term, denied in list(reader(text, taken)):
                if is_free(denied.start, denied.end, taken):
                    taken.append((denied.start, denied.end))
                    yield term, denied

    def cue_spans(self, text: str) -> list[Span]:
        """Where words of refusal stand, and words that look like it."""
        words = self._cues
        void = [match.span() for match in words.void.finditer(text)]
        return [
            *void,
            *((cue.start, cue.end) for side in (words.before, words.behind) for cue in words.find(text, side)),
        ]

    def _no_kids(self, text: str, _: list[Span]) -> Iterator[tuple[Term, DeniedTerm]]:
        for match in self._cues.no_kids.finditer(text):
            yield Term(CHILDREN, *match.span()), DeniedTerm(CHILDREN, match[0], *match.span())

    def _kids(self, text: str, _: list[Span]) -> Iterator[tuple[Term, DeniedTerm]]:
        match = self._cues.kids.search(text)
        if match:
            yield Term(KIDS, *match.span()), DeniedTerm(KIDS, match[0], *match.span(), demanded=True)

    def _diets(self, text: str, taken: list[Span]) -> Iterator[tuple[Term, DeniedTerm]]:
        for name, start, end in self._named_diets(text):
            if self._begins_list(text, start, end):
                continue  # `sin nueces, huevos o leche`: each is read as what it is
            if not self._is_demanded(text, start, end):
                taken.append((start, end))  # nor is it refused: `not vegan` is no wish for meat
                continue
            lasting = self._cues.for_good.search(text[max(0, start - 40) : start]) is not None
            yield Term(name, start, end), DeniedTerm(name, name, start, end, lasting, demanded=True)

    def _begins_list(self, text: str, start: int, end: int) -> bool:
        """Whether the name of a diet is a word of refusal with the first of several things."""
        cue = next((cue for cue in self._cues.find(text, self._cues.before) if cue.start == start), None)
        return cue is not None and cue.end < end and len(list(self._terms.behind(text, cue))) > 1

    def _named_diets(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Where diets are named, in the language or in English; of names that overlap the longest."""
        spans = [
            (name, *span)
            for name, diet in self._taxonomy.diets.items()
            for language in dict.fromkeys((self._language, ENGLISH))
            for lists in (diet.names, diet.called, diet.asked)
            for word in lists.get(language, ())
            for span in phrase(word, language).find(text)
        ]
        seen = [match.span() for match in self._cues.void.finditer(text)]
        for name, start, end in sorted(spans, key=lambda span: span[1] - span[2]):
            if is_free(start, end, seen):
                seen.append((start, end))
                yield name, start, end

    def _is_demanded(self, text: str, start: int, end: int) -> bool:
        before = text[max(0, start - 40) : start]
        return not self._cues.undemanded.search(before) and not self._cues.behind_diet.match(text, end)

    def _suffixes(self, text: str, taken: list[Span]) -> Iterator[tuple[Term, DeniedTerm]]:
        void = [match.span() for match in self._cues.void.finditer(text)]
        for match in self._cues.suffix.finditer(text):
            if is_free(*match.span(), [*void, *taken]):
                yield from self._from_behind(list(self._terms.word_before(text, match.start())), match.end(), False)

    def _behind(self, text: str, taken: list[Span]) -> Iterator[tuple[Term, DeniedTerm]]:
        for cue in self._cues.find(text, self._cues.behind):
            if is_free(cue.start, cue.end, taken):
                yield from self._from_behind(list(self._terms.before(text, cue)), cue.end, cue.lasting)

    def _known_behind(self, text: str, taken: list[Span]) -> Iterator[tuple[Term, DeniedTerm]]:
        for match in self._cues.known_behind.finditer(text):
            if is_free(*match.span(), taken):
                cue = Cue(*match.span(), lasting=False)
                yield from self._from_behind(list(self._terms.known_before(text, cue)), cue.end, cue.lasting)

    def back(self, text: str, taken: list[Span]) -> Iterator[tuple[Term, DeniedTerm]]:
        """Who or what was spoken of last, where it is refused by a pronoun: `Nolan again? Skip him`."""
        for cue in self._cues.find(text, self._cues.back):
            spoken_of = reversed(list(self._cues.spoken_of.finditer(text, 0, cue.start)))
            term = next((term for match in spoken_of if (term := self._spoken_of(text, match)) is not None), None)
            if term is not None and is_free(term.start, cue.end, taken):
                yield term, DeniedTerm(term.name, term.name, term.start, cue.end, cue.lasting)

    def _spoken_of(self, text: str, behind: re.Match[str]) -> Term | None:
        """What is named before some words; of a question only what is all of it, or stands behind `is that`."""
        term = self._terms.name_before(text, Cue(*behind.span(), lasting=False))
        if term is None or behind[0].strip() not in ("?", "？"):
            return term
        before = text[: term.start].rstrip()
        alone = not before or before[-1] in ".!?,;。！？，"
        return term if alone or self._cues.spoken_before.search(before) else None

    def _had(self, text: str, taken: list[Span]) -> Iterator[tuple[Term, DeniedTerm]]:
        """What somebody has, or has had, where it is refused for that: `everyone has Daybird so not that`."""
        for match in self._cues.not_that.finditer(text):
            verbs = reversed(list(self._cues.had.finditer(text, 0, match.start())))
            terms = (next(iter(self._terms.behind(text, Cue(*verb.span(), lasting=False))), None) for verb in verbs)
            term = next((term for term in terms if term is not None and term.end <= match.start()), None)
            if term is not None and is_free(term.start, match.end(), taken):
                yield term, DeniedTerm(term.name, term.name, term.start, match.end())

    def _from_behind(self, terms: list[Term], end: int, lasting: bool) -> Iterator[tuple[Term, DeniedTerm]]:
        """Terms from the last to the first one, before a cue that ends at `end`."""
        for term in terms:
            if term.name not in self._taxonomy.diets:
                yield term, DeniedTerm(term.name, term.name, term.start, end, lasting)
            end = term.start

    def _before(self, text: str, taken: list[Span]) -> Iterator[tuple[Term, DeniedTerm]]:
        at = 0
        for cue in self._cues.find(text, self._cues.before):
            if cue.start < at or not is_free(cue.start, cue.end, taken):
                continue
            start = cue.start
            for term in self._terms.behind(text, cue):
                if not is_free(start, term.end, taken):
                    break
                if term.name not in self._taxonomy.diets:
                    yield term, DeniedTerm(term.name, term.name, start, self._reason_end(text, term), cue.lasting)
                start = at = term.end

    def _reason_end(self, text: str, term: Term) -> int:
        """Where a term ends, with the words behind it that say why it is refused: they are no wish."""
        match = self._cues.reason.match(text, term.end)
        return match.end() if match else term.end


__all__ = ["MOST_CHARS", "denials", "refused_back"]
