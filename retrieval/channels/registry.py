"""The registry: one row for each channel, from which everything else that is known of channels follows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from retrieval.items import Item
from retrieval.query import RequestKind
from retrieval.schema import Schema
from retrieval.text.item_text import dense_texts, heard_texts, item_passages

Modality = Literal["text", "picture", "sound", "behaviour", "reviews"]
MODALITIES: tuple[Modality, ...] = get_args(Modality)

RequestPart = Literal["english", "words", "pictures", "sounds", "history"]
"""The wish in English; the wish as it was written; the pictures; the sounds that are no speech; what the person did and
names as examples."""

Aspect = Literal["words", "meaning", "picture", "sound", "people", "popularity", "reviews"]
"""What people know a channel by, when they are told what counted for an item."""

LikenessPhrase = Literal["reads_alike", "looks_alike", "sounds_alike"]
"""Those of `agent/explain` that say how like a request an item is."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChannelRow:
    """A channel, as far as anybody else has to know of it.

    People read its aspect, by `aspect` in `agent/language/messages.yaml`; operators read its name and its modality, by
    `channel.` and `part.` in `ui/page/words.yaml`, and reasons `lifted` among the phrases of `agent/explain`.

    Attributes:
        name: In weights, evidence, the index and JSON.
        modality: What of items it speaks from.
        aspect: What people know it by; several channels may share one.
        goes_by: What of a request it goes by; None where it says the same to all of them.
        cost: Its place when channels are asked one after the other, by what one more candidate costs.
        shares: By kind of request its part in the score of a catalog that has not been tuned, beside the parts of the
            other channels; requests of a kind that is not there are not put to it.
        absolute: Whether its scores lie in [0, 1] and mean the same in every request.
        reader: Which encoder of `agent.models.Models` makes the vectors of requests; None for a channel without any.
        encoder: Which one makes the vectors of items; None where none does.
        item_texts: What it makes them of; None where that is the item's pictures.
        revision: A new one has all items embedded anew; empty where `PIPELINE` of `agent/ingest` alone decides that.
        likeness: Whether likeness between items is measured in it.
        phrase: What says how like a request an item is in it; None where nothing does.
    """

    name: str
    modality: Modality
    aspect: Aspect
    goes_by: RequestPart | None
    cost: int
    shares: Mapping[RequestKind, float] = field(default_factory=dict)
    absolute: bool = False
    reader: str | None = None
    encoder: str | None = None
    item_texts: Callable[[Item, Schema], Sequence[str]] | None = None
    revision: str = "1"
    likeness: bool = False
    phrase: LikenessPhrase | None = None

    @property
    def dense(self) -> bool:
        """Whether it compares vectors; those of items are in the index."""
        return self.reader is not None


# Shares of words: 0.3 to 0.4 of dense text beside BM25, whose scores rarely come near 1, won on both labelled catalogs.
# The bridge is weak beside real text and strong where a picture is all an item has, hence its small share.
# Behaviour: what people with the same taste chose and what many chose lately join with small shares, and channels that
# are silent cost nothing. On 1,575 film dialogues, whose taste is the films they name, 0.08 and 0.14 are as good; where
# the taste is a person's own history more is better, up to 0.3 (300 people, asking by genre and decade). Without words
# pictures get a fifth of what texts get: of new films a third finds less (11 divisions of the training ratings).
# Sounds have the say that pictures have. What is said in recordings stands among the words of an item, too, hence its
# small part; so has the map from words to sounds, that a prediction never outranks a word that stands there.
# Reviews: of a made catalog in which some answers stand in reviews alone 0.1 finds nearly all that any share finds, and
# costs requests that items answer themselves nothing; from 0.2 on these lose (`benchmarks/reviews`).
# Costs: a look-up of a score that is there already, then vectors by their length.

TEXT = ChannelRow(
    name="text",
    modality="text",
    aspect="meaning",
    goes_by="english",
    cost=4,
    shares={"text": 0.273, "unsure": 0.16, "picture": 0.095, "both": 0.2375, "sound": 0.1, "history": 0.25},
    reader="text",
    encoder="text",
    item_texts=dense_texts,
    revision="",
    likeness=True,
    phrase="reads_alike",
)
"""English wishes against what is said in items and of their media."""

MULTILINGUAL = ChannelRow(
    name="multilingual",
    modality="text",
    aspect="meaning",
    goes_by="words",
    cost=7,
    shares={"unsure": 0.29, "foreign": 0.624, "both": 0.095},
    reader="multilingual",
    encoder="multilingual",
    item_texts=item_passages,
    revision="",
    phrase="reads_alike",
)
"""Wishes of many languages against the title and the first sentences."""

VISUAL = ChannelRow(
    name="visual",
    modality="picture",
    aspect="picture",
    goes_by="pictures",
    cost=8,
    shares={"picture": 0.855, "both": 0.4275, "history": 0.05},
    reader="pictures",
    encoder="pictures",
    revision="2",  # with the points of pictures
    likeness=True,
    phrase="looks_alike",
)
"""Pictures against pictures."""

BRIDGE = ChannelRow(
    name="bridge",
    modality="picture",
    aspect="picture",
    goes_by="english",
    cost=5,
    shares={"text": 0.062, "unsure": 0.03, "sound": 0.05},
    reader="text",
    encoder=None,  # pictures become points of the text space in `agent/ingest/bridge.py`
)
"""Words against pictures; see `retrieval/bridge.py`."""

SOUND = ChannelRow(
    name="sound",
    modality="sound",
    aspect="sound",
    goes_by="english",
    cost=6,
    shares={"text": 0.05, "unsure": 0.03},
    reader="text",
    encoder="text",
    item_texts=lambda item, _: heard_texts(item),
    revision="",
)
"""Words against what is said or sounds in recordings and videos."""

AUDIO = ChannelRow(
    name="audio",
    modality="sound",
    aspect="sound",
    goes_by="sounds",
    cost=9,
    shares={
        "text": 0.75,
        "unsure": 0.75,
        "foreign": 0.75,
        "picture": 0.75,
        "both": 0.75,
        "sound": 0.8,
        "history": 0.05,
    },
    reader="sounds",
    encoder=None,  # what was measured of sounds becomes vectors in `agent/ingest/hearing.py`
    likeness=True,
    phrase="sounds_alike",
)
"""Sounds against sounds; see `retrieval/channels/hearing.py`."""

SOUND_BRIDGE = ChannelRow(
    name="sound_bridge",
    modality="sound",
    aspect="sound",
    goes_by="english",
    cost=5,
    shares={"text": 0.05, "unsure": 0.03},
    reader="text",
    encoder=None,  # sounds become points of the text space in `agent/ingest/hearing.py`
)
"""Words against sounds."""

REVIEWS = ChannelRow(
    name="reviews",
    modality="reviews",
    aspect="reviews",
    goes_by="english",
    cost=9,
    shares={"text": 0.1, "unsure": 0.1, "both": 0.05},
    reader="text",
    encoder=None,  # sentences of reviewers become vectors in `agent/ingest/reviews.py`
)
"""English wishes against what reviewers say of items and most of them do not deny."""

LEXICAL = ChannelRow(
    name="lexical",
    modality="text",
    aspect="words",
    goes_by="words",
    cost=2,
    shares={"text": 0.445, "unsure": 0.3, "foreign": 0.156, "both": 0.19},
    absolute=True,
)
"""Words against the same words."""

COLLABORATIVE = ChannelRow(
    name="collaborative",
    modality="behaviour",
    aspect="people",
    goes_by="history",
    cost=3,
    shares={
        "text": 0.14,
        "unsure": 0.14,
        "foreign": 0.14,
        "picture": 0.05,
        "both": 0.05,
        "sound": 0.05,
        "history": 0.7,
    },
)
"""What people with a like history did."""

POPULARITY = ChannelRow(
    name="popularity",
    modality="behaviour",
    aspect="popularity",
    goes_by=None,
    cost=1,
    shares={"text": 0.08, "unsure": 0.08, "foreign": 0.08},
    absolute=True,
)
"""What many people chose lately."""

CHANNELS: tuple[ChannelRow, ...] = (
    TEXT,
    MULTILINGUAL,
    VISUAL,
    BRIDGE,
    SOUND,
    AUDIO,
    SOUND_BRIDGE,
    REVIEWS,
    LEXICAL,
    COLLABORATIVE,
    POPULARITY,
)
"""All channels, in the order in which answers name them."""


def aspects(channels: Iterable[str]) -> Mapping[Aspect, frozenset[str]]:
    """Those of these channels that people know by each aspect, in the order of the table."""
    present = frozenset(channels)
    rows = [row for row in CHANNELS if row.name in present]
    return {row.aspect: frozenset(other.name for other in rows if other.aspect == row.aspect) for row in rows}


def channels_of(modality: Modality) -> frozenset[str]:
    """All channels of a modality."""
    return frozenset(row.name for row in CHANNELS if row.modality == modality)


def going_by(*parts: RequestPart) -> frozenset[str]:
    """The channels that go by these parts of a request."""
    return frozenset(row.name for row in CHANNELS if row.goes_by in parts)


def phrased_as(phrase: LikenessPhrase) -> tuple[str, ...]:
    """The channels in which an item's likeness to a request is put so."""
    return tuple(row.name for row in CHANNELS if row.phrase == phrase)


def default_weights(kind: RequestKind) -> Mapping[str, float]:
    """By channel its share, for a catalog that has not been tuned; they sum to one."""
    shares = {row.name: row.shares[kind] for row in CHANNELS if kind in row.shares}
    total = sum(shares.values())
    return {name: share / total for name, share in shares.items()}


def absolute_channels() -> frozenset[str]:
    """The channels whose scores lie in [0, 1] and mean the same in every request."""
    return frozenset(row.name for row in CHANNELS if row.absolute)


def costs() -> Mapping[str, int]:
    """By channel its place among those that are asked one after the other."""
    return {row.name: row.cost for row in CHANNELS}


def dense_channels() -> tuple[str, ...]:
    """The channels that compare vectors."""
    return tuple(row.name for row in CHANNELS if row.dense)


def present_with(tables: Iterable[str]) -> frozenset[str]:
    """The channels that judge by what items are, of a catalog that has vectors in `tables`."""
    return frozenset(row.name for row in CHANNELS if not row.dense and row.modality != "behaviour") | set(tables)


def comparing_words() -> tuple[ChannelRow, ...]:
    """The channels that compare a request with words of items, by vectors."""
    return tuple(row for row in CHANNELS if row.dense and row.modality == "text")


def likeness_channels() -> tuple[str, ...]:
    """The channels in which likeness between items is measured."""
    return tuple(row.name for row in CHANNELS if row.likeness)


def nearest_to_likeness() -> tuple[str, ...]:
    """The channels in which it could be measured: those in which it is, then the others, the cheapest first."""
    compared = [row for row in CHANNELS if row.encoder or row.likeness]
    return tuple(row.name for row in sorted(compared, key=lambda row: (not row.likeness, row.cost)))


def embedded_channels() -> tuple[tuple[str, ChannelRow], ...]:
    """The channels whose vectors of items an encoder makes, each with its encoder, encoder by encoder."""
    groups = _grouped((row.encoder, row) for row in CHANNELS)
    return tuple((encoder, row) for encoder, rows in groups.items() for row in rows)


def read_by(*parts: RequestPart) -> Mapping[str, Sequence[ChannelRow]]:
    """By encoder the channels whose vectors of requests it makes of these parts."""
    return _grouped((row.reader, row) for row in CHANNELS if row.goes_by in parts)


def revisions() -> tuple[str, ...]:
    """What is embedded, where it is not as old as all the rest: channels with the revision of theirs."""
    return tuple(f"{row.name} {row.revision}" for _, row in embedded_channels() if row.revision)


def _grouped(pairs: Iterable[tuple[str | None, ChannelRow]]) -> Mapping[str, Sequence[ChannelRow]]:
    groups: dict[str, list[ChannelRow]] = {}
    for encoder, row in pairs:
        if encoder is not None:
            groups.setdefault(encoder, []).append(row)
    return groups
