"""What must be admitted: wishes that an item misses, or of which its data does not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from agent.answers import Evidence
from agent.explain.sentence.answering import met_in, small
from agent.explain.sentence.chinese_answers import chinese_misses
from agent.explain.sentence.demand import CatalogGround, Demand
from agent.explain.sentence.domain import STORIES
from agent.explain.sentence.fields import role_of
from agent.explain.sentence.grammar import stems_of, with_article
from agent.explain.sentence.item_text import FieldEntry, ReadItem
from agent.explain.sentence.plan import Miss
from agent.explain.sentence.refusals import held, untold
from agent.explain.sentence.stretches import denies
from agent.explain.sentence.wishes import Wish, is_checked, is_unstated, occasions
from agent.retrieve.fit.evidence import LIKELY
from agent.understand.kinds.census import TitleHead
from agent.understand.kinds.names import kind_names
from retrieval.text.values import as_text
from retrieval.text.words import fold, singular

_COLOURED = re.compile(r"\b(?:in|en)\s(?:[a-z]+\s)??([a-z]+)\b|\b([a-z]+)(?:-[a-z]+)?\scolou?r\b", re.IGNORECASE)
MOST_SENTENCES = 8
_DOING = ("ing", "ed")  # ends of words that tell what is done
_LEAST_KIND = 2  # characters of the name of a kind
SHORT_DENIAL = 0.2  # what a word more costs in what denies


def misses(row: int, text: ReadItem, demand: Demand, ground: CatalogGround) -> Iterator[Miss]:
    """What the item misses: what it is instead first, then what it has instead, then what it does not tell."""
    if kind := _kind_miss(row, text, demand, ground):
        yield kind
    yield from held(row, text, demand, ground)
    if demand.wishes.language == "zh":
        yield from chinese_misses(text, demand)
        yield from untold(row, text, demand, ground)
        return
    unmet = sorted((wish for wish in demand.wishes.each if not met_in(text, wish)), key=_weight)
    differing = {
        wish: miss
        for wish in unmet
        if (miss := _other(wish, text) or _denied(wish, text)) and not _is_wished(miss.other, wish, demand, text)
    }
    foreign = demand.foreign(text.language)
    for miss in differing.values():
        yield replace(miss, other=demand.phrasing.quoted(miss.other)) if foreign and miss.other else miss
    yield from untold(row, text, demand, ground)
    if foreign:
        return  # in another language the item may well say it
    for wish in _to_admit([wish for wish in unmet if wish not in differing], text, ground.domain):
        if not wish.met_by(text.written):
            described = wish.describing and not _is_of_things(wish.words)
            yield Miss(
                "not described" if described else "not mentioned",
                wish.words if described else wish.phrase,
                (Evidence("request", "/request/text", wish.words),),
            )


def _is_of_things(words: str) -> bool:
    """Whether words end in things and no quality, such as `roses`: nothing is said to be them."""
    last = fold(words).rpartition(" ")[2]
    return singular(last) != last


def _weight(wish: Wish) -> int:
    """How much later than others it is admitted: what it looks like first, then what it has, then what it is for."""
    if wish.excluded or wish.describing:
        return 0
    return 1 + ("context", "trait", "use", "kind").index(wish.role)


def _to_admit(unmet: Sequence[Wish], text: ReadItem, domain: str) -> Iterator[Wish]:
    """What is surely not told: a look or a feature that data would state, and what a story would be about.

    A mood or an ease may well be told in other words, and what a thing is for goes without saying.
    """
    yield from (wish for wish in unmet if wish.wide or _is_stated(wish, text, domain))


def _is_stated(wish: Wish, text: ReadItem, domain: str) -> bool:
    """Whether data would state it, in a word that can be looked for: a story has many words for grief."""
    if wish.excluded:
        return not is_unstated(wish.words)
    if wish.describing:
        return is_checked(wish.words)
    single = len(wish.stems) == 1 or wish.words[:1].isupper()
    named = single and not fold(wish.words).endswith(_DOING)
    if domain in STORIES:
        return named and wish.role != "use" and not text.sources
    # Where somebody is going is no part of a thing.
    return named and wish.role == "context" and not wish.words[:1].isupper() and not is_unstated(wish.words)


def _kind_miss(row: int, text: ReadItem, demand: Demand, ground: CatalogGround) -> Miss | None:
    kind, match = demand.wishes.kind, demand.match
    if (
        kind is None
        or not occasions().isdisjoint((kind.head, fold(kind.words)))
        or match is None
        or ground.kinds is None
        or float(match.grades[row]) >= LIKELY
    ):
        return None
    evidence = (Evidence("field", "/item/title", text.item.title), Evidence("request", "/request/text", kind.words))
    if demand.wishes.kind_stems and demand.wishes.kind_stems <= text.held:
        return None  # its text calls it so
    heads = ground.kinds.census.heads
    head = heads[row] if row < len(heads) else None
    if demand.wishes.language == "zh":
        return _chinese_kind(kind.words, head, text, evidence)
    if head is None or head.kind is None:
        silent = ground.domain in STORIES and not text.sources and demand.wishes.kind_stems.isdisjoint(text.held)
        if demand.foreign(text.language) or not silent:
            return None
        return Miss(
            "not mentioned", _both(kind.words, evidence, "")[0], evidence[1:]
        )  # what it is instead is not known
    wider = kind_names().wider
    if kind.words.casefold().endswith(head.kind):
        return None  # a suit for surfing may be a swimsuit
    if head.kind in wider.get(kind.head, ()) or kind.head in wider.get(head.kind, ()):
        return None
    if demand.phrasing.language != "en":
        return Miss("kind", kind.words, evidence)
    # `Trail Running Shoes` are sneakers to us, and not in their own words.
    is_called = stems_of(head.kind, text.language) <= text.held
    return Miss("kind", *_both(kind.words, evidence, head.kind if is_called else " ".join(head.word)))


def _chinese_kind(wish: str, head: TitleHead | None, text: ReadItem, evidence: tuple[Evidence, ...]) -> Miss | None:
    """A thing of another kind, of which the title has no character: `纱帘` is a `窗帘`."""
    title = text.item.title
    if len(wish) < _LEAST_KIND or any(mark in f"{title}{text.item.category}" for mark in wish.removesuffix("子")):
        return None
    own = ["".join(name) for name, kind in kind_names().by_language["zh"].items() if head and kind == head.kind]
    other = next((name for name in sorted(own, key=len, reverse=True) if name in title), "")
    if text.language == "zh" and other:
        return Miss("kind", wish, evidence, other=other)
    return None


def _both(wish: str, evidence: tuple[Evidence, ...], own: str) -> tuple[str, tuple[Evidence, ...], str]:
    """The kind that is sought and that of the item, both in the plural or both with their articles."""
    if singular(fold(wish)) != fold(wish):
        return wish, evidence, own if own.endswith("s") else f"{own}s"
    return with_article(wish), evidence, with_article(own)


def _other(wish: Wish, text: ReadItem) -> Miss | None:
    """What the item is said or seen to be instead, of words that exclude each other."""
    request = Evidence("request", "/request/text", wish.words)
    if contrary := _contrary(wish, text, request):
        return contrary
    if not wish.excluded:
        return None
    for entry in text.entries:
        told = wish.excluded & entry.stems and isinstance(entry.value, str) and len(entry.stems) <= 3
        if told and (len(entry.stems) == 1 or _is_of_kind(entry)):
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


def _is_of_kind(entry: FieldEntry) -> bool:
    """Whether a field tells such things: a gelatin silver print is not silver."""
    role = role_of(entry.field.name)
    return role is not None and role.name in ("colour", "material", "genre")


def _is_wished(other: str, wish: Wish, demand: Demand, text: ReadItem) -> bool:
    """Whether what the item is instead is wished for too: a blue and white vase is blue."""
    stems = stems_of(other, text.language)
    return bool(stems) and any(stems <= own.any_stems for own in demand.wishes.each if own is not wish)


def _contrary(wish: Wish, text: ReadItem, request: Evidence) -> Miss | None:
    """What of the item says the opposite of a wish: `hand wash only` for `washable`."""
    for entry in text.entries:
        value = fold(as_text(entry.value)) if isinstance(entry.value, str) else ""
        if value and (value in wish.value_opposites or any(_stands(other, value) for other in wish.opposites)):
            cited = (Evidence("field", entry.pointer, entry.cited), request)
            return Miss("other", wish.words, cited, other=as_text(entry.value).lower())
    for source in text.sources[:MOST_SENTENCES]:
        folded = fold(source.text)
        for other in wish.opposites:
            at = folded.find(other)
            if at >= 0 and _stands(other, folded) and len(folded) == len(source.text):
                own = source.text[at : at + len(other)]
                if not denies(source.text, stems_of(own, text.language), text.language):
                    return Miss(
                        "other", wish.words, (Evidence("field", source.pointer, own), request), other=own.lower()
                    )
    return None


def _stands(phrase: str, text: str) -> bool:
    """Whether a phrase stands in a text as words of its own."""
    return re.search(rf"(?<![\w-]){re.escape(phrase)}(?![\w-])", text) is not None


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
