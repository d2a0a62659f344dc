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
from agent.evaluate.known_items.media import SilentDescriber, hear_aloud, photograph_again, synthesiser
from agent.evaluate.known_items.rewording import Rewording
from agent.evaluate.known_items.words import (
    Maker,
    WordedRequest,
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
from agent.perceive import Perceived
from agent.perceive.hotwords import vocabulary
from agent.perceive.perception import Perception, Sight
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
            **dict.fromkeys(_WORDED, self._make_worded),
            "spoken": self._make_spoken,
            "picture": self._make_pictured,
            "pictured title": self._make_pictured,
            "pictured facet": self._make_pictured,
        }
        notes, total = [], sum(self.mix.values())
        cases: dict[str, Case] = {}
        sorts: dict[str, Sort] = {}
        planned = 0
        for sort, n in self.mix.items():
            before = len(cases)
            for case in makers[sort](sort, n):
                cases[case.id], sorts[case.id] = case, sort
                if self.progress:
                    self.progress(planned + len(cases) - before, total)
            planned += n
            if n and len(cases) == before:
                notes.append(self._why_none(sort))
        return KnownItems(tuple(cases.values()), sorts, tuple(notes))

    def _make_worded(self, sort: Sort, n: int) -> Iterator[Case]:
        yield from islice(self._worded_cases(sort), n)

    def _worded_cases(self, sort: Sort) -> Iterator[Case]:
        maker, share = _WORDED[sort]
        rng = self._rng(sort)
        for at, request in enumerate(maker(self.snapshot, rng)):
            if not share:
                yield self._case(sort, at, request)
                continue
            text = self._reword(request.text, share, rng)
            case = self._case(sort, at, replace(request, text=text))
            # the vocabulary may hold words of other languages
            if text != request.text and case.query.kind == "text":
                yield case

    def _make_spoken(self, sort: Sort, n: int) -> Iterator[Case]:
        program = synthesiser()
        if program is None:
            return
        requests = list(islice(title_requests(self.snapshot, self._rng(sort)), n))
        texts = [f"I am looking for {request.text}" for request in requests]
        transcripts = hear_aloud(texts, program, self._perception, vocabulary(self.snapshot))
        for at, (request, transcript) in enumerate(zip(requests, transcripts, strict=True)):
            if transcript is not None and transcript.language == "en":  # what it is said in; else it was misheard
                yield self._case(sort, at, request, transcript=transcript)

    def _make_pictured(self, sort: Sort, n: int) -> Iterator[Case]:
        """Pictures of items photographed again, with words beside them where the sort says so."""
        rng = self._rng(sort)
        pictured = _pictured_items(self.snapshot)
        requests = list(islice(self._beside_pictures(sort, pictured, rng), n))
        pictures = self.models.decoder.pictures(pictured[request.about][0] for request in requests)
        for at, (request, picture) in enumerate(zip(requests, pictures, strict=True)):
            if not isinstance(picture, MediaError):
                yield self._case(sort, at, request, sights=(self._sight(picture, rng),))

    def _beside_pictures(
        self, sort: Sort, pictured: Mapping[int, tuple[str, frozenset[int]]], rng: np.random.Generator
    ) -> Iterator[WordedRequest]:
        """What is said beside the picture of each item: nothing, words of its title, or a facet that others share."""
        rows_by_facet = facets(self.snapshot) if sort == "pictured facet" else {}
        of_item = by_item(rows_by_facet)
        for row in rng.permutation(sorted(pictured)).tolist():
            _, same = pictured[row]
            if sort == "picture":
                yield WordedRequest("", row, same)
            elif sort == "pictured title":
                if text := words_of_title(self.snapshot.items[row], self.snapshot.schema, rng):
                    yield WordedRequest(self._reword(text, REWORDED, rng), row, same)
            elif own := of_item.get(row):
                name = own[int(rng.integers(len(own)))]
                # The pictured item itself is no answer: it would be found by its picture, whatever the words say.
                if answers := rows_by_facet[name] - same:
                    yield WordedRequest(self._reword(name, REWORDED, rng), row, answers, same)

    def _case(
        self,
        sort: Sort,
        at: int,
        request: WordedRequest,
        *,
        sights: tuple[Sight, ...] = (),
        transcript: Transcript | None = None,
    ) -> Case:
        query = query_of(_wish(request.text, transcript), (), Perceived(sights, transcript), self.models, self.ridge)
        gains = dict.fromkeys(sorted(request.answers), 1.0)
        return Case(f"{sort.replace(' ', '-')}-{at}", query, gains, np.array(sorted(request.hidden), dtype=np.intp))

    def _sight(self, picture: Picture, rng: np.random.Generator) -> Sight:
        return self._perception.see_bytes(photograph_again(picture, rng))

    @cached_property
    def _reword(self) -> Rewording:
        return Rewording(self.snapshot, self.models.foreign_words)

    @property
    def _perception(self) -> Perception:
        return self.models.perception(SilentDescriber())

    def _rng(self, sort: Sort) -> np.random.Generator:
        # A stream for each sort: to ask for more of one must not change the requests of another.
        return np.random.default_rng([self.seed, *sort.encode()])

    def _why_none(self, sort: Sort) -> str:
        if sort == "spoken" and synthesiser() is None:
            return "No spoken requests were made: neither espeak-ng nor flite is on this machine."
        if sort.startswith("picture") and not _pictured_items(self.snapshot):
            return f"No requests of the sort {sort!r} were made: no item has a picture."
        return f"No requests of the sort {sort!r} were made: the catalog has nothing to make them of."


def _wish(text: str, transcript: Transcript | None) -> Request:
    """A request that only wishes: no must-have is read out of the catalog's own words."""
    if transcript is not None:
        return Request(transcript.text, transcript.english, transcript.language)
    language = detect_language(text)
    return Request(text, text if language == "en" else "", language)


def _pictured_items(snapshot: Snapshot) -> Mapping[int, tuple[str, frozenset[int]]]:
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
