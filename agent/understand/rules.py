"""Reading by rules: the schema's own words, numbers and units, and the words that make them must-haves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agent.language.messages import Note
from agent.language.patterns import patterns
from agent.understand.conditions.amounts import amounts
from agent.understand.conditions.bounds import Bound, BoundReader, Untold
from agent.understand.conditions.periods import periods
from agent.understand.conditions.unknown import Unknown, unknown
from agent.understand.conditions.values import Choice, choices
from agent.understand.parsed import SURE, Read, Reading
from agent.understand.references import occasion, references, sentiments
from agent.understand.spelling import mended
from agent.understand.titles import titles
from agent.understand.tokens import flat
from agent.understand.vocabulary import Vocabulary
from retrieval.errors import FilterError
from retrieval.filters import NEGATIVE, Filter, parse_filter
from retrieval.schema import Schema

MOST_CHARS = 2_000  # that are read; a wall of text holds no more must-haves than that

_EDGE = " \t,;:.!?，。；、：-–"
_WORDS = patterns("agent.understand", "rules")
_DANGLING = re.compile(
    rf"^(?:\s|[,;:.，。；、]|(?:{_WORDS.words('beginning')})(?=\s*(?:$|[,;.])))+|(?:\s|[,;:，；、]|{_WORDS.words('end')})+$"
)
_PARTICLE = re.compile(rf"^(?:{_WORDS['particle']})")


def read(text: str, vocabulary: Vocabulary) -> Read:
    """What a text says, read against a catalog's vocabulary.

    Args:
        text: Clean text; of a longer one the first `MOST_CHARS` characters are read.
    """
    part = mended(text[:MOST_CHARS])
    low = flat(part)
    pointed = list(references(low, vocabulary))
    spared = [*titles(part), *((start, end) for _, start, end in pointed)]
    taken = list(spared)
    mentions = vocabulary.find(low)
    reader = BoundReader(low, vocabulary, mentions)
    found = [one for one in amounts(low) if _free(one.start, one.end, taken)]
    bounds = list(reader.read(found, [one for one in periods(low) if _free(one.start, one.end, spared)]))
    taken += [(one.start, one.end) for one in bounds]
    readings, untold = _readings(part, bounds, list(choices(low, mentions, taken)), vocabulary.schema)
    must = tuple(one for one in readings if one.sure >= SURE)
    meant = [(one.start, one.end) for one in mentions if one.meanings]
    strange = list(unknown(part, [*taken, *meant, *((one.start, one.end) for one in readings)]))
    gone = [*((one.start, one.end) for one in must), *((start, end) for _, start, end in pointed)]
    certain = [(one.start, one.end) for one in must]
    doubted = [one for one in readings if one.sure < SURE and one.filter.op in NEGATIVE]
    refused: list[Unknown | Reading] = [one for one in strange if one.refused]
    refused += [one for one in doubted if _free(one.start, one.end, certain)]
    gone += [(one.start, one.end) for one in refused]
    notes = (Note("not a must-have", words=part[one.start : one.end].strip(), why=one.why) for one in untold)
    return Read(
        wishes=left_over(part + text[MOST_CHARS:], gone),
        must=_merged(must),
        unsure=tuple(one for one in readings if one.sure < SURE),
        references=tuple(one for one, _, _ in pointed),
        sentiments=tuple(sentiments(low)),
        occasion=occasion(low),
        avoid=tuple(dict.fromkeys(one.words for one in refused)),
        notes=(*notes, *(one.note for one in strange)),
    )


def _readings(
    text: str, bounds: Sequence[Bound | Untold], found: Sequence[Choice], schema: Schema
) -> tuple[list[Reading], list[Untold]]:
    readings = list[Reading]()
    for bound in bounds:
        if isinstance(bound, Bound):
            readings += _reading(text, bound, f"{named(bound.field.name)}{bound.condition}", schema)
    for choice in found:
        for condition in choice_texts(choice):
            readings += _reading(text, choice, condition, schema)
    return readings, [one for one in bounds if isinstance(one, Untold)]


def choice_texts(choice: Choice) -> Iterator[str]:
    """The filters of a choice as text."""
    for op, values in choice.conditions():
        joined = ", ".join(named(value) if choice.field.field.type != "boolean" else value for value in values)
        yield f"{named(choice.field.name)} {op} {joined}"


def _reading(text: str, one: Bound | Choice, condition: str, schema: Schema) -> Iterator[Reading]:
    try:
        condition_read = parse_filter(condition, schema)
    except FilterError:
        return  # a year beyond the calendar, a list longer than a filter may be: it stays a wish
    yield Reading(condition_read, text[one.start : one.end].strip(_EDGE), one.start, one.end, one.sure)


def _merged(must: Sequence[Reading]) -> tuple[Reading, ...]:
    """Each condition once, in the order of the words."""
    by_filter: dict[Filter, Reading] = {}
    for one in sorted(must, key=lambda reading: reading.start):
        by_filter.setdefault(one.filter, one)
    return tuple(by_filter.values())


def left_over(text: str, taken: Sequence[tuple[int, int]]) -> str:
    """The text without the stretches taken out; as it is when there are none."""
    if not taken:
        return text
    kept, at = list[str](), 0
    for start, end in sorted(taken):
        kept.append(text[at : max(at, start)])
        at = max(at, end)
    kept.append(text[at:])
    pieces = (_trimmed(piece) for piece in kept)
    return " ".join(piece for piece in pieces if piece)


def _trimmed(piece: str) -> str:
    before = None
    while before != piece:
        before, piece = piece, _DANGLING.sub("", piece).strip(_EDGE)
    return _PARTICLE.sub("", piece)


def _free(start: int, end: int, taken: Sequence[tuple[int, int]]) -> bool:
    return not any(s < end and start < e for s, e in taken)


def named(text: str) -> str:
    """A name or value in the quotation marks that filters allow."""
    return '"' + text.replace('"', '""') + '"'


__all__ = ["MOST_CHARS", "left_over", "named", "read"]
