"""Reading by rules: the schema's own words, numbers and units, and the words that make them must-haves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from agent.language.messages import Note
from agent.language.patterns import patterns
from agent.understand.conditions.amounts import amounts
from agent.understand.conditions.bounds import Bound, BoundReader, FieldBound, UnplacedBound, WaivedBound
from agent.understand.conditions.denials import is_kind
from agent.understand.conditions.periods import periods
from agent.understand.conditions.unknown import UnknownTerm, unknown_terms
from agent.understand.conditions.values import Choice, choices
from agent.understand.denials import DeniedTerm, denials
from agent.understand.languages import Languages, languages_of
from agent.understand.orders import Order, order_of
from agent.understand.parsed import SURE, Denied, ParsedText, Reading, SortOrder
from agent.understand.references import occasion, references, sentiments
from agent.understand.spans import Span, is_free, spans_of
from agent.understand.spelling import mended
from agent.understand.titles import titles
from agent.understand.tokens import flat
from agent.understand.vocabulary import SchemaMention, Vocabulary, name_goes_on
from retrieval.errors import FilterError
from retrieval.filters import NEGATIVE, Filter, parse_filter
from retrieval.schema import Schema

MOST_CHARS = 2_000  # that are read; a wall of text holds no more must-haves than that

_EDGE = " \t,;:.!?，。；、：-–"
_WORDS = patterns("agent.understand", "rules")
_DANGLING = re.compile(
    rf"^(?:\s|[,;:.，。；、]|(?:{_WORDS.words('beginning')})(?=\s*(?:$|[,;.])))+|(?:\s|[,;:，；、]|{_WORDS.words('end')})+$"
)
_NUMBER = re.compile(r"[0-9]")
_PARTICLE = re.compile(rf"^(?:{_WORDS['particle']})")
_IDIOM = re.compile(_WORDS["idioms"])
_SHOWN = re.compile(_WORDS["said of shown"])


def read(text: str, vocabulary: Vocabulary, language: str | None = None) -> ParsedText:
    """What a text says, read against a catalog's vocabulary.

    Args:
        text: Clean text; of a longer one the first `MOST_CHARS` characters are read.
        language: That of the text, where it is known; else its words tell.
    """
    languages = languages_of(text[:MOST_CHARS], language)
    part = mended(text[:MOST_CHARS]) if languages[0] == "en" else text[:MOST_CHARS]
    low = flat(part)
    pointed = list(references(low, vocabulary))
    pointing = [(start, end) for _, start, end in pointed]
    # Numbers and values in there ask for nothing: `30 Minutes or Less`, `nothing in common`.
    shown = [match.span() for match in _SHOWN.finditer(low)]
    spared = [*titles(part), *pointing, *shown, *(match.span() for match in _IDIOM.finditer(low))]
    order = order_of(part, vocabulary)
    denied = denials(part, languages[0], vocabulary.taxonomy)
    if order is not None:
        spared.append((order.start, order.end))  # `most recent` names no field to be bounded
    mentions = [mention for mention in vocabulary.find(low, languages) if not name_goes_on(part, mention)]
    bounds = _bounds(low, vocabulary, mentions, spared, languages)
    taken = [*spared, *spans_of(bounds)]  # what is a bound already names no value
    # `No chairs over 50` denies the price, not the chairs.
    denied = [term for term in denied if is_free(term.start, term.end, spans_of(bounds))]
    denied = [replace(term, term=vocabulary.denied_name(term.term)) for term in denied]
    chosen = list(choices(low, mentions, taken, languages, list(_refused_words(part, denied))))
    readings, unplaced = _readings(part, bounds, chosen, vocabulary.schema)
    must = [reading for reading in readings if reading.sure >= SURE]
    meant = [mention for mention in mentions if mention.meanings]
    known = [*taken, *spans_of(meant), *spans_of(readings), *spans_of(denied)]
    unknown = list(unknown_terms(part, known, languages))
    refused = _refused(unknown, readings, must)
    waived = [bound for bound in bounds if isinstance(bound, WaivedBound)]
    # What is refused must not be searched for; what no field tells, but is a must, still orders what is found.
    said = [*_without_kinds(spans_of([*must, *waived]), bounds, mentions), *pointing, *spans_of(refused)]
    # What is demanded of a thing (`vegan`) is wished for too; what is refused must not be searched for.
    said += [(term.start, term.end) for term in denied if not term.demanded]
    said += [(start, end) for start, end in shown if _NUMBER.search(low, start, end)]
    if order is not None:
        said.append((order.start, order.end))
    notes = (Note("not a must-have", words=part[bound.start : bound.end].strip(), why=bound.why) for bound in unplaced)
    return ParsedText(
        wishes=left_over(part + text[MOST_CHARS:], said),
        must=_merged(must),
        unsure=tuple(reading for reading in readings if reading.sure < SURE),
        references=tuple(reference for reference, _, _ in pointed),
        sentiments=tuple(sentiments(low)),
        occasion=occasion(low),
        avoid=tuple(dict.fromkeys(refusal.words for refusal in refused)),
        notes=(*notes, *(term.note for term in unknown), *((order.note,) if order and order.note else ())),
        order=_sort_order(order),
        denied=tuple(Denied(term.words, term.term, term.lasting) for term in denied),
    )


def _refused_words(text: str, denied: Sequence[DeniedTerm]) -> Iterator[Span]:
    """Where the words for what is refused stand, without those that refuse it."""
    for term in denied:
        at = text.lower().find(term.words.lower(), term.start, term.end)
        if at >= 0 and not term.demanded:
            yield at, at + len(term.words)


def _sort_order(order: Order | None) -> SortOrder | None:
    """The order as a request has it; None where no field tells it."""
    if order is None or order.field is None:
        return None
    return SortOrder(order.field, order.direction, order.words, order.scope == "all", order.place)


def _bounds(
    low: str,
    vocabulary: Vocabulary,
    mentions: Sequence[SchemaMention],
    spared: Sequence[Span],
    languages: Languages,
) -> list[Bound]:
    """The conditions that numbers and periods state outside of the stretches that are spared."""
    numbers = [amount for amount in amounts(low, languages) if is_free(amount.start, amount.end, spared)]
    years = [period for period in periods(low, languages) if is_free(period.start, period.end, spared)]
    return list(BoundReader(low, vocabulary, mentions, languages).read(numbers, years))


def _without_kinds(spans: Sequence[Span], bounds: Sequence[Bound], mentions: Sequence[SchemaMention]) -> Iterator[Span]:
    """The stretches without the kinds that stand within a bound: `no chairs over 50` still wishes for chairs."""
    within = spans_of(bounds)
    kinds = [kind for kind in mentions if kind.meanings and is_kind(kind) and not is_free(kind.start, kind.end, within)]
    for start, end in spans:
        for kind in kinds:
            if start < kind.start and kind.end < end:
                yield start, kind.start
                start = kind.end
        yield start, end


def _refused(
    unknown: Sequence[UnknownTerm], readings: Sequence[Reading], must: Sequence[Reading]
) -> list[UnknownTerm | Reading]:
    """What is not wanted, but no must-have says so: no field tells it, or its words are not plain enough."""
    certain = spans_of(must)
    doubted = [reading for reading in readings if reading.sure < SURE and reading.filter.op in NEGATIVE]
    return [
        *(term for term in unknown if term.refused),
        *(reading for reading in doubted if is_free(reading.start, reading.end, certain)),
    ]


def _readings(
    text: str, bounds: Sequence[Bound], chosen: Sequence[Choice], schema: Schema
) -> tuple[list[Reading], list[UnplacedBound]]:
    """Bounds and choices as conditions, and the bounds that no field can be given."""
    readings = list[Reading]()
    for bound in bounds:
        if isinstance(bound, FieldBound):
            readings += _reading(text, bound, f"{named(bound.field.name)}{bound.condition}", schema)
    for choice in chosen:
        for condition in choice_texts(choice):
            readings += _reading(text, choice, condition, schema)
    return readings, [bound for bound in bounds if isinstance(bound, UnplacedBound)]


def choice_texts(choice: Choice) -> Iterator[str]:
    """The filters of a choice as text."""
    for op, values in choice.conditions():
        joined = ", ".join(named(value) if choice.field.field.type != "boolean" else value for value in values)
        yield f"{named(choice.field.name)} {op} {joined}"


def _reading(text: str, source: FieldBound | Choice, condition: str, schema: Schema) -> Iterator[Reading]:
    try:
        parsed = parse_filter(condition, schema)
    except FilterError:
        return  # a year beyond the calendar, a list longer than a filter may be: it stays a wish
    words = text[source.start : source.end].strip(_EDGE)
    yield Reading(parsed, words, source.start, source.end, source.sure)


def _merged(must: Sequence[Reading]) -> tuple[Reading, ...]:
    """Each condition once, in the order of the words."""
    by_filter: dict[Filter, Reading] = {}
    for reading in sorted(must, key=lambda reading: reading.start):
        by_filter.setdefault(reading.filter, reading)
    return tuple(by_filter.values())


def left_over(text: str, taken: Sequence[Span]) -> str:
    """The text without the stretches taken out; as it is when there are none."""
    if not taken:
        return text
    pieces, at = list[str](), 0
    for start, end in sorted(taken):
        pieces.append(text[at : max(at, start)])  # stretches may overlap: none goes back behind the one before
        at = max(at, end)
    pieces.append(text[at:])
    trimmed = (_trimmed(piece) for piece in pieces)
    return " ".join(piece for piece in trimmed if piece)


def _trimmed(piece: str) -> str:
    """A piece without the punctuation and small words that led to what was taken out."""
    before = None
    while before != piece:
        before, piece = piece, _DANGLING.sub("", piece).strip(_EDGE)
    return _PARTICLE.sub("", piece)


def named(text: str) -> str:
    """A name or value in the quotation marks that filters allow."""
    return '"' + text.replace('"', '""') + '"'


__all__ = ["MOST_CHARS", "left_over", "named", "read"]
