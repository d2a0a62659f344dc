"""Realising: a plan becomes a sentence or two, and no two of a list begin alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Literal

from agent.answers import Evidence
from agent.explain.sentence.answering import STRETCH_PLACE
from agent.explain.sentence.grammar import grammar
from agent.explain.sentence.phrasing import Fragment, Phrasing
from agent.explain.sentence.plan import Miss, Opening, Point, SentencePlan
from retrieval.text.words import fold

SentenceLength = Literal["short", "normal", "long"]
MOST_WORDS = 25  # of a short sentence
ROOM = 13  # words up to which a clause has room for a difference
MOST_POINTS = 3
MOST_NATURE = 10  # words of what an item is, beside what answers
MOST_MISSES = 2
FURTHER = {"short": 0, "normal": 2, "long": 5}
GENRE = "genre"
_TIGHT = ("medium", "genre", "material")  # what is `by` somebody without a comma
SECOND_WORDS = 20  # of the sentence behind the first


@dataclass(frozen=True, slots=True)
class CardSentence:
    """What is told of an item.

    Attributes:
        parts: What each of its parts rests on.
        aside: What it tells of other items, and admits: a language model is told of neither.
    """

    text: str
    parts: tuple[tuple[Evidence, ...], ...]
    aside: str = ""


def realised(plans: Sequence[SentencePlan], phrasing: Phrasing, length: SentenceLength) -> list[CardSentence]:
    """The sentences of a list."""
    begun: list[str] = []
    sentences: list[CardSentence] = []
    for plan in plans:
        sentence = _realise(plan, phrasing, length, begun)
        begun.append(fold(sentence.text))
        sentences.append(sentence)
    return sentences


def _realise(plan: SentencePlan, phrasing: Phrasing, length: SentenceLength, begun: Sequence[str]) -> CardSentence:
    points, missed = _chosen(plan, phrasing)
    first = _first(plan, points, missed, phrasing, begun)
    parts = [*(point.evidence for point in points), *(miss.evidence for miss in missed)]
    if opening := plan.opening or (plan.company if not points else None):
        parts.append(opening.evidence)
    second, more = _second(plan, points, phrasing, FURTHER[length])
    text = phrasing.joints["gap"].join(part for part in (first, second) if part)
    return CardSentence(text, tuple(dict.fromkeys([*parts, *more])), _aside(plan, points, missed, phrasing))


def _aside(plan: SentencePlan, points: Sequence[Point], missed: Sequence[Miss], phrasing: Phrasing) -> str:
    opening = plan.opening or plan.company
    told = [_opened(opening, "", phrasing)] if opening else []
    told += [point.text for point in (*points, *plan.further) if point.fixed][:1]
    told += [_fill(phrasing.bare[miss.kind], miss) for miss in missed[:1]]
    return phrasing.joints["gap"].join(phrasing.ended(text) for text in told)


def _chosen(plan: SentencePlan, phrasing: Phrasing) -> tuple[list[Point], list[Miss]]:
    """What the first sentence tells: what is met, else what the item is, within the words that it may have."""
    missed = list(plan.missed)[: MOST_MISSES + 1]
    met = list(plan.met)
    ending = [point for point in met if point.fixed]
    points = [point for point in met if not point.fixed][:MOST_POINTS]
    if not points and plan.nature:
        points = [plan.nature]
    n_missed = 8 if missed else 0
    n_words = sum(phrasing.n_words(point.text) for point in (*points, *ending))
    while n_words + n_missed > MOST_WORDS and len(points) > 1:
        n_words -= phrasing.n_words(points.pop().text)
    for point in _free(plan, points, ending, phrasing):
        n_more = phrasing.n_words(point.text)
        if not _is_whole(plan.opening) and n_words + n_missed <= ROOM and len(points) + len(ending) < MOST_POINTS:
            n_words += n_more
            (ending if point.fixed else points).append(point)
    points.sort(key=_order)
    return [*_merged(points, phrasing), *ending], missed


def _is_whole(opening: Opening | None) -> bool:
    """Whether what a sentence begins with is a sentence already."""
    return opening is not None and bool(opening.values)


def _free(plan: SentencePlan, points: Sequence[Point], ending: Sequence[Point], phrasing: Phrasing) -> list[Point]:
    """What may be told where there is room: a difference, and more of what the item is; not what a card has already."""
    nameless = not plan.met and plan.nature is not None and plan.nature.place != STRETCH_PLACE
    further = [point for point in plan.further if (nameless or not point.shown) and not (point.fixed and ending)]
    brief = plan.nature if plan.nature and phrasing.n_words(plan.nature.text) <= MOST_NATURE else None
    return [*([brief] if brief and brief not in points else []), *further[: 2 if nameless else 1]]


def _first(
    plan: SentencePlan, points: Sequence[Point], missed: Sequence[Miss], phrasing: Phrasing, begun: Sequence[str]
) -> str:
    """The first sentence, of those that say the same the first one that begins as no other of the list does."""
    tails = _tail(missed, phrasing, len(begun))
    if plan.opening:
        clause = _clause(points, phrasing)
        return phrasing.ended(_opened(plan.opening, clause, phrasing) + tails)
    if not points and plan.company:
        return phrasing.ended(_opened(plan.company, "", phrasing) + tails)
    if not points:
        return phrasing.ended(_bare(missed, phrasing))
    return phrasing.ended(_unlike(_clauses(points, phrasing), begun, phrasing) + tails)


def _order(point: Point) -> tuple[bool, bool, bool, int, str]:
    """What sort of thing it is, what its text says, its values, and what leans on them."""
    return point.role != GENRE, bool(point.role), point.leans, point.place, point.head


def _merged(points: Sequence[Point], phrasing: Phrasing) -> list[Point]:
    """The points, those with one beginning as one: `with chickpeas and coconut milk`."""
    merged: list[Point] = []
    for point in points:
        at = next((at for at, other in enumerate(merged) if point.head and other.head == point.head), None)
        if at is None:
            merged.append(point)
            continue
        same = [other for other in points if other.head == point.head]
        values = phrasing.joined([Fragment(other.text.removeprefix(other.head)) for other in same])
        evidence = tuple(cited for other in same for cited in other.evidence)
        merged[at] = replace(merged[at], text=point.head + values, evidence=evidence)
    return merged


def _clause(points: Sequence[Point], phrasing: Phrasing) -> str:
    before = ["", *(point.role for point in points)]
    return phrasing.joined(
        [
            Fragment(
                point.text,
                point.leans,
                point.fixed,
                tight=point.role == "maker" and role in _TIGHT,
                told_of=role == GENRE and not point.role and not point.leans and not point.fixed,
            )
            for role, point in zip(before, points, strict=False)
        ]
    )


def _clauses(points: Sequence[Point], phrasing: Phrasing) -> Iterator[str]:
    """Ways to say the same, the best first: in other orders, then with a word before it; a price begins if need be."""
    ending = [point for point in points if point.fixed]
    rest = [point for point in points if not point.fixed]
    usual = _clause(points, phrasing)
    for order in permutations(rest):
        yield _clause([*order, *ending], phrasing)
    yield phrasing.also[0].format(clause=usual)
    if ending and rest:
        yield _clause([*ending, *rest], phrasing)
    for form in phrasing.also[1:]:
        yield form.format(clause=usual)
    yield usual


def _unlike(clauses: Iterable[str], begun: Sequence[str], phrasing: Phrasing) -> str:
    """The first clause that begins as none before it does; the last one where all do."""
    starts = {_start(text, phrasing) for text in begun}
    clause = ""
    for clause in clauses:
        if _start(clause, phrasing) not in starts:
            break
    return clause


def _start(text: str, phrasing: Phrasing) -> str:
    """What a text begins with: its first word, and the next one behind an article."""
    if phrasing.language == "zh":
        return text[:3]
    own = [word.strip(",.:;«»“”„") for word in fold(text).split()]
    articles = grammar(phrasing.language).articles | grammar("en").articles  # of a text that is quoted
    n_words = 2 if own and own[0] in articles else 1
    return " ".join(own[:n_words])


def _tail(missed: Sequence[Miss], phrasing: Phrasing, at: int) -> str:
    """What is admitted, behind the clause: what is otherwise first, then in one breath what is not told."""
    plain = [miss for miss in missed if not miss.kind.startswith("not ")]
    tails = [_fill(phrasing.miss(miss.kind, at), miss) for miss in plain[:MOST_MISSES]]
    silent = [miss for miss in missed if miss.kind.startswith("not ")]
    if silent and not plain:
        kind = silent[0].kind
        words = [miss.wish for miss in silent if miss.kind == kind][:MOST_MISSES]
        tails.append(phrasing.miss(kind, at).format(wish=phrasing.either(words)))
    return "".join(tails[:1]) if len(tails) > 1 and len("".join(tails)) > 90 else "".join(tails)


def _fill(phrase: str, miss: Miss) -> str:
    return phrase.format(wish=miss.wish, other=miss.other, text=miss.text)


def _bare(missed: Sequence[Miss], phrasing: Phrasing) -> str:
    """A sentence where nothing speaks for the item."""
    if not missed:
        return phrasing.bare["nothing"]
    return _fill(phrasing.bare[missed[0].kind], missed[0])


def _opened(opening: Opening, clause: str, phrasing: Phrasing) -> str:
    values = dict(opening.values)
    form = phrasing.told[opening.name]
    if "{clause}" not in form:
        return form.format(**values)
    return form.format(clause=clause, **values) if clause else phrasing.told[f"{opening.name} bare"]


def _second(
    plan: SentencePlan, told: Sequence[Point], phrasing: Phrasing, most: int
) -> tuple[str, list[tuple[Evidence, ...]]]:
    """The second sentence: how the item differs, and what else is known of it."""
    nature = [plan.nature] if plan.nature and plan.nature not in told and plan.opening is None else []
    others = [point for point in (*plan.further, *nature) if point not in told and not point.shown]
    chosen: list[Point] = []
    for point in others:
        if len(chosen) < most and sum(phrasing.n_words(other.text) for other in (*chosen, point)) <= SECOND_WORDS:
            chosen.append(point)
    if not chosen:
        return "", []
    chosen.sort(key=lambda point: (point.fixed, *_order(point)))
    chosen = _merged(chosen, phrasing)
    text = phrasing.ended(_clause(chosen, phrasing))
    return text, [point.evidence for point in chosen]


__all__ = ["CardSentence", "SentenceLength", "realised"]
