"""Wishes of a Chinese request: words that a list knows, and what is left between words that are no wishes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from agent.explain.sentence.grammar import ROOM
from agent.explain.sentence.senses import senses
from agent.language.patterns import data
from agent.retrieve.fit.contrasts import contrasts
from agent.understand.kinds.names import kind_names
from agent.understand.lexicon import lexicon
from retrieval.text.words import fold

MOST_CHARACTERS = 8  # of a word in a list
LEAST_WISH, MOST_WISH = 2, 4  # characters of a strange word that may be admitted
_CLAUSE = re.compile(r"[\u3400-\u9fff]+")
_BORDER = "的"


@dataclass(frozen=True, slots=True)
class ChineseWish:
    """A wish, with where it stands.

    Attributes:
        admits: Whether it may be said of it that it is not told.
    """

    words: str
    start: int
    end: int
    admits: bool


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    sort: str  # `wish`, `frame`, `deny`, `had` or `strange`


def chinese_wishes(text: str, skipped: Collection[str] = ()) -> Iterator[ChineseWish]:
    """The wishes of a text.

    Args:
        skipped: Words that are read as something else, as the kind of thing is.
    """
    known = _known_words() | {word: "frame" for word in skipped if word}
    for clause in _CLAUSE.finditer(text):
        counted = clause.start() > 0 and text[clause.start() - 1].isdigit()
        yield from _of_clause(text, _pieces(clause[0], clause.start(), known), counted=counted)


def _pieces(clause: str, offset: int, known: Mapping[str, str]) -> list[_Piece]:
    """A clause in words, the longest of a list first; what no list has stays in one piece."""
    pieces: list[_Piece] = []
    at = 0
    while at < len(clause):
        word, sort = _longest(clause, at, known)
        if sort == "strange" and pieces and pieces[-1].sort == "strange":
            pieces[-1] = _Piece(pieces[-1].start, offset + at + 1, "strange")
        else:
            pieces.append(_Piece(offset + at, offset + at + len(word), sort))
        at += len(word)
    return pieces


def _longest(clause: str, at: int, known: Mapping[str, str]) -> tuple[str, str]:
    for length in range(min(MOST_CHARACTERS, len(clause) - at), 0, -1):
        if sort := known.get(clause[at : at + length]):
            return clause[at : at + length], sort
    return clause[at], "strange"


def _of_clause(text: str, pieces: list[_Piece], *, counted: bool) -> Iterator[ChineseWish]:
    denies = False
    for number, piece in enumerate(pieces):
        word = text[piece.start : piece.end]
        denies = (denies or piece.sort == "deny") and word != _BORDER
        if denies or piece.sort in ("frame", "had", "deny"):
            continue
        if piece.sort == "wish":
            yield ChineseWish(word, piece.start, piece.end, admits=word not in _marks("unasked"))
            continue
        before = pieces[number - 1].sort if number else ""
        alone = len([other for other in pieces if text[other.start : other.end] != _BORDER]) == 1
        for start, end in _parts(text, piece.start, piece.end, counted=counted and not number):
            whole = (start, end) == (piece.start, piece.end)
            short = LEAST_WISH <= end - start <= MOST_WISH
            admits = short and whole and (alone or before == "had")
            yield ChineseWish(text[start:end], start, end, admits)


def _parts(text: str, start: int, end: int, *, counted: bool) -> Iterator[tuple[int, int]]:
    """What is left of a strange stretch between characters that belong to no wish."""
    edges, inner = _marks("edges"), _marks("inner")
    start += 1 if counted else 0  # `岁` behind a number
    at = start
    for here in range(start, end + 1):
        if here == end or text[here] in inner:
            left, right = at, here
            while left < right and text[left] in edges:
                left += 1
            while left < right and text[right - 1] in edges:
                right -= 1
            if right - left >= LEAST_WISH:
                yield left, right
            at = here + 1


@cache
def _known_words() -> dict[str, str]:
    """By word what it is: a wish, or what is said around wishes."""
    content = data(ROOM, "chinese.yaml")
    equal = ("".join(form) for form in lexicon().equal)
    known = {word: "wish" for word in equal if len(word) > 1 and _is_wide(word)}
    known |= {word: "wish" for word in contrasts() if len(word) > 1 and _is_wide(word)}
    kinds = ("".join(form) for form in kind_names().by_language.get("zh", {}))
    known |= {word: "frame" for word in kinds if len(word) > 1}
    known |= {word: "frame" for word in content["frames"] if len(word) > 1}
    known |= dict.fromkeys(senses(), "wish")
    known |= dict.fromkeys(map(fold, content["denying"]), "deny")
    known |= dict.fromkeys(content["had"], "had")
    return known | {word: "strange" for word in content["undenied"] if word not in senses()} | {_BORDER: "frame"}


def _is_wide(word: str) -> bool:
    return _CLAUSE.fullmatch(word) is not None


@cache
def _marks(name: str) -> frozenset[str]:
    return frozenset(data(ROOM, "chinese.yaml")[name])


__all__ = ["ChineseWish", "chinese_wishes"]
