"""Reading by a language model: it fills in a form, and code keeps only what the catalog and the request bear out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import prompts
from agent.backends.chat.chats import as_chat
from agent.backends.chat.forms import fill_form
from agent.errors import ModelError
from agent.language.messages import Note
from agent.language.patterns import patterns
from agent.understand.conditions.amounts import amount_text, amounts
from agent.understand.conditions.periods import periods
from agent.understand.conditions.polarity import polarity_reader
from agent.understand.languages import languages_of
from agent.understand.parsed import ParsedText, Reading
from agent.understand.rules import left_over, named, read
from agent.understand.spans import spans_of
from agent.understand.tokens import flat
from agent.understand.vocabulary import KnownField, Vocabulary
from retrieval.errors import FilterError
from retrieval.filters import Filter, parse_filter

if TYPE_CHECKING:
    from pydantic import BaseModel

    from agent.backends.protocols import ChatModel

MOST_FIELDS = 24  # that a model is told of
MOST_VALUES = 14  # of one field
MOST_MUST = 6
NEW_TOKENS = 260
MODEL_SURE = 0.8
BY_RULES = "read by rules"  # name of the note on a text that the model could not read
_NUMERIC = ("number", "integer", "date")
_BARE = ("price", "year")  # what a number without a unit may be, when nobody names the field
_CUE = re.compile(patterns("agent.understand", "form")["cue"])
_OPS = Literal["=", "not", "<", "<=", ">", ">=", "between"]


class ModelReader:
    """Reads requests with a language model; wishes, references and mood are still read by the rules.

    Args:
        model: Any chat model that can be held to a JSON schema.
    """

    def __init__(self, model: ChatModel) -> None:
        self._model = model
        self._prompt = prompts.load("understand_request")

    def __call__(self, text: str, vocabulary: Vocabulary) -> ParsedText:
        """What a text says, as `rules.read`, with the model's must-haves; the rules' where it gave no usable answer."""
        by_rules = read(text, vocabulary)
        # The rules' reading stands by, since a request must be read even where the model fails.
        try:
            must = self.must(text, vocabulary)
        except ModelError as error:
            return replace(by_rules, notes=(*by_rules.notes, Note(BY_RULES, why=error.what)))
        if must is None:
            return by_rules
        wishes = left_over(text, spans_of(reading for reading in must if reading.end))
        return replace(by_rules, must=must, wishes=wishes)

    def must(self, text: str, vocabulary: Vocabulary) -> tuple[Reading, ...] | None:
        """The must-haves that the model reads and code bears out; None of a catalog without fields.

        Raises:
            ModelError: the model gave no usable answer.
        """
        fields = list(vocabulary.fields)[:MOST_FIELDS]
        if not fields:
            return None
        chat = as_chat(self._prompt.render(fields=[_describe_field(field) for field in fields], request=text))
        filled: Any = fill_form(self._model, chat, _form([field.name for field in fields]), NEW_TOKENS)
        return tuple(reading for entry in filled.must for reading in checked(entry, text, vocabulary))


def checked(entry: Any, text: str, vocabulary: Vocabulary) -> Iterator[Reading]:
    """A condition that a model wrote down, where catalog and request hold its values, the request its numbers."""
    field = next(known for known in vocabulary.fields if known.name == entry.field)
    start = max(0, flat(text).find(flat(entry.words)))
    numeric = field.field.type in _NUMERIC
    condition = _numeric(field, entry, text, vocabulary) if numeric else _valued(field, entry, text, vocabulary)
    if condition is None:
        return
    parsed = _parsed(f"{named(field.name)}{condition}", vocabulary)
    if parsed is not None:
        # Words that the model did not copy as they stand cannot be taken out of the wishes: their stretch is empty.
        end = start + len(entry.words) if text[start:].lower().startswith(entry.words.lower()) else start
        yield Reading(parsed, entry.words, start, end, MODEL_SURE)


def _parsed(condition: str, vocabulary: Vocabulary) -> Filter | None:
    try:
        return parse_filter(condition, vocabulary.schema)
    except FilterError:
        return None


def _numeric(field: KnownField, entry: Any, text: str, vocabulary: Vocabulary) -> str | None:
    """The condition on a number; None where the request does not hold it, or measures something else by it."""
    low, languages = flat(text), languages_of(text)
    stated = amounts(low, languages)
    spans = [str(year) for period in periods(low, languages) for year in (period.first, period.last)]
    values = list[str]()
    for value in entry.values:
        amount = next((amount for amount in amounts(flat(value)) if amount.value is not None), None)
        # A number that only the model knows of is made up, whatever field it names.
        same = next((candidate for candidate in stated if amount and candidate.value == amount.value), None)
        plain = same is not None and (same.dimension or field.about in _BARE or _is_named(field, low, vocabulary))
        measured = same.measured(field.dimension, field.unit) if same and plain else None
        # Taken over as the field measures it: a model copies `2 m` where the field has centimetres.
        if measured is not None:
            values.append(amount_text(measured))
        elif value in spans:
            values.append(value)
        else:
            return None
    if entry.op == "between" and len(values) == 2:
        return f" {values[0]}..{values[1]}"
    return f"{entry.op}{values[0]}" if len(values) == 1 and entry.op in ("=", "<", "<=", ">", ">=") else None


def _is_named(field: KnownField, low: str, vocabulary: Vocabulary) -> bool:
    return any(field in mention.names for mention in vocabulary.find(low, languages_of(low)))


def _valued(field: KnownField, entry: Any, text: str, vocabulary: Vocabulary) -> str | None:
    """The condition on named values; None where the catalog does not have them, or the request only wishes for them."""
    refuses = entry.op == "not"
    if entry.op not in ("=", "not") or not _stated(field, entry, text, vocabulary):
        return None
    mentioned = {
        meaning.value
        for mention in vocabulary.find(flat(text), languages_of(text))
        for meaning in mention.meanings
        if meaning.field == field
    }
    # `no smoking` may be filled in as smoking not true, or as smoking false: both mean the same.
    if field.field.type == "boolean":
        yes = entry.values[:1] not in (["false"], ["no"])
        return f"={'true' if yes != refuses else 'false'}" if "true" in mentioned else None
    wanted = [value for name in entry.values for value in _values(name, field, vocabulary) if value in mentioned]
    if not wanted:
        return None
    listed = field.field.type == "list"
    op = ("has none" if refuses else "has any") if listed else "not in" if refuses else "in"
    if len(wanted) == 1:
        op = ("has not" if refuses else "has") if listed else "!=" if refuses else "="
    return f" {op} {', '.join(named(value) for value in dict.fromkeys(wanted))}"


def _stated(field: KnownField, entry: Any, text: str, vocabulary: Vocabulary) -> bool:
    """Whether anything makes the values more than a wish: in the words copied for it, or around them in the request."""
    if field.field.type == "boolean" or _CUE.search(flat(entry.words)):
        return True
    low, languages = flat(text), languages_of(text)
    mentions = vocabulary.find(low, languages)
    spans = spans_of(mention for mention in mentions if any(meaning.field == field for meaning in mention.meanings))
    words = polarity_reader(languages)
    return any(words.refused(low, *span) or any(True for _ in words.demanded(low, *span)) for span in spans)


def _values(word: str, field: KnownField, vocabulary: Vocabulary) -> Sequence[str]:
    """The field's values that a word of the model stands for, exact ones before parts of names."""
    mentions = vocabulary.find(flat(word))
    meanings = [meaning for mention in mentions for meaning in mention.meanings if meaning.field == field]
    return [meaning.value for meaning in meanings if meaning.exact] or [meaning.value for meaning in meanings]


def _describe_field(field: KnownField) -> str:
    """A field as the model is told of it."""
    schema = field.field
    if schema.type in _NUMERIC:
        unit = schema.unit or field.currency or (field.unit.name if field.unit else "")
        return f"{field.name} ({schema.type}{', ' + unit if unit else ''})"
    if schema.type == "boolean":
        return f"{field.name} (true, false)"
    values = list(schema.values or ())
    more = ", …" if len(values) > MOST_VALUES else ""
    return f"{field.name} ({', '.join(values[:MOST_VALUES])}{more})"


def _form(names: Sequence[str]) -> type[BaseModel]:
    """The form for a catalog of these fields."""
    from pydantic import BaseModel, Field, create_model

    field_name: Any = Literal[tuple(names)]
    condition: Any = create_model(
        "Condition",
        __base__=BaseModel,
        words=(str, Field(max_length=60)),
        field=(field_name, ...),
        op=(_OPS, ...),
        values=(list[str], Field(min_length=1, max_length=4)),
    )
    form: type[BaseModel] = create_model(
        "RequestForm", __base__=BaseModel, must=(list[condition], Field(max_length=MOST_MUST))
    )
    return form


__all__ = ["BY_RULES", "ModelReader", "checked"]
