"""What must be admitted: wishes that an item misses, or of which its data does not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from agent.answers import Evidence
from agent.explain.passages import field_pointer
from agent.explain.sentence.answering import met_in, small
from agent.explain.sentence.demand import CatalogGround, Demand
from agent.explain.sentence.grammar import stems_of
from agent.explain.sentence.item_text import ReadItem
from agent.explain.sentence.plan import Miss
from agent.explain.sentence.stretches import denies
from agent.explain.sentence.wishes import Wish
from agent.retrieve.fit.evidence import LIKELY
from agent.understand.denials import HOLDS
from agent.understand.kinds.names import kind_names
from retrieval.text.values import as_text
from retrieval.text.words import fold, singular

_VOWELS = ("a", "e", "i", "o", "u")
_COLOURED = re.compile(r"\b(?:in|en)\s(?:[a-z]+\s)??([a-z]+)\b|\b([a-z]+)(?:-[a-z]+)?\scolou?r\b", re.IGNORECASE)
MOST_SENTENCES = 8
SHORT_DENIAL = 0.2  # what a word more costs in what denies


def misses(row: int, text: ReadItem, demand: Demand, ground: CatalogGround) -> Iterator[Miss]:
    """What the item misses: what it is instead first, then what it has instead, then what it does not tell."""
    if kind := _kind_miss(row, text, demand, ground):
        yield kind
    yield from _held(row, demand, ground)
    unmet = [wish for wish in demand.wishes.each if not met_in(text, wish)]
    differing = {wish: miss for wish in unmet if (miss := _other(wish, text) or _denied(wish, text))}
    foreign = demand.foreign(text.language)
    for miss in differing.values():
        yield replace(miss, other=demand.phrasing.quoted(miss.other)) if foreign and miss.other else miss
    if foreign:
        return  # in another language the item may well say it
    for wish in unmet:
        if wish not in differing:
            name = "not described" if wish.describing else "not mentioned"
            yield Miss(
                name,
                wish.words if wish.describing else wish.phrase,
                (Evidence("request", "/request/text", wish.words),),
            )


def _kind_miss(row: int, text: ReadItem, demand: Demand, ground: CatalogGround) -> Miss | None:
    kind, match = demand.wishes.kind, demand.match
    if kind is None or match is None or ground.kinds is None or float(match.grades[row]) >= LIKELY:
        return None
    evidence = (Evidence("field", "/item/title", text.item.title), Evidence("request", "/request/text", kind.words))
    if demand.wishes.kind_stems and demand.wishes.kind_stems <= text.held:
        return None  # its text calls it so
    heads = ground.kinds.census.heads
    head = heads[row] if row < len(heads) else None
    if head is None or head.kind is None:
        return None  # what it is instead is not known, and the sentence tells it
    wider = kind_names().wider
    if head.kind in wider.get(kind.head, ()) or kind.head in wider.get(head.kind, ()):
        return None
    if demand.phrasing.language != "en":
        return Miss("kind", kind.words, evidence)
    return Miss("kind", *_both(kind.words, evidence, head.kind))


def _both(wish: str, evidence: tuple[Evidence, ...], own: str) -> tuple[str, tuple[Evidence, ...], str]:
    """The kind that is sought and that of the item, both in the plural or both with their articles."""
    if singular(fold(wish)) != fold(wish):
        return wish, evidence, own if own.endswith("s") else f"{own}s"
    return _with_article(wish), evidence, own if own.endswith("s") else _with_article(own)


def _with_article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in _VOWELS else 'a'} {noun}"


def _held(row: int, demand: Demand, ground: CatalogGround) -> Iterator[Miss]:
    """What the item holds although it is refused: only who made the list otherwise gets to see such a one."""
    if ground.holding is None:
        return
    for denial in demand.wishes.denied:
        if ground.holding.states(denial.term)[row] == HOLDS:
            for trace in ground.holding.evidence(row, denial.term):
                field = ground.schema.fields.get(trace.field)
                if field is not None and not field.hidden and trace.words.strip():
                    cited = (Evidence("field", field_pointer(trace.field), trace.words),)
                    yield Miss("holds", denial.words, cited, text=trace.words)
                    break


def _other(wish: Wish, text: ReadItem) -> Miss | None:
    """What the item is said or seen to be instead, of words that exclude each other."""
    if not wish.excluded:
        return None
    request = Evidence("request", "/request/text", wish.words)
    for entry in text.entries:
        if wish.excluded & entry.stems and isinstance(entry.value, str) and len(entry.stems) <= 3:
            evidence = (Evidence("field", entry.pointer, entry.cited), request)
            return Miss("other", wish.words, evidence, other=as_text(entry.value).lower())
    if found := _word_of(text.item.title, wish.excluded & text.title, text.language):
        return Miss("other", wish.words, (Evidence("field", "/item/title", found), request), other=found.lower())
    if coloured := _coloured(wish, text):
        return coloured
    shown = [seen for seen in text.seen if seen.span.kind == "colour"]
    if shown and wish.excluded & shown[0].stems:
        seen = shown[0]
        evidence = (Evidence("span", seen.pointer, seen.span.text, seen.medium), request)
        return Miss("seen other", wish.words, evidence, other=seen.span.text)
    return None


def _coloured(wish: Wish, text: ReadItem) -> Miss | None:
    """Where the text says what colour it is, `in grey` or `grey color`, and it is another one."""
    for source in text.sources[:MOST_SENTENCES]:
        for match in _COLOURED.finditer(source.text):
            word = match[1] or match[2]
            if wish.excluded & stems_of(word, text.language) and not denies(source.text, wish.excluded, text.language):
                evidence = (
                    Evidence("field", source.pointer, word),
                    Evidence("request", "/request/text", wish.words),
                )
                return Miss("other", wish.words, evidence, other=word.lower())
    return None


def _word_of(title: str, stems: frozenset[str], language: str) -> str | None:
    return next((word for word in title.split() if stems & stems_of(word, language)), None)


def _denied(wish: Wish, text: ReadItem) -> Miss | None:
    """Where the item says itself that it has not what is wished for."""
    for source in text.sources:
        if not wish.met_by(source.stems) or not denies(source.text, wish.any_stems, text.language):
            continue
        cuts = [cut for cut in text.stretches(source, wish.any_stems) if wish.any_stems & cut.denied]
        if cuts:
            best = max(cuts, key=lambda cut: cut.score - SHORT_DENIAL * cut.n_words)
            return Miss("without", wish.words, (Evidence("field", source.pointer, best.text),), text=small(best, text))
    return None


__all__ = ["misses"]
