"""Alignment: a planner's sentence that tells just what a person's sentence tells.

A model that is taught to tell what it is not told learns to invent, and one that is taught to pass over what it is told
learns to leave out. So the planner is made to say, in its own way, what the person says, and the model learns the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from agent.explain.omissions import is_admitted, omissions
from agent.explain.rewriting import Rewriting
from agent.explain.sentence import CardSentence, SentencePlan, realised
from agent.explain.sentence.answering import entry_point, stretch_point
from agent.explain.sentence.grammar import grammar, stems_of
from agent.explain.sentence.item_text import ReadItem
from agent.explain.sentence.phrasing import Phrasing
from agent.explain.sentence.plan import Miss, Point

MOST_ADDED = MOST_BESIDE = 2
MOST_STRANGE = 1 / 4  # share of the words of a sentence that stand in nothing that its model is told


@dataclass(frozen=True, slots=True)
class Alignment:
    """A person's sentence beside the planner's.

    Attributes:
        card: What the planner says where it is to tell the same.
        rewriting: The same, to be reworded; with what could be told beside it and is not.
        strange: Words of the person's sentence that stand in none of it, other than those that join words.
        is_near: Whether these are few.
    """

    card: CardSentence
    rewriting: Rewriting
    strange: frozenset[str]
    is_near: bool


def aligned(card: CardSentence, sentence: str, text: ReadItem, phrasing: Phrasing, domain: str) -> Alignment | None:
    """The planner's sentence of an item, made to tell what a person's tells; None where that tells nothing of it.

    Args:
        card: What the planner says by itself.
        sentence: What the person says.
        text: The item.
        domain: What kind of things its catalog holds, as the planner has it.
    """
    points = [point for point in card.told if _tells(sentence, point)]
    admitted = [miss for miss in card.admitted if is_admitted(miss, sentence)]
    points += _added(points, admitted, sentence, text, phrasing, domain)
    if not points:
        return None
    plan = SentencePlan(met=tuple(points), missed=tuple(admitted))
    own = realised([plan], phrasing, "short")[0]
    known = _shown(own.told, own.admitted, phrasing) | text.title
    news = (point for point in (*card.told, *card.spare) if not _telling(point.text, phrasing) <= known)
    beside = [point for point in news if not _tells(sentence, point)][:MOST_BESIDE]
    rewriting = Rewriting.of(replace(own, spare=tuple(beside)), phrasing)
    said = _telling(sentence, phrasing)
    strange = said - known
    return Alignment(own, rewriting, strange, len(strange) <= MOST_STRANGE * len(said))


def _tells(sentence: str, point: Point) -> bool:
    """Whether a sentence tells a point: what answers a wish, or enough of its words."""
    wished = replace(point, wishes=point.wishes or frozenset({point.text}))
    return not any(omissions(sentence, CardSentence("", (), told=(wished,))))


def _added(
    points: list[Point], admitted: list[Miss], sentence: str, text: ReadItem, phrasing: Phrasing, domain: str
) -> Iterator[Point]:
    """What the sentence tells of the item beside these, what explains most of its words first."""
    lacking = _telling(sentence, phrasing) - _shown(points, admitted, phrasing)
    parts = {point: _telling(point.text, phrasing) for point in _parts(text, lacking, phrasing, domain)}
    for _ in range(MOST_ADDED):
        best = max(parts, key=lambda point: (len(parts[point] & lacking), -len(point.text)), default=None)
        if best is None or not parts[best] & lacking:
            return
        lacking -= parts.pop(best)
        yield best


def _parts(text: ReadItem, lacking: frozenset[str], phrasing: Phrasing, domain: str) -> Iterator[Point]:
    """All that a planner could tell of an item and that holds something of what is lacking."""
    for entry in text.entries:
        if point := entry_point(entry, phrasing, domain, foreign=False):
            yield point
    for source in text.sources:
        for stretch in text.stretches(source, lacking):
            yield stretch_point(stretch, source, text, phrasing, foreign=False)


def _shown(
    points: tuple[Point, ...] | list[Point], admitted: tuple[Miss, ...] | list[Miss], phrasing: Phrasing
) -> frozenset[str]:
    misses = (f"{miss.wish} {miss.other} {miss.text}" for miss in admitted)
    return _telling(" ".join((*(point.text for point in points), *misses)), phrasing)


def _telling(text: str, phrasing: Phrasing) -> frozenset[str]:
    """Stems of the words that say something."""
    links = grammar(phrasing.language)
    return frozenset(stem for stem in stems_of(text, phrasing.language) if links.ends(stem))


__all__ = ["Alignment", "aligned"]
