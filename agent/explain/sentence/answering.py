"""Points that answer wishes: the stretch, the value or the sight by which an item meets each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from agent.answers import Evidence
from agent.explain.sentence.demand import CatalogGround, Demand
from agent.explain.sentence.fields import UNKNOWN_PLACE, head_of, role_of, value_phrase
from agent.explain.sentence.grammar import grammar
from agent.explain.sentence.item_text import FieldEntry, ReadItem, SeenSpan, Source
from agent.explain.sentence.phrasing import Phrasing
from agent.explain.sentence.plan import Point
from agent.explain.sentence.stretches import Stretch, denies
from agent.explain.sentence.wishes import Wish
from retrieval.text.words import fold

MOST_ANSWERS = 3
GAIN = 1.2  # of a wish that is met
PARTLY = 0.4  # of that, where some of its words stand there
IN_TITLE = 0.35  # of that, where the title says so already
LEAST_WORTH = -0.4  # below it what is cut out reads as cut off
FIELD_WORTH = 0.25  # of a value beside a stretch of text
SEEN_WORTH = -0.35
DESCRIPTION, ATTRIBUTE = 0.15, 0.0
STRETCH_PLACE, SEEN_PLACE = 1, 8
_LEANING = frozenset({"by", "von", "auf", "dated", "datiert", "d’une"})


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What may be told, and what it answers.

    Attributes:
        stems: Of its words.
        worth: How well it reads.
    """

    point: Point
    stems: frozenset[str]
    worth: float


def answers(text: ReadItem, demand: Demand, ground: CatalogGround) -> list[Point]:
    """The points that answer most wishes in fewest words."""
    kind = demand.wishes.of_kind
    open_wishes = [*demand.wishes.each, *((kind,) if kind and not kind.any_stems & text.title else ())]
    wanted = frozenset().union(*(wish.any_stems for wish in open_wishes)) if open_wishes else frozenset()
    if not wanted:
        return []
    candidates = list(_candidates(text, wanted, demand, ground))
    points: list[Point] = []
    while open_wishes and len(points) < MOST_ANSWERS:
        gains = [_gain(candidate, open_wishes, text) for candidate in candidates]
        gaining = [
            (gains[at] + candidates[at].worth, -at)
            for at, gain in enumerate(gains)
            if gain > 0 and candidates[at].worth > LEAST_WORTH
        ]
        if not gaining:
            break
        best = candidates[-max(gaining)[1]]
        answered = [wish for wish in open_wishes if _gain(best, [wish], text) > 0]
        points.append(replace(best.point, wishes=frozenset(wish.words for wish in answered)))
        open_wishes = [wish for wish in open_wishes if wish not in answered]
        candidates = [other for other in candidates if not _repeats(other, points)]
    return points


def met_in(text: ReadItem, wish: Wish) -> bool:
    """Whether an item says that it meets a wish, and does not merely deny it."""
    if wish.met_by(text.title):
        return True
    if any(wish.met_by(entry.stems) and entry.value is not False for entry in text.entries):
        return True
    held = [source for source in text.sources if wish.met_by(source.stems)]
    if any(not denies(source.text, wish.any_stems, text.language) for source in held):
        return True
    spread = len(wish.stems) > 1 and wish.met_by(text.held)
    return spread or any(wish.met_by(seen.stems) for seen in text.seen)


def _gain(candidate: _Candidate, wishes: Sequence[Wish], text: ReadItem) -> float:
    gain = 0.0
    for wish in wishes:
        share = 1.0 if wish.met_by(candidate.stems) else PARTLY if wish.any_stems & candidate.stems else 0.0
        gain += share * GAIN * (IN_TITLE if wish.met_by(text.title) else 1.0)
    return gain


def _repeats(candidate: _Candidate, points: Sequence[Point]) -> bool:
    """Whether it would say what stands in a point already, or is part of it."""
    own = fold(candidate.point.text)
    return any(own in fold(point.text) or fold(point.text) in own for point in points)


def _candidates(text: ReadItem, wanted: frozenset[str], demand: Demand, ground: CatalogGround) -> Iterator[_Candidate]:
    foreign = demand.foreign(text.language)
    for source in text.sources:
        if wanted & source.stems:
            for stretch in text.stretches(source, wanted):
                if wanted & stretch.stems:
                    yield _of_stretch(stretch, source, text, demand.phrasing, foreign=foreign)
    for entry in text.entries:
        if wanted & entry.stems and (candidate := _of_entry(entry, demand.phrasing, ground.domain, foreign=foreign)):
            yield candidate
    for seen in text.seen:
        if wanted & seen.stems:
            yield _of_sight(seen, demand.phrasing)


def stretch_point(stretch: Stretch, source: Source, text: ReadItem, phrasing: Phrasing, *, foreign: bool) -> Point:
    """A stretch as a fragment: in the middle of a sentence it begins small, where it is no name."""
    told = phrasing.quoted(stretch.text) if foreign else small(stretch, text)
    evidence = (Evidence("field", source.pointer, stretch.text),)
    return Point(told, evidence, place=STRETCH_PLACE, leans=leans(told, phrasing))


def leans(text: str, phrasing: Phrasing) -> bool:
    """Whether a fragment begins with a preposition."""
    first = fold(text.split(" ")[0])
    if first == "made":
        return False
    own = grammar(phrasing.language)
    return phrasing.language != "zh" and (first in own.starters or first in own.owners or first in _LEANING)


def small(stretch: Stretch, text: ReadItem) -> str:
    """A stretch that began its sentence, with a small letter where its first word is no name."""
    if not stretch.begins or text.language == "de" or not stretch.text[:1].isupper() or stretch.text[1:2].isupper():
        return stretch.text
    first = stretch.text.split()[0].rstrip(",.")
    if first in re.findall(r"\w+", text.item.title) or any(mark.isdigit() for mark in first):
        return stretch.text
    return stretch.text[0].lower() + stretch.text[1:]


def _of_stretch(stretch: Stretch, source: Source, text: ReadItem, phrasing: Phrasing, *, foreign: bool) -> _Candidate:
    point = stretch_point(stretch, source, text, phrasing, foreign=foreign)
    worth = stretch.score + (DESCRIPTION if source.pointer == "/item/description" else ATTRIBUTE)
    return _Candidate(point, stretch.stems, worth)


def entry_point(entry: FieldEntry, phrasing: Phrasing, domain: str, *, foreign: bool) -> Point | None:
    """A short value as a fragment; None where it cannot be told as it stands."""
    told = value_phrase(entry.field, entry.value, phrasing, domain, foreign=foreign)
    role = role_of(entry.field.name)
    if told is None:
        return None
    evidence = (Evidence("field", entry.pointer, entry.cited),)
    if role is None:
        return Point(told, evidence, place=UNKNOWN_PLACE)
    head = head_of(role, domain, phrasing.language)
    head = head if head and told.startswith(head) and entry.listed else ""
    leaning = leans(told, phrasing)
    return Point(told, evidence, place=role.place, shown=role.shown, leans=leaning, head=head, role=role.name)


def _of_entry(entry: FieldEntry, phrasing: Phrasing, domain: str, *, foreign: bool) -> _Candidate | None:
    point = entry_point(entry, phrasing, domain, foreign=foreign)
    if point is None or entry.value is False or entry.field.name == "category":
        return None
    role = role_of(entry.field.name)
    # A value that is the wish itself says no more than that it is so; a stretch says how.
    worth = FIELD_WORTH if role else 0.0
    return _Candidate(point, entry.stems, worth - 0.3 * (len(entry.stems) == 1))


def _of_sight(seen: SeenSpan, phrasing: Phrasing) -> _Candidate:
    text = phrasing.quoted(seen.span.text) if phrasing.language not in ("en",) else seen.span.text
    told = phrasing.tell(f"seen {seen.span.kind}", text=text)
    evidence = Evidence("span", seen.pointer, seen.span.text, seen.medium, seen.span.start_s)
    return _Candidate(Point(told, (evidence,), place=SEEN_PLACE), seen.stems, SEEN_WORTH)


__all__ = ["answers", "entry_point", "met_in", "small", "stretch_point"]
