"""Points that answer wishes: the stretch, the value or the sight by which an item meets each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from agent.answers import Evidence
from agent.explain.grounding.praise import praise_in
from agent.explain.sentence.demand import CatalogGround, Demand
from agent.explain.sentence.domain import STORIES
from agent.explain.sentence.fields import PART_HEAD, UNKNOWN_PLACE, head_of, role_of, tells_by_verb, value_phrase
from agent.explain.sentence.figures import units_by_word
from agent.explain.sentence.grammar import grammar, stems_of, with_article
from agent.explain.sentence.item_text import FieldEntry, ReadItem, SeenSpan, Source
from agent.explain.sentence.phrasing import Phrasing, plain_name
from agent.explain.sentence.plan import Point
from agent.explain.sentence.stretches import Stretch, denies
from agent.explain.sentence.wishes import Wish
from retrieval.text.words import fold, singular

MOST_ANSWERS = 3
GAIN = 1.2  # of a wish that is met
PARTLY = 0.4  # of that, where some of its words stand there
IN_TITLE = 0.35  # of that, where the title says so already
LEAST_WORTH = -0.4  # below it what is cut out reads as cut off
FIELD_WORTH = 0.25  # of a value beside a stretch of text
SEEN_WORTH = -0.35
_KINDS = ("category", "classification", "department", "object name")  # fields that a card has already
CUT_SUBJECT, CLAUSE = 0.5, 0.25
DESCRIPTION, ATTRIBUTE = 0.15, 0.0
STRETCH_PLACE, SEEN_PLACE = 1, 8
TRAILING_PLACE = 7  # of a year, a length: they follow what they are said of
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
    phrases = frozenset().union(*(wish.phrases for wish in open_wishes)) if open_wishes else frozenset()
    if not wanted:
        return []
    candidates = list(_candidates(text, wanted, phrases, demand, ground))
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
    if any(
        entry.value is not False
        and (wish.met_by(entry.stems) or wish.met_by(entry.names) or wish.said_in(fold(entry.cited)))
        for entry in text.entries
    ):
        return True
    if wish.phrases and any(wish.said_in(fold(source.text)) for source in text.sources):
        return True
    held = [source for source in text.sources if wish.met_by(source.stems)]
    if any(not denies(source.text, wish.any_stems, text.language) for source in held):
        return True
    spread = len(wish.stems) > 1 and wish.met_by(text.held)
    return spread or any(wish.met_by(seen.stems) for seen in text.seen)


def _gain(candidate: _Candidate, wishes: Sequence[Wish], text: ReadItem) -> float:
    gain = 0.0
    for wish in wishes:
        said = bool(wish.phrases) and wish.said_in(fold(candidate.point.text))
        share = 1.0 if said or wish.met_by(candidate.stems) else PARTLY if wish.any_stems & candidate.stems else 0.0
        gain += share * GAIN * (IN_TITLE if wish.met_by(text.title) else 1.0)
    return gain


def _repeats(candidate: _Candidate, points: Sequence[Point]) -> bool:
    """Whether it would say what stands in a point already, or is part of it."""
    own = fold(candidate.point.text)
    return any(own in fold(point.text) or fold(point.text) in own for point in points)


def _candidates(
    text: ReadItem, wanted: frozenset[str], phrases: frozenset[str], demand: Demand, ground: CatalogGround
) -> Iterator[_Candidate]:
    foreign = demand.foreign(text.language)
    for source in text.sources:
        said = [phrase for phrase in phrases if phrase in fold(source.text)] if phrases else []
        sought = wanted.union(*(stems_of(phrase, text.language) for phrase in said))
        if sought & source.stems:
            for stretch in text.stretches(source, sought):
                if wanted & stretch.stems or (said and any(phrase in fold(stretch.text) for phrase in said)):
                    yield _of_stretch(stretch, source, text, demand.phrasing, ground.domain, foreign=foreign)
    for entry in text.entries:
        if wanted & entry.stems - text.title and (
            candidate := _of_entry(entry, demand.phrasing, ground.domain, foreign=foreign)
        ):
            yield candidate
        elif wanted & entry.names - text.title and (point := _named_point(entry, demand.phrasing)):
            yield _Candidate(point, entry.names, FIELD_WORTH)
    # That a bag looks like a bag need not be told; of a painting nothing else may say what it shows.
    sights = wanted if ground.domain in STORIES else wanted - demand.wishes.kind_stems
    for seen in text.seen:
        if sights & seen.stems:
            yield _of_sight(seen, demand.phrasing)


def stretch_point(stretch: Stretch, source: Source, text: ReadItem, phrasing: Phrasing, *, foreign: bool) -> Point:
    """A stretch as a fragment: in the middle of a sentence it begins small, where it is no name."""
    told = phrasing.quoted(stretch.text) if foreign else small(stretch, text)
    if praise_in(stretch.text):  # the seller's opinion, and none of ours
        told = phrasing.tell("described as", text=phrasing.quoted(stretch.text))
    evidence = (Evidence("field", source.pointer, stretch.text),)
    return Point(
        told,
        evidence,
        place=STRETCH_PLACE,
        leans=leans(told, phrasing),
        whole=stretch.whole,
        clause=stretch.whole and stretch.clause,
    )


def leans(text: str, phrasing: Phrasing) -> bool:
    """Whether a fragment begins with a preposition."""
    first = fold(text.split(" ")[0])
    own = grammar(phrasing.language)
    return phrasing.language != "zh" and (first in own.starters or first in own.owners or first in _LEANING)


def small(stretch: Stretch, text: ReadItem) -> str:
    """A stretch that began its sentence, with a small letter where its first word is no name."""
    if not stretch.begins or text.language == "de" or not stretch.text[:1].isupper() or stretch.text[1:2].isupper():
        return stretch.text
    first, *others = (word.rstrip(",.") for word in stretch.text.split())
    if others and others[0][:1].isupper() and fold(first) not in grammar(text.language).articles:
        return stretch.text  # a name
    if others and all(word[:1].isupper() or not word[:1].isalpha() for word in others):
        return stretch.text  # a name, or written as such: `Home & Office`
    if first in re.findall(r"\w+", text.item.title) or any(mark.isdigit() for mark in first):
        return stretch.text
    return stretch.text[0].lower() + stretch.text[1:]


def out_of_place(stretch: Stretch, domain: str) -> float:
    """What it costs that a stretch is of a story's clause its subject alone, or of a thing a clause."""
    if domain in STORIES:
        return CUT_SUBJECT if stretch.subject else 0.0
    return CLAUSE if stretch.clause else 0.0


def _of_stretch(
    stretch: Stretch, source: Source, text: ReadItem, phrasing: Phrasing, domain: str, *, foreign: bool
) -> _Candidate:
    point = stretch_point(stretch, source, text, phrasing, foreign=foreign)
    worth = (
        stretch.score
        - out_of_place(stretch, domain)
        + (DESCRIPTION if source.pointer == "/item/description" else ATTRIBUTE)
    )
    return _Candidate(point, stretch.stems, worth)


def entry_point(entry: FieldEntry, phrasing: Phrasing, domain: str, *, foreign: bool) -> Point | None:
    """A short value as a fragment; None where it cannot be told as it stands."""
    told = value_phrase(entry.field, entry.value, phrasing, domain, foreign=foreign)
    role = role_of(entry.field.name)
    if told is None:
        return None
    evidence = (Evidence("field", entry.pointer, entry.cited),)
    if role is None:
        head = PART_HEAD if told.startswith(PART_HEAD) else ""
        leaning = leans(told, phrasing) or tells_by_verb(entry.field.name)
        return Point(told, evidence, place=UNKNOWN_PLACE, leans=leaning, head=head)
    head = head_of(role, domain, phrasing.language)
    head = head if head and told.startswith(head) and entry.listed else ""
    leaning = leans(told, phrasing) or role.place >= TRAILING_PLACE
    return Point(told, evidence, place=role.place, shown=role.shown, leans=leaning, head=head, role=role.name)


def _of_entry(entry: FieldEntry, phrasing: Phrasing, domain: str, *, foreign: bool) -> _Candidate | None:
    point = entry_point(entry, phrasing, domain, foreign=foreign)
    if point is None or entry.value is False or plain_name(entry.field.name) in _KINDS:
        return None
    role = role_of(entry.field.name)
    # A value that is the wish itself says no more than that it is so; a stretch says how.
    worth = FIELD_WORTH if role else 0.0
    return _Candidate(point, entry.stems, worth - 0.3 * (len(entry.stems) == 1))


def _named_point(entry: FieldEntry, phrasing: Phrasing) -> Point | None:
    """So much of what a field counts or measures: `120 mbps of wifi`, `3 bedrooms`."""
    if phrasing.language != "en" or not isinstance(entry.value, int | float) or _is_price(entry):
        return None
    head, _, last = plain_name(entry.field.name).rpartition(" ")
    measured = bool(head) and last in units_by_word()
    label = head if measured else plain_name(entry.field.name)
    number = phrasing.number(entry.value)
    told = f"{number} {last} of {label}" if measured else f"{number} {singular(label) if number == '1' else label}"
    if not measured and " " in label:
        told = f"{PART_HEAD}{with_article(label)} of {number}"
    return Point(
        told, (Evidence("field", entry.pointer, entry.cited),), place=UNKNOWN_PLACE, leans=told.startswith(PART_HEAD)
    )


def _is_price(entry: FieldEntry) -> bool:
    return plain_name(entry.field.name).split()[0] in ("price", "cost", "fee")


def _of_sight(seen: SeenSpan, phrasing: Phrasing) -> _Candidate:
    text = phrasing.quoted(seen.span.text) if phrasing.language not in ("en",) else seen.span.text
    told = phrasing.tell(f"seen {seen.span.kind}", text=text)
    evidence = Evidence("span", seen.pointer, seen.span.text, seen.medium, seen.span.start_s)
    return _Candidate(Point(told, (evidence,), place=SEEN_PLACE), seen.stems, SEEN_WORTH)


__all__ = ["answers", "entry_point", "met_in", "out_of_place", "small", "stretch_point"]
