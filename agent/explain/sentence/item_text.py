"""What one item says of itself: its sentences, its short values, and what its pictures show, each with its pointer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from agent.explain.grounding.praise import praise_in
from agent.explain.passages import field_pointer, is_hidden, passages
from agent.explain.sentence.fields import entry_text, is_quotable, role_of
from agent.explain.sentence.grammar import grammar, stems_of
from agent.explain.sentence.stretches import Stretch, is_torn, stretches
from agent.language.detection import guess_language
from agent.language.untrusted import addressed_to_a_model, holds_contact, holds_markup
from agent.recent import recent
from retrieval.items import Item, Span, Value
from retrieval.once import once
from retrieval.schema import Field, Schema
from retrieval.text.values import as_text
from retrieval.text.words import fold

MOST_PASSAGES = 40  # looked at; what an item is stands among its first sentences
MOST_VALUE_CHARS = 60
_TIGHT_COMMA = re.compile(r",(?=\S)")
_WIDE = re.compile(r"[\u3400-\u9fff]")
SAMPLE = 200  # characters that tell a language
LEAST_SHARE = 0.18  # of a picture, from which it has a colour
_UNKNOWN = frozenset(
    {"unknown", "n/a", "na", "none", "other", "-", "unidentified artist", "anonymous", "(no genres listed)"}
)


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence of an item.

    Attributes:
        pointer: Of the field it stands in.
        text: The sentence.
        stems: Of its words.
    """

    pointer: str
    text: str
    stems: frozenset[str]


@dataclass(frozen=True, slots=True)
class FieldEntry:
    """A short value of an item, or one entry of a list.

    Attributes:
        pointer: Of the field.
        value: As it is told, without the amount of an ingredient.
        cited: As it stands there.
        stems: Of its words.
        listed: Whether it is an entry of a list.
        names: Stems of its field's name, where that may be wished for: `wifi` of 120 Mbps.
    """

    field: Field
    pointer: str
    value: Value
    cited: str
    stems: frozenset[str]
    listed: bool = False
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SeenSpan:
    """Something that a picture of an item shows."""

    pointer: str
    span: Span
    medium: str | None
    stems: frozenset[str]


class ReadItem:
    """All that is read of one item, each part when it is first asked for.

    Args:
        language: Of the catalog's texts.
    """

    def __init__(self, item: Item, schema: Schema, language: str) -> None:
        self.item = item
        self.schema = schema
        self.language = language

    @once
    def title(self) -> frozenset[str]:
        """The stems of the title; none where it is hidden."""
        return frozenset() if is_hidden(self.schema, "title") else stems_of(self.item.title, self.language)

    @once
    def sources(self) -> Sequence[Source]:
        """Its sentences, those of the description first."""
        return tuple(self._sources())

    @once
    def entries(self) -> Sequence[FieldEntry]:
        """Its short values."""
        return tuple(self._entries())

    @once
    def seen(self) -> Sequence[SeenSpan]:
        """What its pictures show; not what was read on them, which may be no words."""
        return tuple(self._seen())

    @once
    def held(self) -> frozenset[str]:
        """The stems of all its words."""
        parts = [self.title, *(source.stems for source in self.sources), *(entry.stems for entry in self.entries)]
        return frozenset().union(*parts)

    @once
    def written(self) -> frozenset[str]:
        """The stems of all that is written of it, also of what is too long or too dry to be told."""
        values = (self.item.category or "", *map(as_text, self.item.attributes.values()))
        return self.held | stems_of(" . ".join([self.item.description, *values]), self.language)

    def stretches(self, source: Source, wanted: frozenset[str]) -> list[Stretch]:
        """The stretches of a sentence that hold a wanted word."""
        return stretches(source.text, wanted, self.language, self.title)

    def _sources(self) -> Iterator[Source]:
        for passage in passages(self.item, self.schema)[:MOST_PASSAGES]:
            name = passage.label
            if passage.pointer in ("/item/title", "/item/category") or not is_quotable(name):
                continue
            if passage.pointer != "/item/description" and len(as_text(self.item.value(name) or "")) <= MOST_VALUE_CHARS:
                continue  # a value, not a text
            role = role_of(name)
            if isinstance(self.item.value(name), tuple) or holds_markup(passage.text) or (role and role.is_measure):
                continue
            if len(_TIGHT_COMMA.findall(passage.text)) > 1:
                continue  # a list in one text
            if passage.pointer != "/item/description" and praise_in(passage.text):
                continue  # of a description it can be told whose opinion it is
            yield Source(passage.pointer, passage.text, stems_of(passage.text, self.language))

    def _entries(self) -> Iterator[FieldEntry]:
        for field in self.schema.fields.values():
            value = self.item.value(field.name)
            if value is None or field.hidden or field.name in ("id", "title", "description", "price"):
                continue
            if not (field.searchable or field.filterable) or not is_quotable(field.name):
                continue
            pointer = field_pointer(field.name)
            parts = _parts(value)
            for entry in parts:
                if told := self._entry(field, pointer, entry):
                    yield replace(told, listed=len(parts) > 1 or isinstance(value, tuple))

    def _entry(self, field: Field, pointer: str, entry: Value) -> FieldEntry | None:
        cited = as_text(entry)
        if len(cited) > 2 * MOST_VALUE_CHARS or cited.strip().casefold() in _UNKNOWN:
            return None
        told = entry_text(field, entry) if isinstance(entry, str) else entry
        text = as_text(told)
        last = fold(text).split()[-1:]
        if (
            not last
            or not grammar(self.language).ends(last[0])
            or len(text) > MOST_VALUE_CHARS
            or addressed_to_a_model(text)
            or holds_markup(text)
            or holds_contact(text, self.item.title)
            or praise_in(text)
            or is_torn(text)
            or _speaks_to_reader(text, self.language)
        ):
            return None
        name = field.name.replace("_", " ")
        words = name if isinstance(entry, bool) else text
        counts = isinstance(entry, int | float) and not isinstance(entry, bool) and entry > 0
        return FieldEntry(
            field,
            pointer,
            told,
            cited if isinstance(told, str) else text,
            stems_of(words, self.language),
            names=stems_of(name, self.language) if counts and role_of(field.name) is None else frozenset(),
        )

    def _seen(self) -> Iterator[SeenSpan]:
        names = {medium.sha256: medium.name for medium in self.item.media}
        for at, description in enumerate(self.item.descriptions):
            if description.kind != "image":
                continue
            for number, span in enumerate(description.spans):
                faint = span.kind == "colour" and (span.score or 0.0) < LEAST_SHARE
                if span.kind not in ("text", "letters", "speech") and not faint and not addressed_to_a_model(span.text):
                    pointer = f"/item/descriptions/{at}/spans/{number}"
                    yield SeenSpan(pointer, span, names.get(description.media), stems_of(span.text, "en"))


def _speaks_to_reader(text: str, language: str) -> bool:
    """Whether an entry is no value: `as you can already imagine`."""
    own = grammar(language)
    return any(fold(word) in own.tellers | own.speakers for word in text.split())


def text_language(item: Item, usual: str) -> str:
    """The language of an item, where its text leaves no doubt; else that of its catalog."""
    if usual == "zh" and not _WIDE.search(f"{item.title}{item.description}"):
        return "en"
    return _language(f"{item.title}. {item.description}"[:SAMPLE], usual) if item.description else usual


@recent(4_096)
def _language(text: str, usual: str) -> str:
    guess = guess_language(text)
    return guess.language if guess.sure else usual


def _parts(value: Value) -> Sequence[Value]:
    """The entries of a list, be it written as one text without spaces: `Envelopes,Labels,Plain paper`."""
    if isinstance(value, tuple):
        return value
    if isinstance(value, str) and _TIGHT_COMMA.search(value):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return (value,)


__all__ = ["FieldEntry", "ReadItem", "SeenSpan", "Source", "text_language"]
