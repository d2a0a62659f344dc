"""An item as the text that is searched: its own words, and the words perceived in its media."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from retrieval.items import Item
from retrieval.schema import BUILT_IN_TYPES, Schema
from retrieval.text.cards import searchable_text
from retrieval.text.searched import searched
from retrieval.text.values import as_text
from retrieval.text.words import sentences, words

# A label or a colour is a guess about a picture: the visual and bridge channels weigh it better than words would.
_AS_GOOD_AS_WORDS = frozenset({"caption", "speech", "text", "letters"})
TEXT_CHARS = 800  # the English encoder reads no more than about this
MOST_COUNTED = 6  # times that one word of an item counts
MOST_PASSAGES = 4  # per item: what a search in other languages costs in memory


def lexical_text(item: Item, schema: Schema) -> str:
    """All words of an item that are searched; names of attributes are left out, being words that every item has."""
    names = ("title", "category", "description", *item.attributes)
    return "\n".join((*(_own(item, name, schema) for name in names), *_perceived(item)))


def lexical_counts(item: Item, schema: Schema) -> Counter[str]:
    """How often the lexical channel counts each word of an item.

    The title counts twice: it says in a few words what the item is. A word counts once of each attribute, and a few
    times at most: who says it more often is no better an answer (recipes 0.710 against 0.687 nDCG@10 with all counted,
    electronics 0.776 against 0.769). What is stuffed into the item counts 0 times, and is known to stand in it: who
    wants no nuts is not shown where they stand too often.
    """
    honest = searched(item)
    counts = _counts(honest, schema)
    if honest is not item:
        counts.update(dict.fromkeys(words(lexical_text(item, schema)), 0))
    return counts


def _counts(item: Item, schema: Schema) -> Counter[str]:
    prose = (_own(item, name, schema) for name in ("title", "title", "category", "description"))
    counts = Counter(words("\n".join((*prose, *_perceived(item)))))
    for name in item.attributes:
        counts.update(set(words(_own(item, name, schema))))
    return Counter({word: min(count, MOST_COUNTED) for word, count in counts.items()})


def dense_texts(item: Item, schema: Schema) -> list[str]:
    """The texts that the text channel searches; the one nearest to a request counts. The fullest comes last.

    A described item is its title and what is said of it. One without a description is its title on its own, and its
    facts: measured, facts blur a description and a title alike (electronics 0.795 against 0.757 nDCG@10 with title
    alone, recipes 0.638 against 0.628 with all facts), but are all there is to say of an item that has nothing else.
    """
    item = searched(item)
    told = "\n".join((_own(item, "description", schema), *_perceived(item))).strip()
    title = _own(item, "title", schema)
    if told:
        return ["\n".join(part for part in (title, _own(item, "category", schema), told) if part)[:TEXT_CHARS]]
    facts = searchable_text(item, schema) if title else ""
    return [text[:TEXT_CHARS] for text in dict.fromkeys((title, facts)) if text]


def item_passages(item: Item, schema: Schema, most: int = MOST_PASSAGES) -> list[str]:
    """The title and the first sentences, which the multilingual channel searches one by one.

    Its encoder averages over words: a long text becomes a blur in which a short request finds nothing. Seen on the
    demo catalog: by titles alone a request for a boat finds the boats, by whole texts it finds portraits.
    """
    item = searched(item)
    texts = (_own(item, "description", schema), *_perceived(item))
    following = (sentence for text in texts for line in text.splitlines() for sentence in sentences(line))
    title = [text for text in [_own(item, "title", schema)] if text]
    return [*title, *islice(following, most - len(title))]


def heard_texts(item: Item) -> list[str]:
    """What is said or sounds in the item's recordings and videos, a text for each, for the sound channel."""
    texts = []
    for description in searched(item).descriptions:
        speech = " ".join(span.text for span in description.spans if span.kind == "speech")
        if description.kind == "audio" or speech:
            texts.append(speech if speech and description.language == "en" else description.text)
    return [text[:TEXT_CHARS] for text in texts]


def _own(item: Item, name: str, schema: Schema) -> str:
    """The item's own text of a field that is searched; an id that stands in for a title is no text."""
    value = item.value(name)
    if value is None or (name == "title" and item.untitled) or not _searchable(schema, name):
        return ""
    return as_text(value)


def _searchable(schema: Schema, name: str) -> bool:
    field = schema.fields.get(name)
    if field is None:
        return name in BUILT_IN_TYPES
    return field.searchable and not field.hidden


def _perceived(item: Item) -> Iterator[str]:
    for description in item.descriptions:
        yield from (span.text for span in description.spans if span.kind in _AS_GOOD_AS_WORDS)
        if description.language != "en" and description.kind != "image":
            yield description.text  # speech in English, beside the spans in the language that was spoken
