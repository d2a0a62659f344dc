"""Planning: for every item of a list what its sentence is to tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from agent.answers import Evidence, Together
from agent.explain.passages import Closest
from agent.explain.sentence.answering import answers
from agent.explain.sentence.conditions import denial_points, must_points
from agent.explain.sentence.demand import CatalogGround, Demand
from agent.explain.sentence.differing import further_points, known_values, nature
from agent.explain.sentence.grammar import grammar, stems_of
from agent.explain.sentence.item_text import ReadItem, text_language
from agent.explain.sentence.missing import misses
from agent.explain.sentence.plan import Opening, Point, SentencePlan
from retrieval.candidates import Candidate
from retrieval.channels.registry import phrased_as
from retrieval.text.words import fold

ALIKE = 0.45  # cosine of pooled features, below which a picture is like none
TITLE_CHARS = 60
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
    met = _distinct([*denied, *answers(text, demand, ground), *must_points(text, demand, ground)])
    if any(point.fixed for point in met):  # the price is told once
        further = [point for point in further if not point.fixed]
    near = entry.closest.passage.text if entry.closest else ""
    missed = tuple(misses(row, text, demand, ground)) if not demand.wordless else ()
    told = [*(point.text for point in met), *(miss.other for miss in missed)]
    answered = sum(not point.fixed for point in met)
    own = nature(text, demand, ground, near, told) if answered < ENOUGH else None
    if own is None and not met:
        known = _others(known_values(text, demand, ground), told, text.language)
        own, further = (known[0], _distinct([*known[1:], *further])) if known else (None, further)
    opening = _opening(entry, demand)
    company = _company(entry.together, demand) if entry.together and not demand.wordless else None
    return SentencePlan(
        tuple(met),
        missed,
        own,
        tuple(_others(further, [*told, own.text] if own else told, text.language)),
        opening,
        company,
    )


def _distinct(points: Sequence[Point]) -> list[Point]:
    """The points without those that say no more than an earlier one."""
    distinct: list[Point] = []
    for point in points:
        own = fold(point.text)
        at = next((number for number, other in enumerate(distinct) if own in fold(other.text)), None)
        if at is None:
            distinct.append(point)
        else:  # it is told already; what it answers is answered there
            distinct[at] = replace(distinct[at], wishes=distinct[at].wishes | point.wishes)
    return distinct


def _others(further: Sequence[Point], told: Sequence[str], language: str) -> list[Point]:
    """What of it has not been told in other words already."""
    stems = frozenset().union(*(stems_of(text, language) for text in told))
    own_words = grammar(language).ends
    news = ((point, {stem for stem in stems_of(point.text, language) if own_words(stem)}) for point in further)
    return [point for point, own in news if not own or not own <= stems]


def _opening(entry: PlannedItem, demand: Demand) -> Opening | None:
    """What the sentence begins with: company, or likeness to a picture or to the past."""
    if not demand.wordless:
        return None
    if demand.pictures:
        return _likeness(entry.candidate, "closest", "close")
    if entry.together:
        return _company(entry.together, demand)
    return _likeness(entry.candidate, "past", "past") or _nearness(entry.candidate)


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


def _likeness(candidate: Candidate, first: str, other: str) -> Opening | None:
    for name in phrased_as("looks_alike"):
        evidence = candidate.channels.get(name)
        if evidence and evidence.rank is not None and evidence.score is not None and evidence.score >= ALIKE:
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


__all__ = ["ALIKE", "PlannedItem", "plans_of", "short_title"]
