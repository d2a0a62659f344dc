"""What kind of things a catalog holds, so that its pictures are described as one describes such things."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal, get_args

from retrieval.items import Item
from retrieval.schema import Schema
from retrieval.text.words import words

Domain = Literal["product", "artwork", "film", "food", "generic"]
DOMAINS: tuple[Domain, ...] = get_args(Domain)
MOST_TEXTS = 1_000  # items looked at
WORDS_WORTH = 3.0  # in columns: all titles and categories speak of such things
LEAST, LEAST_LEAD = 1.0, 0.75

# Words in names of columns, and words in titles and categories, that speak for a domain; as `words` gives them.
COLUMNS: Mapping[Domain, frozenset[str]] = {
    "product": frozenset(words("price brand sku gtin ean upc supplier manufacturer model warranty stock currency")),
    "artwork": frozenset(words("artist painter sculptor medium culture dynasty provenance accession period museum")),
    "film": frozenset(words("director cast runtime imdb tmdb plot starring screenwriter")),
    "food": frozenset(words("ingredients servings directions cuisine calories recipe cooking allergens")),
}
WORDS: Mapping[Domain, frozenset[str]] = {
    "product": frozenset(
        words(
            """
            accessory adapter backpack bag battery bicycle bike boot bottle cable camera case chair charger clothing
            coat desk dress earring electronics footwear furniture glove goggles hat headlamp headphone helmet jacket
            jersey jewellery jewelry kit lamp laptop monitor necklace phone printer ring scarf shirt shoe shop
            skirt snowboard sofa sweater table tablet tent tool toy trousers wallet watch
            """
        )
    ),
    "artwork": frozenset(
        words(
            """
            art artwork canvas crucifixion drawing engraving etching fresco handscroll landscape madonna mural painting
            photograph portrait print sculpture sketch statue watercolor watercolour woodcut
            """
        )
    ),
    "film": frozenset(
        words(
            """
            action animation biography cinema comedy crime documentary drama fantasy film horror movie musical mystery
            noir poster romance sci thriller trilogy western
            """
        )
    ),
    "food": frozenset(
        words(
            """
            baking beef biscuit bread breakfast burger cake casserole cheese chicken chocolate cocktail coffee cookie
            curry dessert dinner dish drink egg fish food fruit lamb lunch meal menu noodle pancake pasta pie pizza pork
            potato recipe rice roast salad sandwich sauce sausage seafood snack soup spicy stew sweet tea vegetable wine
            """
        )
    ),
}


@dataclass(frozen=True, slots=True)
class DomainChoice:
    """What a catalog's pictures are taken to show, and why, in words for a person."""

    domain: Domain
    reason: str


def choose_domain(setting: Domain | Literal["auto"], schema: Schema, items: Iterable[Item]) -> DomainChoice:
    """The domain that a setting stands for; with `auto`, the one that the catalog speaks for.

    Args:
        setting: A domain, or `auto`.
        schema: Fields of the catalog.
        items: Its items; the first `MOST_TEXTS` are looked at.
    """
    if setting != "auto":
        return DomainChoice(setting, "named in the settings")
    texts = (f"{item.title} {item.category or ''}" for item in islice(items, MOST_TEXTS))
    return domain_of(schema.fields, texts)


def domain_of(columns: Iterable[str], texts: Iterable[str]) -> DomainChoice:
    """The domain that columns and texts speak for.

    Each word of a domain that columns are named with counts one, and `WORDS_WORTH` times the share of texts with a word
    of it is added. The domain with the most is taken where that is at least `LEAST`, and `LEAST_LEAD` more than any
    other has.

    Args:
        columns: Names of the catalog's columns.
        texts: Title and category of each item.
    """
    named = frozenset(word for column in columns for word in words(column))
    titles = [frozenset(words(text)) for text in texts]
    scores: dict[Domain, float] = {}
    reasons: dict[Domain, str] = {}
    for domain, known in COLUMNS.items():
        column_words = sorted(known & named)
        share = sum(not WORDS[domain].isdisjoint(title) for title in titles) / len(titles) if titles else 0.0
        scores[domain] = len(column_words) + WORDS_WORTH * share
        columns_for_it = f"columns that say {', '.join(column_words)}" if column_words else "no column"
        reasons[domain] = f"{columns_for_it} and {share:.0%} of titles and categories speak for it"
    best, second = sorted(scores, key=lambda domain: -scores[domain])[:2]
    if scores[best] >= LEAST and scores[best] - scores[second] >= LEAST_LEAD:
        return DomainChoice(best, reasons[best])
    return DomainChoice("generic", "columns, titles and categories speak for no one domain")


__all__ = ["DOMAINS", "Domain", "DomainChoice", "choose_domain", "domain_of"]
