"""What a sentence goes by: the catalog, and what is asked of its items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from agent.answers import Request
from agent.explain.distinctive import DistinctiveFacts
from agent.explain.likeness import ALIKE
from agent.explain.sentence.amount_wishes import AmountWish, amount_wishes, spent_words
from agent.explain.sentence.domain import GENERIC, domain_of
from agent.explain.sentence.phrasing import Phrasing, phrasing
from agent.explain.sentence.wishes import Wishes, wishes_of
from agent.understand.denials import HoldingTable
from agent.understand.kinds import Kind, KindMatch, KindTable
from agent.understand.parsed import Denied
from retrieval.filters import Filter
from retrieval.items import Item
from retrieval.schema import Schema


@dataclass(frozen=True, slots=True, eq=False)
class CatalogGround:
    """What is known of the catalog.

    Attributes:
        domain: What it is about.
        language: Of its texts.
        distinctive: Which facts tell its items apart.
        kinds: What its items are; None where that is not known.
        holding: What its items hold of what is refused; None where that is not known.
        alike: Cosine from which pictures are told to be alike; None where that cannot be known.
    """

    schema: Schema
    domain: str = GENERIC
    language: str = "en"
    distinctive: DistinctiveFacts | None = None
    kinds: KindTable | None = None
    holding: HoldingTable | None = None
    alike: float | None = ALIKE

    @classmethod
    def of(
        cls,
        items: Sequence[Item],
        schema: Schema,
        distinctive: DistinctiveFacts,
        kinds: KindTable,
        holding: HoldingTable,
        alike: float | None = ALIKE,
    ) -> Self:
        """The ground of a catalog, from its items."""
        return cls(schema, domain_of(schema, items), kinds.census.language, distinctive, kinds, holding, alike)

    def common(self, word: str) -> bool:
        """Whether so many items hold a word that it tells none from others."""
        return self.distinctive is not None and self.distinctive.common(word)

    @property
    def currency(self) -> str | None:
        """The unit of prices, where the catalog tells it."""
        price = self.schema.fields.get("price")
        return price.unit if price else None


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """What is asked of the items of one list.

    Attributes:
        wishes: What is wished for in words.
        filters: The must-haves, which every item meets.
        own_words: By must-have how the person said it; empty where it was given as a filter.
        match: Which items are of the kind that is sought.
        phrasing: The phrases of the person's language.
        pictures: Whether pictures were sent.
        sounds: Whether sounds were sent in which nothing is said.
        wordless: Whether there are no words to go by.
        named: Ids of the items that the words name as examples.
        amounts: What is wished for with a figure.
    """

    wishes: Wishes
    phrasing: Phrasing
    filters: tuple[Filter, ...] = ()
    own_words: tuple[str, ...] = ()
    match: KindMatch | None = None
    pictures: bool = False
    sounds: bool = False
    wordless: bool = False
    named: frozenset[str] = field(default_factory=frozenset)
    amounts: tuple[AmountWish, ...] = ()

    @classmethod
    def of(
        cls,
        request: Request,
        filters: Sequence[Filter],
        ground: CatalogGround,
        kind: Kind | None = None,
        denied: Sequence[Denied] = (),
        match: KindMatch | None = None,
        whole: str = "",
    ) -> Self:
        """The demand of a request as it is searched.

        Args:
            whole: The request as it was made.
        """
        said = whole or request.text
        own_words = tuple(must.words if must.origin == "understood" else "" for must in request.must_haves)
        amounts = amount_wishes(said, filters, own_words, request.language, ground.schema)
        spent = tuple(spent_words(amounts, ground.schema))
        # A word or two may be of many languages: those who are not sure of it are spoken to as the catalog speaks.
        spoken = request.language if request.language_sure else ground.language
        return cls(
            wishes=wishes_of(replace(request, language=spoken), kind, denied, ground.common, said, spent),
            phrasing=phrasing(spoken),
            filters=tuple(filters),
            own_words=own_words,
            match=match,
            pictures=bool(request.seen),
            sounds=bool(request.sounding),
            wordless=not request.text,
            named=frozenset(example.item_id for example in request.named),
            amounts=amounts,
        )

    def foreign(self, language: str) -> bool:
        """Whether an item speaks another language than the person."""
        return self.phrasing.language != language


NO_DEMAND = Demand(Wishes(), phrasing("en"))

__all__ = ["NO_DEMAND", "CatalogGround", "Demand"]
