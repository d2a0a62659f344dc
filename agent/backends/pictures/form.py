"""The form in which a vision-language model says what a picture shows: its fields, its schema, and how it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import from_json

from agent.language.lists import listed
from agent.media.palette import ANCHORS
from retrieval.catalog.cleaning import clean_text
from retrieval.items import Span

SHORT, LONG = 60, 100  # characters of a finding, of a line of text
OBJECTS, COLOURS, MATERIALS, LINES = 6, 4, 4, 8  # the most of each

Words = Annotated[str, StringConstraints(max_length=SHORT)]
Line = Annotated[str, StringConstraints(max_length=LONG)]
Colour = Annotated[str, Field(json_schema_extra={"enum": list(ANCHORS)})]


class PictureForm(BaseModel):
    """What a picture shows, field by field; what there is nothing to say of is empty."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)

    objects: list[Words] = Field(
        default=[], max_length=OBJECTS, description="things that can be seen, each in a few words, the main one first"
    )
    colours: list[Colour] = Field(
        default=[],
        max_length=COLOURS,
        description=f"main colours, the strongest first; only of {listed(list(ANCHORS))}",
    )
    materials: list[Words] = Field(default=[], max_length=MATERIALS, description="what things look to be made of")
    style: Words = Field(default="", description="how it looks or is made, in a few words")
    text: list[Line] = Field(default=[], max_length=LINES, description="text that can be read, line by line")
    mood: Words = Field(default="", description="the mood, in one or two words")


def form_schema() -> dict[str, Any]:
    """The JSON schema that an answer must keep to, every field required, in the order of the form."""
    return PictureForm.model_json_schema(mode="serialization")


def form_fields() -> list[str]:
    """Each field with what belongs in it, for a prompt."""
    return [f"{name}: {field.description}" for name, field in PictureForm.model_fields.items()]


def read_form(answer: str) -> PictureForm | None:
    """The form that a model filled in; None where the answer is no JSON object.

    An answer that was cut off counts as far as it goes. Of one that does not keep to the schema, since not every model
    can be held to it, counts what does: colours by their plain names, texts and lists of texts cut to length.
    """
    try:
        filled = from_json(answer.strip(), allow_partial=True)
    except ValueError:
        return None
    if not isinstance(filled, Mapping):
        return None
    return PictureForm(
        objects=_findings(filled.get("objects"))[:OBJECTS],
        colours=[name for name in _findings(filled.get("colours")) if name in ANCHORS][:COLOURS],
        materials=_findings(filled.get("materials"))[:MATERIALS],
        style="".join(_findings(filled.get("style"))[:1]),
        text=_texts(filled.get("text"), LONG)[:LINES],
        mood="".join(_findings(filled.get("mood"))[:1]),
    )


def form_spans(form: PictureForm, start_s: float | None = None) -> tuple[Span, ...]:
    """The single findings of a form: text and colours by their kinds, all else as what the model saw."""
    captions = [*form.objects]
    if form.materials:
        captions.append(f"looks to be made of {listed(form.materials)}")
    captions += [_named(value, what) for value, what in ((form.style, "style"), (form.mood, "mood")) if value]
    return (
        *(Span("caption", text, start_s=start_s) for text in captions),
        *(Span("colour", name, start_s=start_s) for name in form.colours),
        *(Span("text", line, start_s=start_s) for line in form.text),
    )


def form_text(form: PictureForm) -> str:
    """A form as a few plain sentences; empty for an empty form."""
    return " ".join(f"{heading}: {text}." for heading, text in _word_fields(form) if text)


def _word_fields(form: PictureForm) -> Iterator[tuple[str, str]]:
    """Each field under its heading, in the order in which it is read out; empty where there is nothing to say."""
    yield "Shows", ", ".join(form.objects)
    yield "Colours", listed(form.colours)
    yield "Looks to be made of", listed(form.materials)
    yield "Style", form.style
    yield "Mood", form.mood
    yield "Text in the picture", " / ".join(form.text)


def _named(value: str, what: str) -> str:
    return value if what in value.casefold().split() else f"{value} {what}"


def _findings(value: object) -> list[str]:
    """The texts of a field without the full stops that some models end them with."""
    return [finding for finding in (text.rstrip(" .") for text in _texts(value, SHORT)) if finding]


def _texts(value: object, limit: int) -> list[str]:
    """The texts of a list, or the one text in its place, cut to length; none empty, none twice."""
    entries = value if isinstance(value, list) else [value]
    texts = (" ".join(clean_text(entry).split())[:limit].rstrip() for entry in entries if isinstance(entry, str))
    return [text for text in dict.fromkeys(texts) if text]


__all__ = ["PictureForm", "form_fields", "form_schema", "form_spans", "form_text", "read_form"]
