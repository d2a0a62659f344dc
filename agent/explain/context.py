"""The context of reasons: what those of one list have in common, and what is known of each of its items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from agent.answers import Claim, Decided, Moment, Request, Reviewed, Together
from agent.explain.distinctive import DistinctiveFacts
from agent.explain.grounding.lexicon import CONNECTIVES
from agent.explain.grounding.tokens import tokens_of
from agent.explain.passages import Closest
from agent.explain.phrases import Phrases, phrases_for
from agent.explain.sentence import NO_DEMAND, CatalogGround, Demand, SentenceLength
from agent.people.taste import without_titles
from retrieval.candidates import Candidate
from retrieval.filters import Filter
from retrieval.items import Item
from retrieval.schema import Schema
from retrieval.text.words import fold, is_pair, placed_words


@dataclass(frozen=True, slots=True)
class ReasonContext:
    """What the reasons of one list are told by.

    Attributes:
        schema: Which fields may be shown.
        phrases: The templates that claims are worded by.
        request_texts: The request as written, in every language it is known in.
        wishes: The same without the titles it names: an example is not what is asked for.
        filters: The must-haves.
        own_words: By must-have how the person said it; empty where it was given as a filter, and may be shorter.
        distinctive: What is common in the catalog; where that is not known, nothing is.
        compared: Whether it is told first, and of every field, how each item differs from the first.
        ground: What is known of the catalog; None where it is no more than its schema.
        demand: What is asked of the items.
        length: How much a card's sentence tells.
    """

    schema: Schema
    phrases: Phrases
    request_texts: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    own_words: tuple[str, ...] = ()
    distinctive: DistinctiveFacts | None = None
    compared: bool = False
    ground: CatalogGround | None = None
    demand: Demand = NO_DEMAND
    length: SentenceLength = "short"

    @classmethod
    def of(
        cls,
        request: Request,
        filters: Sequence[Filter],
        schema: Schema,
        distinctive: DistinctiveFacts | None = None,
        *,
        compared: bool = False,
        ground: CatalogGround | None = None,
        demand: Demand | None = None,
        length: SentenceLength = "short",
    ) -> Self:
        """The context of the items chosen for a request.

        Args:
            demand: As the request states it; where it is not given, what its text alone says.
        """
        ground = ground or CatalogGround(schema, distinctive=distinctive)
        phrases = phrases_for(request.language)
        if request.empty:  # likeness is to what the person liked before
            phrases = phrases.of_the_past()
        texts = tuple(dict.fromkeys(text for text in (request.text, request.english) if text))
        return cls(
            schema=schema,
            phrases=phrases,
            ground=ground,
            demand=demand or Demand.of(request, filters, ground),
            request_texts=texts,
            wishes=tuple(without_titles(text, request.named) for text in texts),
            filters=tuple(filters),
            own_words=tuple(must.words if must.origin == "understood" else "" for must in request.must_haves),
            distinctive=distinctive,
            compared=compared,
            length=length,
        )

    def words_for(self, at: int) -> str:
        """How the person said a must-have; empty where it was given as a filter."""
        return self.own_words[at] if at < len(self.own_words) else ""

    @property
    def request(self) -> str:
        """All that was asked for, as it may be said to have been: a filter without words by its field and values."""
        stated = (
            f"{must.field.replace('_', ' ')} {' '.join(map(str, must.values))}"
            for at, must in enumerate(self.filters)
            if not self.words_for(at)
        )
        return " ".join((*self.request_texts, *self.own_words, *stated))

    def wanted_words(self) -> dict[str, str]:
        """What is wished for: each token, and how the person wrote it; not what is refused, or what most items hold."""
        wanted: dict[str, str] = {}
        for text in self.wishes:
            refused = [token.folded for token in tokens_of(text) if token.denied or token.negates]
            for token, start, end in placed_words(text):
                is_refused = fold(text[start:end]) in refused or (
                    is_pair(token) and any(token in each for each in refused)
                )
                if token not in CONNECTIVES and not self._is_common(token) and not is_refused:
                    wanted.setdefault(token, text[start:end])  # as it was written first
        return wanted

    def _is_common(self, token: str) -> bool:
        return self.distinctive is not None and self.distinctive.common(token)


@dataclass(frozen=True, slots=True)
class ItemEvidence:
    """What can be told of one item of the list, beside what stands in the item itself.

    Attributes:
        closest: The passage nearest to the request in meaning, if the request has words.
        together: What the item's people chose beside it.
        reviewed: What reviewers say of the item.
        rank: In the list, from 1; 0 where the item was not ranked among others.
        decided: What decided over it.
        beside: Claims that compare it with others of the list.
        first: The item that it is compared with.
        moment: Where in its sound or video the request is answered.
    """

    candidate: Candidate
    closest: Closest | None = None
    together: Together | None = None
    reviewed: Reviewed | None = None
    rank: int = 0
    decided: Decided | None = None
    beside: tuple[Claim, ...] = ()
    first: Item | None = None
    moment: Moment | None = None


__all__ = ["ItemEvidence", "ReasonContext"]
