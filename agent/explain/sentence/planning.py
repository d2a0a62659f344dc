"""Planning: for every item of a list what its sentence is to tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from agent.answers import Evidence, Together
from agent.explain.likeness import SOUNDS_ALIKE
from agent.explain.passages import Closest
from agent.explain.sentence.amounts import (
    amount_answers,
    amount_misses,
    amount_points,
    hints_at_amounts,
    settled_pointers,
)
from agent.explain.sentence.answering import STRETCH_PLACE, answers
from agent.explain.sentence.chinese_answers import broken_nature, chinese_points
from agent.explain.sentence.conditions import denial_points, must_points, offer_points
from agent.explain.sentence.demand import CatalogGround, Demand
from agent.explain.sentence.differing import further_points, known_values, nature
from agent.explain.sentence.domain import STORIES
from agent.explain.sentence.grammar import grammar, stems_of
from agent.explain.sentence.item_text import ReadItem, text_language
from agent.explain.sentence.missing import misses
from agent.explain.sentence.plan import Miss, Opening, Point, SentencePlan
from retrieval.candidates import Candidate
from retrieval.channels.registry import LikenessPhrase, phrased_as
from retrieval.text.words import fold

TITLE_CHARS = 60
_YEAR = re.compile(r"\d{4}")
BEFORE_AMOUNTS = 2  # points in words; what answers a figure stands before further ones
FEW_WORDS = 10  # after which a thing needs no further sentence
ENOUGH = 3  # points, beside which what an item is need not be told


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """An item of a list, with what is known of it beside its own data.

    Attributes:
        closest: The passage nearest to the request in meaning.
        together: What its people chose beside it.
    """

    candidate: Candidate
    closest: Closest | None = None
    together: Together | None = None


def plans_of(
    planned: Sequence[PlannedItem], demand: Demand, ground: CatalogGround, *, ranked: bool = True
) -> Iterator[SentencePlan]:
    """The plan of each item of a list, in its order.

    Args:
        ranked: Whether we made the list, so that how its items differ is a reason for one or the other.
    """
    items = [entry.candidate.item for entry in planned]
    for at, entry in enumerate(planned):
        item = entry.candidate.item
        text = ReadItem(item, ground.schema, text_language(item, ground.language))
        further = further_points(at, text, items if ranked else [], demand, ground)
        yield _plan(entry, text, further, demand, ground)


def _plan(
    entry: PlannedItem, text: ReadItem, further: list[Point], demand: Demand, ground: CatalogGround
) -> SentencePlan:
    row = entry.candidate.row
    denied = list(denial_points(row, text, demand, ground))
    told_amounts = amount_answers(text, demand, ground)
    answering = chinese_points if demand.wishes.language == "zh" else answers
    worded = answering(text, demand, ground)
    amounts = list(amount_points(told_amounts, [point.text for point in worded], text.language))
    settled = settled_pointers(told_amounts)
    musts = [point for point in must_points(text, demand, ground) if settled.isdisjoint(_pointers(point))]
    denied += offer_points(text, demand) if text.language == demand.phrasing.language == "en" else ()
    met = _distinct([*denied, *worded[:BEFORE_AMOUNTS], *amounts, *worded[BEFORE_AMOUNTS:], *musts])
    if any(point.fixed for point in met):  # the price is told once
        further = [point for point in further if not point.fixed]
    near = entry.closest.passage.text if entry.closest else ""
    broken = list(amount_misses(told_amounts, demand.phrasing, worded=hints_at_amounts(text)))
    missed = tuple(_misses(broken, misses(row, text, demand, ground))) if not demand.wordless else ()
    told = [*(point.text for point in met), *(miss.other for miss in missed)]
    if demand.wishes.language == "zh":  # a clause that breaks a wish is not told twice
        told += [miss.evidence[0].value for miss in missed if miss.text]
    answered = sum(not point.fixed for point in met)
    # Of a story a part says what it is for only where it answers; two parts of it are none.
    told_of = ground.domain in STORIES
    n_parts = sum(point.place == STRETCH_PLACE for point in met)
    answered, enough = (n_parts, 1) if told_of else (answered, ENOUGH)
    own = nature(text, demand, ground, near, told) if answered < enough else None
    chinese = demand.wishes.language == text.language == "zh"
    if chinese and not answered and any(miss.kind == "without" for miss in missed):
        # What breaks a wish is told as what the item is, where nothing else speaks for it.
        whole = nature(text, demand, ground, near, [point.text for point in met])
        if whole is not None:
            own, missed = broken_nature(whole, missed)
    if told_of and own is not None and own.place == STRETCH_PLACE:
        # What happens in it tells more than its year and its length, which are told where they answer.
        further = [point for point in further if point.fixed]
        met = [own, *met]
    if own is None and not met:
        known = _others(known_values(text, demand, ground), told, text.language)
        own, further = (known[0], _distinct([*known[1:], *further])) if known else (None, further)
    elif not text.sources:
        further = _distinct([*further, *known_values(text, demand, ground)])
    elif not told_of:
        further = [*_second_nature(text, demand, ground, [*told, *([own.text] if own else [])]), *further]
    opening = _opening(entry, demand, ground.alike)
    company = _company(entry.together, demand) if entry.together and not demand.wordless else None
    return SentencePlan(
        tuple(met),
        missed,
        own,
        tuple(_others(further, [*told, own.text] if own else told, text.language)),
        opening,
        company,
        not text.sources,
    )


def _second_nature(text: ReadItem, demand: Demand, ground: CatalogGround, told: Sequence[str]) -> Iterator[Point]:
    """A further sentence of a thing, where little is told of it."""
    if sum(demand.phrasing.n_words(part) for part in told) > FEW_WORDS:
        return
    further = nature(text, demand, ground, "", told)
    if further is not None and further.whole:
        yield further


def _pointers(point: Point) -> set[str]:
    """What a point cites."""
    return {cited.pointer for cited in point.evidence}


def _misses(amounts: Sequence[Miss], others: Iterable[Miss]) -> Iterator[Miss]:
    """What is to be admitted: another kind of thing, broken limits, what is otherwise, and what is not told."""
    words = list(others)
    yield from (miss for miss in words if miss.kind == "kind")
    yield from (miss for miss in amounts if miss.kind != "not told")
    yield from (miss for miss in words if miss.kind != "kind")
    yield from (miss for miss in amounts if miss.kind == "not told")


def _distinct(points: Sequence[Point]) -> list[Point]:
    """The points without those that say no more than an earlier one."""
    distinct: list[Point] = []
    for point in points:
        at = next((number for number, other in enumerate(distinct) if _says_no_more(point, other)), None)
        if at is None:
            distinct.append(point)
        else:  # it is told already; what it answers is answered there
            distinct[at] = replace(distinct[at], wishes=distinct[at].wishes | point.wishes)
    return distinct


def _says_no_more(point: Point, other: Point) -> bool:
    """Whether a point says what another does: in its words, or as a year that stands there."""
    years = _YEAR.findall(point.text) if point.role in ("year", "date") else []
    return fold(point.text) in fold(other.text) or (bool(years) and all(year in other.text for year in years))


def _others(further: Sequence[Point], told: Sequence[str], language: str) -> list[Point]:
    """What of it has not been told in other words already."""
    stems = frozenset().union(*(stems_of(text, language) for text in told))
    own_words = grammar(language).ends
    news = ((point, {stem for stem in stems_of(point.text, language) if own_words(stem)}) for point in further)
    return [point for point, own in news if not own or not own <= stems]


def _opening(entry: PlannedItem, demand: Demand, alike: float | None) -> Opening | None:
    """What the sentence begins with: company, or likeness to a picture, a sound or the past."""
    if not demand.wordless:
        return None
    if demand.pictures:
        return _likeness(entry.candidate, alike, "closest", "close")
    if demand.sounds:
        return _likeness(entry.candidate, SOUNDS_ALIKE, "sounds closest", "sounds close", "sounds_alike")
    if entry.together:
        return _company(entry.together, demand)
    return _likeness(entry.candidate, alike, "past", "past") or _nearness(entry.candidate)


def _company(together: Together, demand: Demand) -> Opening:
    name = ("liked" if together.liked else "chosen") + " named" * (together.item_id in demand.named)
    title = short_title(together.title)
    evidence = (
        Evidence("people", "/together/people", str(together.people)),
        Evidence("people", "/together/title", title),
    )
    return Opening(name, evidence, (("title", title), ("people", demand.phrasing.people(together.people))))


def short_title(title: str) -> str:
    """A title without the year behind it, cut where it is long."""
    name = title.partition(" (")[0].strip() or title
    return name if len(name) <= TITLE_CHARS else f"{name[:TITLE_CHARS].rsplit(' ', 1)[0]}…"


def _likeness(
    candidate: Candidate, least: float | None, first: str, other: str, phrase: LikenessPhrase = "looks_alike"
) -> Opening | None:
    for name in phrased_as(phrase):
        evidence = candidate.channels.get(name)
        if evidence and evidence.points is not None:
            return Opening("known again", (Evidence("channel", f"/channels/{name}/points", str(evidence.points)),))
        if evidence is None or evidence.rank is None or evidence.score is None or least is None:
            continue
        if evidence.score >= least:
            cited = (Evidence("channel", f"/channels/{name}", f"{evidence.score:.2f}"),)
            return Opening(first if evidence.rank == 1 else other, cited)
    return None


def _nearness(candidate: Candidate) -> Opening | None:
    """That its text is near to what the person liked."""
    for name in phrased_as("reads_alike"):
        evidence = candidate.channels.get(name)
        if evidence and evidence.rank is not None and evidence.score is not None:
            return Opening("past", (Evidence("channel", f"/channels/{name}", f"{evidence.score:.2f}"),))
    return None


__all__ = ["PlannedItem", "plans_of", "short_title"]
