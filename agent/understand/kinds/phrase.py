"""The noun phrase of a wish: which of its words may say what kind of thing is sought."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from agent.language.patterns import patterns
from agent.understand.kinds.names import MOST_WORDS, Forms, kind_names
from agent.understand.spans import Span, is_free
from agent.understand.tokens import WIDE, Token, flat, tokens

HEAD_FIRST = ("ar", "th")  # of the languages without grammar here, those that set the head before what describes it

_READER = ("agent.understand.kinds", "noun_phrase")
_STOPS = re.compile(r"[,;:.!?()，。；：！？、\n]|\s[-–—|]\s")
_CODE = re.compile(r"\S*\d\S*")  # `XYZ-9999-QQ` names a model
_WIDE_TEXT = re.compile(rf"[{WIDE}]")


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind of thing that a wish is for.

    Attributes:
        words: As the person calls it: `boots`, `sleeping bag`, `靴子`.
        head: Its name among kinds where it has one there, else the words in the form in which they are compared.
        start: Where the words begin in the wish, in characters.
        end: Where they end.
        phrase: The words with what describes them, `waterproof hiking boots`.
    """

    words: str
    head: str
    start: int
    end: int
    phrase: str = ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Words that stand together, without what opens the wish and what ends it.

    Attributes:
        words: Their tokens, in order.
        ended: How it ends: `soft` before `and`, `of`, `hard` before `for` or `with`, `end` with the text.
    """

    words: tuple[Token, ...]
    ended: str


class Terms(Protocol):
    """What words mean in one catalog."""

    def kind(self, name: Forms, language: str) -> str | None:
        """The kind that words are a name of."""

    def describes(self, word: str) -> bool:
        """Whether a word behind the name of a kind may merely describe it."""

    def names_other(self, word: str) -> bool:
        """Whether a word is the name of something else than a kind, such as a brand."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """How one language puts wishes together."""

    openers: frozenset[str]
    seeking: frozenset[str]
    borders: frozenset[str]
    soft: frozenset[str]
    of: frozenset[str]
    ends: tuple[str, ...]
    head_first: bool

    @property
    def opening(self) -> frozenset[str]:
        """Words before which nothing was asked for."""
        return self.openers | self.seeking | self.soft


@cache
def grammar(language: str) -> Grammar:
    """The grammar of a language, that of English for those that are not listed."""
    every = patterns(*_READER)
    own = every.only(language if language in every.by_language else "en")
    openers, seeking, borders, soft, of = (
        frozenset(map(flat, own.alternatives(name))) for name in ("openers", "seeking", "borders", "soft", "of")
    )
    first = bool(own.alternatives("first")) or language in HEAD_FIRST
    return Grammar(openers, seeking, borders, soft, of, own.alternatives("ends"), first)


def chunks(text: str, language: str) -> Iterator[Chunk]:
    """The chunks of a wish, from left to right."""
    plain = flat(text)
    if _WIDE_TEXT.search(plain):
        yield from _wide_chunks(plain)
        return
    rules, words, every = grammar(language), list[Token](), tokens(plain)
    at, before = 0, Token("", 0, 0)
    while at < len(every):
        token, seeking = every[at], plain[before.start : before.end] in rules.seeking
        if words and _STOPS.search(plain[before.end : token.start]):
            yield Chunk(tuple(words), "soft")
            words = []
        length = name_length(every, at, language)
        before = every[at + length - 1]
        at += length
        written = plain[token.start : token.end]
        if length == 1 and not words and (written in rules.openers or seeking):
            continue
        ended = _ending(written, rules) if length == 1 else None
        if ended is None:
            words += every[at - length : at]
            continue
        yield Chunk(tuple(words), ended)
        words = []
    yield Chunk(tuple(words), "end")


def name_length(words: Sequence[Token], at: int, language: str) -> int:
    """Words of the longest listed name that begins there: no border within it is one, as in `sac à dos`."""
    names = kind_names()
    lengths = range(min(names.longest(language), len(words) - at), 1, -1)
    return next((length for length in lengths if names.known(_forms(words[at : at + length]), language)), 1)


def _ending(written: str, rules: Grammar) -> str | None:
    if written in rules.of:
        return "of"
    if written in rules.soft:
        return "soft"
    return "hard" if written in rules.borders else None


@cache
def _wide_pattern(name: str) -> re.Pattern[str]:
    words = sorted(patterns(*_READER).only("zh").alternatives(name), key=len, reverse=True)
    stops = (_STOPS.pattern, r"\s+") if name == "soft" else ()
    return re.compile("|".join((*stops, *words)))


def _wide_chunks(plain: str) -> Iterator[Chunk]:
    """The chunks of a text without spaces between words."""
    at = 0
    stops = [match.span() for match in _wide_pattern("soft").finditer(plain)]
    for start, end in [*stops, (len(plain), len(plain))]:
        yield _wide_chunk(plain, at, start, "end" if start == len(plain) else "soft")
        at = end


def _wide_chunk(plain: str, start: int, end: int, ended: str) -> Chunk:
    """The words of a stretch: what stands behind the last 的 is described by all that stands before it."""
    openers = _wide_pattern("openers")
    start = max(start, plain.rfind("的", start, end) + 1, plain.rfind("の", start, end) + 1)
    while (opener := openers.match(plain, start, end)) is not None:
        start = opener.end()
    if (border := _wide_pattern("borders").search(plain, start, end)) is not None:
        end, ended = border.start(), "hard"
    return Chunk(tuple(token for token in tokens(plain) if start <= token.start and token.end <= end), ended)


def head_of(text: str, language: str, terms: Terms) -> Kind | None:
    """The kind of thing that a wish is for, as its words say; None where they name none."""
    for chunk in chunks(text, language):
        span = _Reading(chunk.words, _codes(text), language, terms).head()
        if span is None:
            # behind `warm and` or `some kind of` the head may still come, but not behind `something for`
            if chunk.ended in ("soft", "of"):
                continue
            return None
        words = chunk.words[span[0] : span[1]]
        name = _forms(words)
        if chunk.ended == "of" and len(name) == 1 and name[0] in kind_names().parts:
            continue
        start, end = words[0].start, words[-1].end
        phrase = text[chunk.words[0].start : chunk.words[-1].end]
        return Kind(text[start:end], terms.kind(name, language) or joined(name), start, end, phrase)
    return None


@dataclass(frozen=True, slots=True)
class _Reading:
    """The reading of one chunk."""

    words: tuple[Token, ...]
    codes: tuple[Span, ...]
    language: str
    terms: Terms

    def head(self) -> tuple[int, int] | None:
        """From where to where in the words the head reaches."""
        return self._first() if grammar(self.language).head_first else self._last()

    def _last(self) -> tuple[int, int] | None:
        free = None  # the last word that could be a head and is no name of a kind
        for end in range(len(self.words), 0, -1):
            if span := self._ending_at(end):
                # `tent pegs`: a word behind a kind that describes nothing here is what is sought
                return free if free and not self.terms.describes(self.words[free[0]].form) else span
            if self.words[end - 1].form in kind_names().vague:
                return self._ending_at(end - 1)  # `climbing gear`
            if free is None and self._may_be_head(end - 1):
                free = (end - 1, end)
        if free is not None and _WIDE_TEXT.match(self.words[free[0]].form):
            whole = joined(_forms(self.words)) not in kind_names().vague
            return (0, len(self.words)) if whole and 1 < len(self.words) <= MOST_WORDS else None
        return free

    def _first(self) -> tuple[int, int] | None:
        for start, token in enumerate(self.words):
            if token.form in kind_names().vague:
                return None
            for end in range(min(len(self.words), start + MOST_WORDS), start, -1):
                if self._names_kind(start, end):
                    return start, end
        return next(((at, at + 1) for at in range(len(self.words)) if self._may_be_head(at)), None)

    def _ending_at(self, end: int) -> tuple[int, int] | None:
        """The longest name of a kind that ends there."""
        starts = range(max(0, end - MOST_WORDS), end)
        return next(((start, end) for start in starts if self._names_kind(start, end)), None)

    def _names_kind(self, start: int, end: int) -> bool:
        name = _forms(self.words[start:end])
        if len(name) == 1 and name[0] in kind_names().never:
            return False
        return self.terms.kind(name, self.language) is not None

    def _may_be_head(self, at: int) -> bool:
        form, names, rules = self.words[at].form, kind_names(), grammar(self.language)
        token, ends = self.words[at], rules.ends
        if form in names.never | names.vague | rules.openers or not is_free(token.start, token.end, self.codes):
            return False
        return not (ends and form.endswith(ends)) and not self.terms.names_other(form)


def _codes(text: str) -> tuple[Span, ...]:
    """Where words with digits stand."""
    return tuple(match.span() for match in _CODE.finditer(text))


def _forms(words: Sequence[Token]) -> Forms:
    return tuple(token.form for token in words)


def joined(name: Forms) -> str:
    """A name as it is shown."""
    return "".join(name) if _WIDE_TEXT.match(name[0]) else " ".join(name)


__all__ = ["Chunk", "Kind", "Terms", "chunks", "head_of", "joined", "name_length"]
