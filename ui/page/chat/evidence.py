"""Why an item is shown: claims with their sources, what decided, what was met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ui.page.shared.templating import plain_filter
from ui.page.shared.words import Words

MOST_VALUE_CHARS = 80
LEAST_SHARE = 0.005  # a part that adds less than half a percent decides nothing


@dataclass(frozen=True, slots=True)
class ShownClaim:
    """A claim, and where each part of it comes from."""

    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """What one part added to the place of an item.

    Attributes:
        width: Of the bar, in [0, 100].
        value: As text.
        negative: Whether it held the item back.
        without: Its place without the part.
    """

    name: str
    width: int
    value: str
    negative: bool
    without: str


@dataclass(frozen=True, slots=True)
class Why:
    """Everything behind one recommendation, as people read it."""

    wording: str
    claims: tuple[ShownClaim, ...]
    filters: tuple[str, ...]
    charts: tuple[tuple[str, tuple[Bar, ...]], ...]
    places: str
    twins: tuple[str, ...]


def why(card: Mapping[str, Any], filters: Sequence[str], words: Words) -> Why:
    """What is behind a recommendation.

    Args:
        card: It as JSON.
        filters: Must-haves that it meets, in canonical form.
    """
    explanation, decided = card["explanation"], card["decided"] or {"modalities": {}, "channels": {}}
    moved = card["likelihood"] is not None
    return Why(
        wording=_wording(explanation, words),
        claims=tuple(_claim(claim, words) for claim in explanation["claims"]),
        filters=tuple(plain_filter(condition) for condition in filters),
        charts=(
            (words("why.decided"), _bars(decided["modalities"], "part", card["rank"], words)),
            (words("why.channels"), _bars(decided["channels"], "channel", card["rank"], words)),
        ),
        places=words("why.places", retrieval=card["retrieval_rank"], rank=card["rank"]) if moved else "",
        twins=tuple(twin["title"] for twin in card["twins"]),
    )


def _wording(explanation: Mapping[str, Any], words: Words) -> str:
    by_model = explanation["wording"] == "model"
    wording = words("why.worded_model", model=explanation["model"]) if by_model else words("why.worded_template")
    refused = len(explanation["rejected"])
    return f"{wording} · {words('why.refused', n=refused)}" if refused else wording


def _claim(claim: Mapping[str, Any], words: Words) -> ShownClaim:
    return ShownClaim(
        claim["text"], tuple(dict.fromkeys(_source(proof, claim["text"], words) for proof in claim["evidence"]))
    )


def _source(evidence: Mapping[str, Any], claim: str, words: Words) -> str:
    kind, value = evidence["kind"], str(evidence["value"])
    if kind == "field":
        where = words("why.from_field", name=evidence["pointer"].rsplit("/", 1)[-1].replace("~1", "/"))
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


def _bars(parts: Mapping[str, Mapping[str, Any]], prefix: str, rank: int, words: Words) -> tuple[Bar, ...]:
    added = {name: _added(part, rank) for name, part in parts.items()}
    most = max((abs(share) for share in added.values()), default=0.0)
    total = sum(abs(share) for share in added.values())
    if total <= 0:
        return ()
    return tuple(
        Bar(
            name=words(f"{prefix}.{name}"),
            width=max(1, round(100 * abs(share) / most)),
            value=f"{'−' if share < 0 else ''}{100 * abs(share) / total:.0f} %",
            negative=share < 0,
            without=words("why.rank_without", rank=parts[name]["rank"]) if parts[name]["rank"] != rank else "",
        )
        for name, share in sorted(added.items(), key=lambda part: -part[1])
        if abs(share) >= LEAST_SHARE * total
    )


def _added(part: Mapping[str, Any], rank: int) -> float:
    """What a part added to an item's score; negative where it held the item back.

    Scores are scaled anew without the part, so that one can rise while the place gets worse: the place tells which.
    """
    score = float(part["score"])
    return score if part["rank"] == rank else abs(score) if part["rank"] > rank else -abs(score)
