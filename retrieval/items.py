"""The values that travel through the whole product: items, their media and what was perceived in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Scalar = str | float | int | bool
Value = Scalar | tuple[str, ...]
MediaKind = Literal["image", "audio", "video"]
SpanKind = Literal["label", "colour", "text", "letters", "speech", "caption"]

PERSON = "a person"  # origin of descriptions that somebody wrote in place of a model's
EMPTY: Mapping[str, Value] = MappingProxyType({})
AS_IT_IS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Media:
    """A file that belongs to an item.

    Attributes:
        kind: What the file is meant to hold.
        path: Absolute path, already checked to lie inside the catalog's folder.
        name: The path as the catalog wrote it, for messages and evidence.
        problem: Why the medium is not used; None when it is fine so far.
        sha256: Hex digest of the file's bytes, once it has been read.
    """

    kind: MediaKind
    path: str
    name: str
    problem: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """One thing perceived in a medium, worded plainly.

    Attributes:
        kind: `label` (shown), `colour`, `text` (read by OCR), `letters` (the same where they make no words that anybody
            knows: searched, and quoted nowhere), `speech` (heard), `caption` (a model's sentence).
        text: Plain words.
        score: Probability or share in [0, 1] where the perceiver gives one.
        start_s: Second in the sound or video where it begins.
    """

    kind: SpanKind
    text: str
    score: float | None = None
    start_s: float | None = None


@dataclass(frozen=True, slots=True)
class VideoFrame:
    """A frame of a video that was looked at.

    Attributes:
        picture: SHA-256 (hex) of its pixels, by which its vectors are known.
        start_s: Second in the video.
    """

    picture: str
    start_s: float


@dataclass(frozen=True, slots=True)
class Description:
    """What a model perceived in one medium, kept beside the item's own text and never in place of it.

    Attributes:
        media: SHA-256 (hex) of the file's bytes.
        kind: Kind of the medium.
        origin: Identity of the model that perceived it; shown to people.
        version: Version of the prompt or template that worded it.
        text: The whole description as one or a few plain sentences; in English where the origin translates.
        spans: The single findings the text is made of.
        original: Speech in the language it was spoken in, when that is not English.
        language: ISO 639-1 code of the speech, or `en`.
        frames: Of a video, in order of time; empty in what was written before they were kept.
    """

    media: str
    kind: MediaKind
    origin: str
    version: str
    text: str
    spans: tuple[Span, ...] = ()
    original: str | None = None
    language: str = "en"
    frames: tuple[VideoFrame, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can be recommended.

    Attributes:
        id: Unique in its catalog.
        title: Its name, never empty.
        description: Its own text, from the catalog.
        category: Its one category, if the catalog has any.
        price: In the catalog's own currency.
        attributes: All other columns; lists are tuples of strings.
        media: Its files, in catalog order.
        descriptions: What was perceived in those files.
        raw: Cells as they came, by field, where cleaning took markup out of them; shown and searched nowhere.
        url: Web address of its own page, if the catalog has one.
        currency: Of the price, as the catalog names it: `EUR`, or a sign such as `$`.
        untitled: Whether no title was given, and the id stands in its place: it is shown, and is no text.
    """

    id: str
    title: str
    description: str = ""
    category: str | None = None
    price: float | None = None
    attributes: Mapping[str, Value] = field(default_factory=lambda: EMPTY)
    media: tuple[Media, ...] = ()
    descriptions: tuple[Description, ...] = ()
    raw: Mapping[str, str] = field(default_factory=lambda: AS_IT_IS)
    url: str | None = None
    currency: str | None = None
    untitled: bool = False

    def __reduce__(self) -> tuple[object, ...]:
        values = (getattr(self, field) for field in self.__dataclass_fields__)
        return Item, tuple(dict(value) if isinstance(value, Mapping) else value for value in values)

    def value(self, name: str) -> Value | None:
        """The item's value for a field of the schema, whether built in or an attribute; None when it has none."""
        if name in ("id", "title", "description", "category", "price", "url", "currency"):
            value: Value | None = getattr(self, name)
            return value
        return self.attributes.get(name)
