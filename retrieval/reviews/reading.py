"""What a sentence of a review says: which aspects it judges, and whether it praises or faults them.

By rules, and no more: a clause is what stands between marks and words such as `but`. What judges an aspect by itself
(`runs small`, `delicious`) says so; an aspect that is only named is judged by the praise and fault in its clause. What
stands behind a `not` is turned round.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from retrieval.reviews.patterns import ReviewPatterns, patterns_of
from retrieval.text.words import fold

OVERALL = "overall"
NEAR_WORDS, NEAR_SIGNS = 3, 3  # between what denies and what it denies, in words; in characters of Chinese
_MARKS = re.compile(r"[,;:.!?()–—。，；：！？、]+(?:\s+|$)|[。，；：！？、]|\s[-–—]\s")
NO_WORDS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a sentence says of one aspect.

    Attributes:
        aspect: One of `aspect_names()`, a word of the catalog's own, or `OVERALL`.
        polarity: 1 for praise, -1 for fault.
    """

    aspect: str
    polarity: int


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    aspect: str
    polarity: int


def judgements(
    sentence: str, language: str, own: Mapping[str, str] = NO_WORDS, liking: float | None = None
) -> tuple[Judgement, ...]:
    """What a sentence says of each aspect, each once; `OVERALL` where it judges nothing in particular.

    Args:
        language: One of `LANGUAGES`.
        own: Words of the catalog's own, folded, each with the aspect that it names.
        liking: The stars of the review as a share of their scale; they decide where the words are as much for as
            against.
    """
    patterns, prior = patterns_of(language), _prior(liking)
    sums: dict[str, int] = {}
    before = 0
    for clause in _clauses(fold(sentence.replace("’", "'")), patterns):
        told, before = _of_clause(clause, patterns, own, before, prior)
        for aspect, polarity in told:
            sums[aspect] = sums.get(aspect, 0) + polarity
    said = [Judgement(aspect, 1 if total > 0 else -1) for aspect, total in sums.items() if total]
    particular = [judgement for judgement in said if judgement.aspect != OVERALL]
    return tuple(particular or said)


def named_in(text: str, language: str) -> frozenset[str]:
    """The aspects that a text names or judges, whether or not it says how they are."""
    patterns, low = patterns_of(language), fold(text.replace("’", "'"))
    found = (*patterns.judged.finditer(low), *patterns.named.finditer(low))
    return frozenset(patterns.groups[str(match.lastgroup)][0] for match in found)


def _prior(liking: float | None) -> int:
    if liking is None or 0.4 < liking < 0.8:
        return 0
    return 1 if liking >= 0.8 else -1


def _clauses(text: str, patterns: ReviewPatterns) -> Iterator[str]:
    for part in _MARKS.split(text):
        yield from (clause.strip() for clause in patterns.turns.split(part) if clause and clause.strip())


def _of_clause(
    clause: str, patterns: ReviewPatterns, own: Mapping[str, str], before: int, prior: int
) -> tuple[list[tuple[str, int]], int]:
    """The aspects of a clause with how they are judged, and how it judges on the whole.

    Args:
        before: How the clause before judged, which a bare `not` turns round: `service was not`.
    """
    judged = list(_judged(clause, patterns))
    denials = [match.span() for match in patterns.negates.finditer(clause) if not _within(match.span(), judged)]
    judged = [_turned(hit, clause, denials) for hit in judged]
    words = [_turned(hit, clause, denials) for hit in _opinions(clause, patterns, judged)]
    names = [name for name in _named(clause, patterns, own) if not _within((name.start, name.end), judged)]
    opinion = _sign(sum(word.polarity for word in words)) or (prior if words else 0)
    if not words and not judged and denials and names:
        opinion = -before
    told = [(hit.aspect, hit.polarity) for hit in judged]
    judged_aspects = {hit.aspect for hit in judged}
    if opinion:
        told += [(name, opinion) for name in dict.fromkeys(hit.aspect for hit in names) if name not in judged_aspects]
        if not told:
            told.append((OVERALL, opinion))
    return told, opinion or _sign(sum(hit.polarity for hit in judged))


def _judged(clause: str, patterns: ReviewPatterns) -> Iterator[_Hit]:
    for match in patterns.judged.finditer(clause):
        aspect, polarity = patterns.groups[str(match.lastgroup)]
        yield _Hit(*match.span(), aspect, polarity)


def _opinions(clause: str, patterns: ReviewPatterns, judged: Sequence[_Hit]) -> Iterator[_Hit]:
    for match in patterns.opinions.finditer(clause):
        if not _within(match.span(), judged):
            yield _Hit(*match.span(), OVERALL, 1 if match.lastgroup == "good" else -1)


def _named(clause: str, patterns: ReviewPatterns, own: Mapping[str, str]) -> Iterator[_Hit]:
    for match in patterns.named.finditer(clause):
        yield _Hit(*match.span(), patterns.groups[str(match.lastgroup)][0], 0)
    if own:
        for match in re.finditer(r"[^\W\d_]+", clause):
            if aspect := own.get(match[0]):
                yield _Hit(*match.span(), aspect, 0)


def _within(span: tuple[int, int], hits: Sequence[_Hit]) -> bool:
    return any(hit.start < span[1] and span[0] < hit.end for hit in hits)


def _turned(hit: _Hit, clause: str, denials: Sequence[tuple[int, int]]) -> _Hit:
    """The hit turned round where something denies it shortly before."""
    n = sum(_denies(clause[end : hit.start]) for _, end in denials if end <= hit.start)
    return _Hit(hit.start, hit.end, hit.aspect, -hit.polarity) if n % 2 else hit


def _denies(between: str) -> bool:
    if between and not between.isascii():
        return len(between) <= NEAR_SIGNS
    return len(between.split()) <= NEAR_WORDS


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


__all__ = ["NO_WORDS", "OVERALL", "Judgement", "judgements", "named_in"]
