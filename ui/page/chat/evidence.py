"""Why an item is shown: claims with their sources, what was met, what counted, and the places without each part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.language.beside import against_note, aspect_note
from agent.language.messages import Note
from ui.page.shared.reader import Reader
from ui.page.shared.templating import plain_filter
from ui.page.shared.words import Words

MOST_VALUE_CHARS = 80
UNDECIDED: Mapping[str, Any] = {"modalities": {}, "channels": {}}


@dataclass(frozen=True, slots=True)
class ShownClaim:
    """A claim, and where each part of it comes from."""

    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """What one aspect of an item counted for it.

    Attributes:
        share: In per cent of all that did, in [1, 100].
    """

    name: str
    share: int


@dataclass(frozen=True, slots=True)
class PlaceWithout:
    """What would be without one part, for operators: the place of the item, and its score."""

    name: str
    place: str


@dataclass(frozen=True, slots=True)
class Why:
    """Everything behind one recommendation, as people read it.

    Attributes:
        bars: What counted for the item, the most first; the shares sum to 100 where anything did.
        against: What counted against it; empty where nothing did.
        places: Under the name of each kind of parts the places without them.
        moved: Its places before and after the language model was asked; empty where it was not.
    """

    wording: str
    claims: tuple[ShownClaim, ...]
    filters: tuple[str, ...]
    bars: tuple[Bar, ...]
    against: str
    places: tuple[tuple[str, tuple[PlaceWithout, ...]], ...]
    moved: str
    twins: tuple[str, ...]


def why(card: Mapping[str, Any], filters: Sequence[str], reader: Reader) -> Why:
    """What is behind a recommendation.

    Args:
        card: It as JSON.
        filters: Must-haves that it meets, in canonical form.
    """
    words = reader.words
    explanation, decided = card["explanation"], card["decided"] or UNDECIDED
    contributions = decided.get("contributions", {})  # a conversation that was kept may be older than they are
    against = against_note({name: part["score"] for name, part in contributions.items()})
    return Why(
        wording=_wording(explanation, reader),
        claims=tuple(_claim(claim, reader) for claim in explanation["claims"]),
        filters=tuple(plain_filter(condition, reader) for condition in filters),
        bars=_bars(contributions, words),
        against=against.text_in(words.language) if against else "",
        places=tuple(_places(card, decided, words)),
        moved=_moved(card, words),
        twins=tuple(twin["title"] for twin in card["twins"]),
    )


def _bars(contributions: Mapping[str, Mapping[str, Any]], words: Words) -> tuple[Bar, ...]:
    return tuple(
        Bar(_capital(aspect_note(name).text_in(words.language)), part["share"])
        for name, part in contributions.items()
        if part["share"] > 0
    )


def _capital(note: Note) -> str:
    return f"{note[:1].upper()}{note[1:]}"


def _places(
    card: Mapping[str, Any], decided: Mapping[str, Any], words: Words
) -> Iterator[tuple[str, tuple[PlaceWithout, ...]]]:
    for kind, prefix in (("modalities", "part"), ("channels", "channel")):
        places = tuple(
            PlaceWithout(words(f"{prefix}.{name}"), _place(card["score"] - part["score"], part["rank"], words))
            for name, part in decided[kind].items()
        )
        if places:
            yield words(f"why.without_{kind}"), places


def _place(score: float, rank: int, words: Words) -> str:
    return words("why.place", rank=rank, score=f"{score:.2f}")


def _moved(card: Mapping[str, Any], words: Words) -> str:
    if card["likelihood"] is None:
        return ""
    return words("why.moved", retrieval=card["retrieval_rank"], rank=card["rank"])


def _wording(explanation: Mapping[str, Any], reader: Reader) -> str:
    words = reader.words
    model = explanation["model"] if reader.operator else words("chat.a_model")
    by_model = explanation["wording"] == "model"
    wording = words("why.worded_model", model=model) if by_model else words("why.worded_template")
    refused = len(explanation["rejected"])
    return f"{wording} · {words('why.refused', n=refused)}" if refused else wording


def _claim(claim: Mapping[str, Any], reader: Reader) -> ShownClaim:
    return ShownClaim(
        claim["text"], tuple(dict.fromkeys(_source(proof, claim["text"], reader) for proof in claim["evidence"]))
    )


def _source(evidence: Mapping[str, Any], claim: str, reader: Reader) -> str:
    words = reader.words
    kind, value = evidence["kind"], str(evidence["value"])
    if kind == "field":
        where = words("why.from_field", name=reader.field(evidence["pointer"].rsplit("/", 1)[-1].replace("~1", "/")))
    elif kind == "span" and evidence["start_s"] is not None:
        where = words("why.from_time", name=evidence["medium"], second=f"{evidence['start_s']:.0f}")
    elif kind == "span":
        where = words("why.from_picture", name=str(evidence["medium"]).rsplit("/", 1)[-1])
    else:
        where = words(f"why.from_{'decided' if kind == 'channel' else kind}")
    # where the claim quotes what stands there, saying it once more helps nobody
    if kind not in ("field", "span") or value.casefold() in claim.casefold():
        return where
    return f"{where}: “{value if len(value) <= MOST_VALUE_CHARS else value[:MOST_VALUE_CHARS] + '…'}”"
