"""Requests with known answers, made from a catalog itself: no labels and no people are needed.

Each is put through the same steps as a person's request, so that it has all the vectors the product itself would make.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from types import MappingProxyType
from typing import Literal

import numpy as np

from agent.answers import Request
from agent.errors import MediaError
from agent.evaluate.known_items.media import SilentDescriber, photographed_again, said_aloud, synthesiser
from agent.evaluate.known_items.rewording import Rewording
from agent.evaluate.known_items.words import (
    Asked,
    Maker,
    by_item,
    facet_requests,
    facets,
    sentence_requests,
    title_requests,
    words_of_title,
)
from agent.language.detection import detect_language
from agent.media.decoded import Picture, Transcript
from agent.models import Models
from agent.perceive.hotwords import vocabulary
from agent.perceive.perception import Perception, Sight
from agent.perceive.request import Perceived
from agent.retrieve.query import query_of
from retrieval.bridge import Ridge
from retrieval.cases import Case
from retrieval.snapshot import Snapshot

Sort = Literal[
    "title",
    "reworded title",
    "sentence",
    "reworded sentence",
    "facet",
    "spoken",
    "picture",
    "pictured title",
    "pictured facet",
]

# Requests in the catalog's own words favour BM25, reworded ones the encoders. In these proportions nDCG@10 over 66
# channel weights ranks the weights as people's judgments do: rank correlation 0.96 on electronics, 0.96 on recipes by
# tag, 0.96 without their category, 0.85 on artworks by subject; verbatim titles alone 0.83, 0.97, 0.98 and 0.48.
MIX: Mapping[Sort, int] = MappingProxyType(
    {
        "title": 20,
        "reworded title": 80,
        "sentence": 40,
        "reworded sentence": 80,
        "facet": 20,
        "spoken": 6,
        "picture": 80,
        "pictured title": 100,
        "pictured facet": 100,
    }
)
"""How many requests of each sort are made, where the catalog has enough for them."""

REWORDED = 0.5  # share of words that are put differently, where some are to stay
_WORDED: Mapping[Sort, tuple[Maker, float]] = MappingProxyType(
    {
        "title": (title_requests, 0.0),
        "reworded title": (title_requests, REWORDED),
        "sentence": (sentence_requests, 0.0),
        "reworded sentence": (sentence_requests, 1.0),
        "facet": (facet_requests, REWORDED),
    }
)
"""By sort of request in words what makes it, and the share of its words that are put differently."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class KnownItems:
    """Requests made from a catalog.

    Attributes:
        cases: Each with gain 1 for every item that answers it.
        sorts: By id of a case, what it was made of.
        notes: What could not be made, and why.
    """

    cases: tuple[Case, ...]
    sorts: Mapping[str, Sort]
    notes: tuple[str, ...] = ()


def known_items(
    snapshot: Snapshot,
    models: Models,
    ridge: Ridge | None = None,
    *,
    seed: int = 0,
    mix: Mapping[Sort, int] = MIX,
    progress: Progress | None = None,
) -> KnownItems:
    """Requests that items of this catalog answer, the same for the same catalog and seed.

    Args:
        ridge: The bridge's map, as `query_of` wants it.
        mix: How many requests of each sort to make at most.
        progress: Told how many of how many requests are made.
    """
    return _Workshop(snapshot, models, ridge, seed, mix, progress).make()


@dataclass
class _Workshop:
    """The making of known items, one sort after the other."""

    snapshot: Snapshot
    models: Models
    ridge: Ridge | None
    seed: int
    mix: Mapping[Sort, int]
    progress: Progress | None

    def make(self) -> KnownItems:
        makers: Mapping[Sort, Callable[[Sort, int], Iterator[Case]]] = {
            **dict.fromkeys(_WORDED, self._worded),
            "spoken": self._spoken,
            "picture": self._pictured,
            "pictured title": self._pictured,
            "pictured facet": self._pictured,
        }
        notes, total = [], sum(self.mix.values())
        found: dict[str, Case] = {}
        sorts: dict[str, Sort] = {}
        done = 0
        for sort, n in self.mix.items():
            before = len(found)
            for case in makers[sort](sort, n):
                found[case.id], sorts[case.id] = case, sort
                if self.progress:
                    self.progress(done + len(found) - before, total)
            done += n
            if n and len(found) == before:
                notes.append(self._why_none(sort))
        return KnownItems(tuple(found.values()), sorts, tuple(notes))

    def _worded(self, sort: Sort, n: int) -> Iterator[Case]:
        yield from islice(self._in_words(sort), n)

    def _in_words(self, sort: Sort) -> Iterator[Case]:
        maker, share = _WORDED[sort]
        rng = self._rng(sort)
        for at, asked in enumerate(maker(self.snapshot, rng)):
            if not share:
                yield self._case(sort, at, asked)
                continue
            text = self._reworded(asked.text, share, rng)
            case = self._case(sort, at, replace(asked, text=text))
            # the vocabulary may hold words of other languages
            if text != asked.text and case.query.kind == "text":
                yield case

    def _spoken(self, sort: Sort, n: int) -> Iterator[Case]:
        program = synthesiser()
        if program is None:
            return
        asked = list(islice(title_requests(self.snapshot, self._rng(sort)), n))
        texts = [f"I am looking for {one.text}" for one in asked]
        said = said_aloud(texts, program, self._perception, vocabulary(self.snapshot))
        for at, (one, heard) in enumerate(zip(asked, said, strict=True)):
            if heard is not None and heard.language == "en":
                yield self._case(sort, at, one, heard=heard)

    def _pictured(self, sort: Sort, n: int) -> Iterator[Case]:
        """Pictures of items photographed again, with words beside them where the sort says so."""
        rng = self._rng(sort)
        shown = _shown(self.snapshot)
        asked = list(islice(self._beside_pictures(sort, shown, rng), n))
        pictures = self.models.decoder.pictures(shown[one.about][0] for one in asked)
        for at, (one, picture) in enumerate(zip(asked, pictures, strict=True)):
            if not isinstance(picture, MediaError):
                yield self._case(sort, at, one, sights=(self._sight(picture, rng),))

    def _beside_pictures(
        self, sort: Sort, shown: Mapping[int, tuple[str, frozenset[int]]], rng: np.random.Generator
    ) -> Iterator[Asked]:
        """What is said beside the picture of each item: nothing, words of its title, or a facet that others share."""
        found = facets(self.snapshot) if sort == "pictured facet" else {}
        of_item = by_item(found)
        for row in rng.permutation(sorted(shown)).tolist():
            _, same = shown[row]
            if sort == "picture":
                yield Asked("", row, same)
            elif sort == "pictured title":
                if text := words_of_title(self.snapshot.items[row], self.snapshot.schema, rng):
                    yield Asked(self._reworded(text, REWORDED, rng), row, same)
            elif mine := of_item.get(row):
                name = mine[int(rng.integers(len(mine)))]
                if others := found[name] - same:
                    yield Asked(self._reworded(name, REWORDED, rng), row, others, same)

    def _case(
        self, sort: Sort, at: int, asked: Asked, *, sights: tuple[Sight, ...] = (), heard: Transcript | None = None
    ) -> Case:
        query = query_of(_wish(asked.text, heard), (), Perceived(sights, heard), self.models, self.ridge)
        gains = dict.fromkeys(sorted(asked.answers), 1.0)
        return Case(f"{sort.replace(' ', '-')}-{at}", query, gains, np.array(sorted(asked.hidden), dtype=np.intp))

    def _sight(self, picture: Picture, rng: np.random.Generator) -> Sight:
        return self._perception.see_bytes(photographed_again(picture, rng))

    @cached_property
    def _reworded(self) -> Rewording:
        return Rewording(self.snapshot, self.models.multilingual)

    @property
    def _perception(self) -> Perception:
        return self.models.perception(SilentDescriber())

    def _rng(self, sort: Sort) -> np.random.Generator:
        return np.random.default_rng([self.seed, *sort.encode()])

    def _why_none(self, sort: Sort) -> str:
        if sort == "spoken" and synthesiser() is None:
            return "No spoken requests were made: neither espeak-ng nor flite is on this machine."
        if sort.startswith("picture") and not _shown(self.snapshot):
            return f"No requests of the sort {sort!r} were made: no item has a picture."
        return f"No requests of the sort {sort!r} were made: the catalog has nothing to make them of."


def _wish(text: str, heard: Transcript | None) -> Request:
    """A request that only wishes: no must-have is read out of the catalog's own words."""
    if heard is not None:
        return Request(heard.text, heard.english, heard.language)
    language = detect_language(text)
    return Request(text, text if language == "en" else "", language)


def _shown(snapshot: Snapshot) -> Mapping[int, tuple[str, frozenset[int]]]:
    """By row of an item the path of its first usable picture, and the rows of all items that show the same file."""
    paths: dict[str, str] = {}
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, item in enumerate(snapshot.items):
        usable = [medium for medium in item.media if medium.kind == "image" and medium.problem is None]
        if usable:
            content = usable[0].sha256 or usable[0].path
            rows[content].append(row)
            paths.setdefault(content, usable[0].path)
    return {min(same): (paths[content], frozenset(same)) for content, same in rows.items()}


__all__ = ["MIX", "KnownItems", "Sort", "known_items"]
