"""A second reading: what a language model reads as must-haves, held against what the rules read.

The rules' reading is the one that counts. Where both read the same, that is all; where they differ, nothing is changed
in silence: what the model alone reads is asked about, or told, and so is what the rules alone read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.errors import ModelError
from agent.language.messages import Note
from agent.understand.form import BY_RULES, ModelReader
from agent.understand.parsed import Reading
from agent.understand.request import Understood
from agent.understand.vocabulary import Vocabulary
from retrieval.filters import NEGATIVE, Filter, parse_filter

if TYPE_CHECKING:
    from agent.backends.protocols import ChatModel

MOST_CHARS = 600  # of a longer text a model reads more slowly than anybody waits


def read_again(understood: Understood, model: ChatModel, vocabulary: Vocabulary) -> Understood:
    """A turn that the rules have read, read once more by a model: with what only it reads as `disputed`."""
    text = understood.request.text
    if not text or len(text) > MOST_CHARS:
        return understood
    try:
        by_model = ModelReader(model).must(text, vocabulary)
    except ModelError as error:
        return replace(understood, notes=(*understood.notes, Note(BY_RULES, why=error.what)))
    if by_model is None:
        return understood
    by_rules = [must.filter for must in understood.request.must_haves if must.origin == "understood"]
    ours = {meaning for text in by_rules for meaning in meanings(parse_filter(text, vocabulary.schema))}
    stated = {meaning for condition in understood.filters for meaning in meanings(condition)}
    theirs = {meaning for reading in by_model for meaning in meanings(reading.filter)}
    doubted = [text for text in by_rules if not set(meanings(parse_filter(text, vocabulary.schema))) & theirs]
    notes = (Note("must by rules alone", model=model.name, musts=tuple(doubted)),) if doubted else ()
    return replace(
        understood,
        notes=(*understood.notes, *notes),
        disputed=tuple(reading for reading in by_model if not set(meanings(reading.filter)) & (ours | stated)),
    )


def meanings(condition: Filter) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """What a filter means: refusing two values at once is refusing each."""
    keys = tuple(sorted(map(str, condition.keys())))
    if condition.op in NEGATIVE:
        yield from ((condition.field, "not", (key,)) for key in keys)
    else:
        yield condition.field, condition.op, keys


def dispute_note(reading: Reading) -> Note:
    """What is told of a condition that only the model reads, where nobody can be asked."""
    return Note("must by model alone", words=reading.words, must=str(reading.filter))


__all__ = ["dispute_note", "meanings", "read_again"]
