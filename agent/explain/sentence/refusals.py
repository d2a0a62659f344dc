"""What is told of refused things that an item holds, that its lists do not name, or of which it does not speak."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from agent.answers import Evidence
from agent.explain.passages import field_pointer
from agent.explain.sentence.answering import entry_point
from agent.explain.sentence.demand import CatalogGround, Demand
from agent.explain.sentence.fields import is_allergen_list, role_of
from agent.explain.sentence.grammar import ROOM, grammar, stems_of, with_article
from agent.explain.sentence.item_text import FieldEntry, ReadItem
from agent.explain.sentence.phrasing import Fragment, Phrasing
from agent.explain.sentence.plan import Miss
from agent.language.patterns import data
from agent.understand.denials import HOLDS, KIDS, UNSAID, Trace, taxonomy
from agent.understand.parsed import Denied
from retrieval.schema import Schema
from retrieval.text.values import as_text
from retrieval.text.words import fold

_CONTAINED = frozenset({"food", "drink", "material"})  # sorts of what is in a thing
_NAMING = frozenset({"category", "type", "kind"})  # fields that name what a thing is
_DESCRIBED = frozenset({"colour", "look", "trait", "taste"})  # of how a thing is


def held(row: int, text: ReadItem, demand: Demand, ground: CatalogGround) -> Iterator[Miss]:
    """What the item holds although it is refused: only who made the list otherwise gets to see such a one."""
    misses = [
        miss
        for denial in _refused(row, HOLDS, demand, ground)
        if (miss := _held(row, denial, text, demand, ground)) is not None
    ]
    yield from _joined(misses, demand.phrasing)


def _offers(text: ReadItem, words: str) -> bool:
    """Whether a field says that it may be had so: `gluten_free_option`."""
    sought = stems_of(words, text.language)
    offers = frozenset(data(ROOM, "wish_words.yaml")["offers"])
    return any(entry.value is True and sought <= entry.stems and offers & entry.stems for entry in text.entries)


def untold(row: int, text: ReadItem, demand: Demand, ground: CatalogGround) -> Iterator[Miss]:
    """What is refused and no list names, then what the item does not say that it is free of."""
    lists = _lists(text)
    silent: list[Denied] = []
    for denial in _refused(row, UNSAID, demand, ground):
        if miss := _unlisted(denial, lists):
            yield miss
        elif _may_hold(denial):
            silent.append(denial)
    silent += [denial for denial in _refused(row, HOLDS, demand, ground) if not _firm(row, denial, ground)]
    silent = [denial for denial in silent if not _offers(text, denial.words)]
    if silent:
        yield _unsaid(silent, demand.phrasing)


def _refused(row: int, state: int, demand: Demand, ground: CatalogGround) -> Iterator[Denied]:
    """What is refused of which the item tells so much."""
    holding = ground.holding
    if holding is not None:
        yield from (denial for denial in demand.wishes.denied if holding.states(denial.term)[row] == state)


def _firm(row: int, denial: Denied, ground: CatalogGround) -> list[Trace]:
    """What proves that the item holds it; a cake alone proves no gluten."""
    traces = ground.holding.evidence(row, denial.term) if ground.holding is not None else ()
    return [trace for trace in traces if not trace.usual]


def _held(row: int, denial: Denied, text: ReadItem, demand: Demand, ground: CatalogGround) -> Miss | None:
    seen = [trace for trace in _firm(row, denial, ground) if trace.words.strip() and _is_shown(trace, ground.schema)]
    if not seen:
        return None
    own = stems_of(denial.words, demand.phrasing.language)
    trace = min(
        seen, key=lambda trace: (stems_of(trace.words, text.language) != own, trace.field in ("title", "category"))
    )
    cited = (Evidence("field", field_pointer(trace.field), trace.words),)
    kind, words = _told(trace, denial, text, demand, ground)
    return Miss(kind, denial.words, cited, text=words)


def _is_shown(trace: Trace, schema: Schema) -> bool:
    field = schema.fields.get(trace.field)
    return field is not None and not field.hidden


def _told(trace: Trace, denial: Denied, text: ReadItem, demand: Demand, ground: CatalogGround) -> tuple[str, str]:
    """How it is said that the item holds it: what it contains, what it is, or what it comes with."""
    foreign = demand.foreign(text.language)
    words, sort = _words(trace, denial, text, demand.phrasing), _sort(denial)
    if denial.term in taxonomy().diets and denial.term != KIDS:
        return "holds diet", words
    if sort == "food":
        return "contains", words
    entry = next((entry for entry in text.entries if entry.cited == trace.text and _is_of(entry, trace)), None)
    point = entry_point(entry, demand.phrasing, ground.domain, foreign=foreign) if entry else None
    if entry is not None and point is not None and isinstance(entry.value, str):
        named = entry.field.name in _NAMING and demand.phrasing.language == "en"
        return ("is so", point.text) if point.leans else ("is", with_article(words) if named else words)
    if sort in _CONTAINED:
        return "contains", words
    describing = sort in _DESCRIBED or grammar(demand.phrasing.language).describes(fold(denial.words))
    return "described" if describing else "has", words


def _is_of(entry: FieldEntry, trace: Trace) -> bool:
    """Whether a value is, as a whole, what is refused."""
    return entry.field.name == trace.field and len(trace.words.split()) == len(entry.cited.split())


def _words(trace: Trace, denial: Denied, text: ReadItem, phrasing: Phrasing) -> str:
    """The item's word for it; the person's where it is the same one."""
    answered = isinstance(text.item.value(trace.field), bool)
    if answered or stems_of(trace.words, text.language) == stems_of(denial.words, phrasing.language):
        return denial.words
    if phrasing.language != text.language:
        return phrasing.quoted(trace.words)
    begins = trace.start == 0 or trace.field == "title" or trace.text[: trace.start].rstrip().endswith(".")
    return fold(trace.words) if begins and text.language != "de" else trace.words


def _sort(denial: Denied) -> str:
    concept = taxonomy().concepts.get(denial.term)
    return concept.sort if concept else ""


def _lists(text: ReadItem) -> dict[str, Evidence]:
    """The lists of an item that would name what it holds, each by how that is told."""
    lists: dict[str, Evidence] = {}
    for name in text.schema.fields:
        value = text.item.value(name)
        if value is not None and is_allergen_list(name):
            lists["unlisted allergen"] = Evidence("field", field_pointer(name), as_text(value))
    for entry in text.entries:
        role = role_of(entry.field.name)
        if role is not None and role.name == "ingredients":
            lists.setdefault("unlisted", Evidence("field", entry.pointer, entry.cited))
    return lists


def _unlisted(denial: Denied, lists: dict[str, Evidence]) -> Miss | None:
    """No more can be said of a thing that a list does not name than that."""
    if denial.term == KIDS:
        return None
    if denial.term in taxonomy().diets:
        listed = lists.get("unlisted")
        return Miss("unlisted diet", denial.words, (listed,)) if listed else None
    concept = taxonomy().concepts.get(denial.term)
    if concept is None or concept.sort not in _CONTAINED:
        return None  # a list of ingredients names no war
    names = ("unlisted allergen", "unlisted") if concept.allergen else ("unlisted",)
    name = next((name for name in names if name in lists), None)
    return Miss(name, denial.words, (lists[name],)) if name else None


def _may_hold(denial: Denied) -> bool:
    """Whether things hold it that do not name it, and it matters to whoever refuses it."""
    if denial.term in taxonomy().diets:
        return denial.term != KIDS
    concept = taxonomy().concepts.get(denial.term)
    return concept is not None and (
        concept.allergen or concept.unseen or (denial.lasting and concept.sort in _CONTAINED)
    )


def _unsaid(silent: Iterable[Denied], phrasing: Phrasing) -> Miss:
    """That the item does not say whether it keeps to a diet, or is free of something."""
    wishes = [denial.words for denial in silent if denial.term in taxonomy().diets]
    things = [denial.words for denial in silent if denial.term not in taxonomy().diets]
    if things:
        wishes.append(phrasing.tell("free of", wish=phrasing.either(things)))
    evidence = tuple(Evidence("request", "/request/text", denial.words) for denial in silent)
    return Miss("unsaid", phrasing.either(wishes), evidence)


def _joined(misses: Iterable[Miss], phrasing: Phrasing) -> Iterator[Miss]:
    """The misses, those of one sort as one: `contains wheat and eggs`."""
    by_kind: dict[str, list[Miss]] = {}
    for miss in misses:
        by_kind.setdefault(miss.kind, []).append(miss)
    for same in by_kind.values():
        texts = list(dict.fromkeys(miss.text for miss in same))
        wish = phrasing.either(list(dict.fromkeys(miss.wish for miss in same)))
        evidence = tuple(dict.fromkeys(cited for miss in same for cited in miss.evidence))
        told = phrasing.joined([Fragment(text) for text in texts])
        yield replace(same[0], wish=wish, text=told, evidence=evidence)


__all__ = ["held", "untold"]
