"""Realising: a plan becomes a sentence or two, and no two of a list begin alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Literal

from agent.explain.sentence.answering import SEEN_PLACE, STRETCH_PLACE
from agent.explain.sentence.fields import PART_HEAD
from agent.explain.sentence.grammar import grammar
from agent.explain.sentence.phrasing import WIDE, Fragment, Phrasing
from agent.explain.sentence.plan import Miss, Opening, Point, SentencePart, SentencePlan
from agent.explain.sentence.senses import worded
from retrieval.text.words import fold

SentenceLength = Literal["short", "normal", "long"]
MOST_WORDS = 25  # of a short sentence
ROOM = 15  # words up to which a clause has room for a difference
MOST_POINTS = 3
MOST_NATURE = 14  # words of what an item is, beside what answers
MOST_MISSES = 2
MOST_SPARE = 2
FURTHER = {"short": 0, "normal": 2, "long": 5}
LONG_PART = 6  # words
MENTIONED = "not mentioned"
GENRE = "genre"
MAKERS = ("maker", "brand")  # stand below every title
REFUSED = ("contains", "has", "is", "is so", "described", "holds diet")  # of what is held although it is refused
_TIGHT = ("medium", "genre", "material")  # what is `by` somebody without a comma
MOST_TAIL = 90  # characters of two admissions
SECOND_WORDS = 20  # of the sentence behind the first


@dataclass(frozen=True, slots=True)
class CardSentence:
    """What is told of an item.

    Attributes:
        parts: What each of its parts rests on.
        clause: Its first sentence, which a language model may reword.
        more: What follows that.
        told: What the first sentence tells for the item.
        admitted: What it misses.
        asides: The same, each as a sentence of its own.
        spare: What could have been told beside that.
        opening: What it begins with where no words say what is sought, by itself.
    """

    text: str
    parts: tuple[SentencePart, ...]
    clause: str = ""
    more: str = ""
    told: tuple[Point, ...] = ()
    admitted: tuple[Miss, ...] = ()
    asides: tuple[str, ...] = ()
    spare: tuple[Point, ...] = ()
    opening: str = ""


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
    opening = plan.opening or (plan.company if not points else None)
    tails, admitted = _tail(missed, phrasing, len(begun), _clause(points, phrasing))
    admitted = admitted if points or opening else missed[:1]
    first = _first(opening, points, missed, tails, phrasing, begun)
    second = _second(plan, points, phrasing, FURTHER[length])
    more = phrasing.ended(_clause(second, phrasing)) if second else ""
    return CardSentence(
        text=phrasing.joints["gap"].join(part for part in (first, more) if part),
        parts=tuple(dict.fromkeys(_parts(points, missed, opening, second))),
        clause=first,
        more=more,
        told=tuple(points),
        admitted=tuple(admitted),
        asides=tuple(phrasing.ended(_fill(phrasing.alone(miss.kind), miss)) for miss in admitted),
        spare=tuple(point for point in plan.further if point not in (*points, *second) and not point.shown)[
            :MOST_SPARE
        ],
        opening=_opened(opening, "", phrasing) if opening else "",
    )


def _parts(
    points: Sequence[Point], missed: Sequence[Miss], opening: Opening | None, second: Sequence[Point]
) -> Iterator[SentencePart]:
    """What each part of the sentences rests on."""
    yield from (SentencePart(point.evidence, point.wishes) for point in points)
    yield from (SentencePart(miss.evidence) for miss in missed)
    if opening:
        yield SentencePart(opening.evidence)
    yield from (SentencePart(point.evidence, point.wishes) for point in second)


def _chosen(plan: SentencePlan, phrasing: Phrasing) -> tuple[list[Point], list[Miss]]:
    """What the first sentence tells: what is met, else what the item is, within the words that it may have."""
    most = MOST_MISSES + 1
    # Of an allergy or a diet it is always admitted that nothing is said.
    missed = [miss for at, miss in enumerate(plan.missed) if at < most or miss.kind == "unsaid"]
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
        has_room = n_words + n_missed <= ROOM and n_words + n_more + n_missed <= MOST_WORDS
        if not _is_whole(plan.opening) and has_room and len(points) + len(ending) < MOST_POINTS:
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
    further = [
        point
        for point in plan.further
        if (not point.shown or (nameless and point.role not in MAKERS)) and not (point.fixed and ending)
    ]
    brief = plan.nature if plan.nature and phrasing.n_words(plan.nature.text) <= MOST_NATURE else None
    return [*([brief] if brief and brief not in points else []), *further[: 2 if nameless or plan.bare else 1]]


def _first(
    opening: Opening | None,
    points: Sequence[Point],
    missed: Sequence[Miss],
    tails: str,
    phrasing: Phrasing,
    begun: Sequence[str],
) -> str:
    """The first sentence, of those that say the same the first one that begins as no other of the list does."""
    if opening:
        return phrasing.ended(_opened(opening, _clause(points, phrasing), phrasing) + tails)
    if not points:
        return phrasing.ended(_bare(missed, phrasing))
    return phrasing.ended(_unlike(_clauses(points, phrasing), begun, phrasing) + tails)


def _order(point: Point) -> tuple[bool, bool, bool, bool, bool, int, str]:
    """What sort of thing it is, what its text says, its values, what leans on them, and what is seen of it.

    A sentence with a verb stands behind one without: `Mittens with a fern motif; the motif is given as a chart`.
    """
    order = point.place == SEEN_PLACE, point.role != GENRE, bool(point.role), point.leans, point.clause
    return *order, point.place, point.head


def _described(points: Sequence[Point], phrasing: Phrasing) -> list[Point]:
    """The points, what says of what country a thing is before what it is made of: `Egyptian limestone`."""
    made = next((point for point in points if point.role in ("medium", "material")), None)
    origin = next((point for point in points if point.role == "origin" and " " not in point.text), None)
    if phrasing.language != "en" or made is None or origin is None or not origin.text[:1].isupper():
        return list(points)
    head, whole = made.head, made.text.removeprefix(made.head)
    both = replace(
        made,
        text=f"{head}{origin.text} {whole}",
        evidence=(*origin.evidence, *made.evidence),
        wishes=origin.wishes | made.wishes,
    )
    return [both if point is made else point for point in points if point is not origin]


def _merged(points: Sequence[Point], phrasing: Phrasing) -> list[Point]:
    """The points, those with one beginning as one: `with chickpeas and coconut milk`."""
    merged: list[Point] = []
    for point in _described(points, phrasing):
        at = next((at for at, other in enumerate(merged) if point.head and other.head == point.head), None)
        if at is None:
            merged.append(point)
            continue
        same = [other for other in points if other.head == point.head]
        values = phrasing.joined([Fragment(other.text.removeprefix(other.head)) for other in same])
        evidence = tuple(cited for other in same for cited in other.evidence)
        wishes = frozenset().union(*(other.wishes for other in same))
        merged[at] = replace(merged[at], text=point.head + values, evidence=evidence, wishes=wishes)
    return merged


def _clause(points: Sequence[Point], phrasing: Phrasing) -> str:
    if points and points[0].head == PART_HEAD and not points[0].role:  # there is nothing yet that has it
        points = [replace(points[0], text=points[0].text.removeprefix(PART_HEAD)), *points[1:]]
    before = ["", *(point.role for point in points)]
    # Behind a sentence of several words nothing is joined by `and`, which would seem to belong to it.
    first = next((point for point in points if not point.role and not point.fixed), None)
    whole = first is not None and phrasing.n_words(first.text) >= LONG_PART
    return phrasing.joined(
        [
            Fragment(
                point.text,
                point.leans or (whole and not point.fixed),
                point.fixed,
                tight=point.role == "maker" and role in _TIGHT,
                whole=point.whole,
                told_of=role == GENRE and not point.role and not point.leans and not point.fixed,
            )
            for role, point in zip(before, points, strict=False)
        ]
    )


def _is_parallel(point: Point) -> bool:
    """Whether its place among others of its sort does not matter: of what leans on what stands before it, it does."""
    return not point.role and not point.leans and point.place != SEEN_PLACE


def _clauses(points: Sequence[Point], phrasing: Phrasing) -> Iterator[str]:
    """Ways to say the same, the best first: in other orders, then with a word before it; a price begins if need be."""
    ending = [point for point in points if point.fixed]
    rest = [point for point in points if not point.fixed]
    usual = _clause(points, phrasing)
    parallel = [point for point in rest if _is_parallel(point)]
    others = [point for point in rest if not _is_parallel(point)]
    genres = [point for point in others if point.role == GENRE]
    following = [point for point in others if point.role != GENRE]
    for order in permutations(parallel):
        yield _clause([*genres, *order, *following, *ending], phrasing)
    told_of = phrasing.joints["colon"] in usual
    forms = [form for form in phrasing.also if not told_of or phrasing.joints["colon"] not in form]
    yield forms[0].format(clause=usual)
    if ending and rest:
        yield _clause([*ending, *rest], phrasing)
    for form in forms[1:]:
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


def _tail(missed: Sequence[Miss], phrasing: Phrasing, at: int, clause: str) -> tuple[str, list[Miss]]:
    """What is admitted, behind the clause: what is otherwise, else in one breath what is not told."""
    unlisted = [miss for miss in missed if miss.kind.startswith("unlisted")]
    before = _listed(unlisted, phrasing, at)
    plain = [miss for miss in missed if not miss.kind.startswith(("not ", "un")) and not _is_told(miss, clause)]
    plain = _alike(plain, phrasing)[:MOST_MISSES]
    tails = [_fill(phrasing.miss(_kind(miss, clause), at), miss) for miss in plain]
    tails[1:] = [phrasing.further(tail) for tail in tails[1:]]
    tails[1:] = [_again(tail, phrasing) for tail in tails[1:]]
    n_told = 1 if len("".join(tails)) > MOST_TAIL else len(tails)
    told, text = plain[:n_told], "".join(tails[:n_told])
    if not plain:
        told, text = _silent(missed, phrasing, at)
    unsaid = [miss for miss in missed if miss.kind == "unsaid"]
    behind = "".join(_fill(phrasing.miss("unsaid too" if text else "unsaid", at), miss) for miss in unsaid)
    return before + text + behind, [*unlisted, *told, *unsaid]


def _alike(plain: Sequence[Miss], phrasing: Phrasing) -> list[Miss]:
    """The misses, those that one thing stands in for as one: `white rather than green or red`."""
    instead: dict[tuple[str, str], Miss] = {}
    for miss in plain:
        key = (miss.kind, fold(miss.other)) if miss.other else (miss.kind, miss.wish)
        other = instead.get(key)
        if other is None or not miss.other:
            instead[key] = miss
        elif fold(miss.wish) not in fold(other.wish):
            both = phrasing.either((other.wish, miss.wish))
            instead[key] = replace(other, wish=both, evidence=(*other.evidence, *miss.evidence))
    return list(instead.values())


def _listed(unlisted: Sequence[Miss], phrasing: Phrasing, at: int) -> str:
    """What no list of the item names, those of one sort in one breath: `no nuts or eggs on its list`."""
    words: dict[str, list[str]] = {}
    for miss in unlisted:
        words.setdefault(miss.kind, []).append(miss.wish)
    return "".join(phrasing.miss(kind, at).format(wish=phrasing.either(of_kind)) for kind, of_kind in words.items())


def _silent(missed: Sequence[Miss], phrasing: Phrasing, at: int) -> tuple[list[Miss], str]:
    """What is not told, in one breath: of a winter and of being quiet it is said that they are not mentioned."""
    silent = sorted((miss for miss in missed if miss.kind.startswith("not ")), key=lambda miss: miss.kind != MENTIONED)
    silent = silent[: MOST_MISSES if phrasing.language == WIDE else 1]
    if not silent:
        return [], ""
    alike = [miss for miss in silent if phrasing.language != WIDE or miss.kind == silent[0].kind]
    text = phrasing.miss(silent[0].kind, at).format(wish=phrasing.either([miss.wish for miss in alike]))
    return silent, text + "".join(worded("too", miss.wish) for miss in silent if miss not in alike)


def _is_told(miss: Miss, clause: str) -> bool:
    """Whether the clause says already that the item has it not."""
    return miss.kind == "without" and fold(miss.text) in fold(clause)


def _kind(miss: Miss, clause: str) -> str:
    """The phrase of a miss; where the clause names what is refused already, it is not told once more."""
    if miss.kind not in REFUSED or not miss.text or fold(miss.text) not in fold(clause):
        return miss.kind
    return {"holds diet": "refused diet", "described": "refused described"}.get(miss.kind, "refused")


def _again(tail: str, phrasing: Phrasing) -> str:
    """A further thing that is admitted: its `but` was said before the first one."""
    if phrasing.language != WIDE or not tail.startswith(worded("but")):
        return tail
    return worded("again") + tail.removeprefix(worded("but"))


def _fill(phrase: str, miss: Miss) -> str:
    return phrase.format(wish=miss.wish, other=miss.other, text=miss.text)


def _bare(missed: Sequence[Miss], phrasing: Phrasing) -> str:
    """A sentence where nothing speaks for the item."""
    if not missed:
        return phrasing.bare["nothing"]
    return _fill(phrasing.alone(missed[0].kind), missed[0])


def _opened(opening: Opening, clause: str, phrasing: Phrasing) -> str:
    values = dict(opening.values)
    form = phrasing.told[opening.name]
    if "{clause}" not in form:
        return form.format(**values)
    return form.format(clause=clause, **values) if clause else phrasing.told[f"{opening.name} bare"]


def _second(plan: SentencePlan, told: Sequence[Point], phrasing: Phrasing, most: int) -> list[Point]:
    """What the second sentence tells: how the item differs, and what else is known of it."""
    nature = [plan.nature] if plan.nature and plan.nature not in told and plan.opening is None else []
    others = [point for point in (*plan.further, *nature) if point not in told and not point.shown]
    chosen: list[Point] = []
    for point in others:
        if len(chosen) < most and sum(phrasing.n_words(other.text) for other in (*chosen, point)) <= SECOND_WORDS:
            chosen.append(point)
    chosen.sort(key=lambda point: (point.fixed, *_order(point)))
    return _merged(chosen, phrasing)


__all__ = ["CardSentence", "SentenceLength", "realised"]
