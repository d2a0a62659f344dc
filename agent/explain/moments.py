"""Moments: where in an item's sound or video a request is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from agent.answers import Moment, MomentKind, Request
from agent.explain.claims import CLOSE_PASSAGE
from agent.explain.likeness import ALIKE
from agent.explain.nearest_passage import Nearness
from agent.explain.passages import quote
from agent.explain.spans import medium_name, tellable_spans
from retrieval.encoding import Vectors
from retrieval.items import Description, Item, Span, SpanKind, VideoFrame
from retrieval.text.words import words

KINDS: Mapping[SpanKind, MomentKind] = {"speech": "speech", "text": "print", "caption": "sight", "label": "sight"}
"""By what a finding of each kind answers; of colours every minute of a video has some."""

FrameVectors = Callable[[str], Mapping[str, Vectors]]
"""Gives, by the id of an item, the vectors of each of its pictures and frames by its digest, shape (n, dim)."""


@dataclass(frozen=True, slots=True, eq=False)
class MomentWish:
    """What moments are looked for by.

    Attributes:
        request: In words.
        wanted: The words that count of it.
        looks: Vectors of its pictures, shape (n, dim); None without any.
        alike: Cosine from which a frame looks like a picture; None where that is not known, and none is said to.
    """

    request: Request
    wanted: frozenset[str]
    looks: Vectors | None = None
    alike: float | None = ALIKE


@dataclass(frozen=True, slots=True)
class _Finding:
    """A finding with its second, and where it stands."""

    at: int
    number: int
    span: Span


def is_timed(item: Item) -> bool:
    """Whether it has media in which something is to be seen or heard at a certain second."""
    return any(description.frames or _timed(description) for description in item.descriptions)


def moment_of(item: Item, sought: MomentWish, nearness: Nearness, vectors: FrameVectors) -> Moment | None:
    """The moment that answers a request; None where none does.

    A frame that looks like the request's picture comes first, then what is seen, read or said there in the request's
    own words, then what is near to them in meaning.
    """
    if not is_timed(item):
        return None
    by_picture = None
    if sought.looks is not None and sought.alike is not None:
        by_picture = _frame_like(item, sought.looks, vectors(item.id), sought.alike)
    return by_picture or _worded_moment(item, sought, nearness)


def _frame_like(item: Item, looks: Vectors, vectors: Mapping[str, Vectors], alike: float) -> Moment | None:
    frames = [(at, frame) for at, description in enumerate(item.descriptions) for frame in description.frames]
    scored = [
        (float((vectors[frame.picture] @ looks.T).max()), -frame.start_s, at, frame)
        for at, frame in frames
        if frame.picture in vectors
    ]
    if not scored:
        return None
    likeness, _, at, frame = max(scored, key=lambda entry: entry[:3])
    if likeness < alike:
        return None
    description = item.descriptions[at]
    return Moment(
        kind="picture",
        medium=medium_name(item, description),
        start_s=frame.start_s,
        end_s=_end_of(description, frame),
        text=_said_there(description, frame),
        likeness=round(likeness, 2),
        pointer=f"/item/descriptions/{at}",
    )


def _worded_moment(item: Item, sought: MomentWish, nearness: Nearness) -> Moment | None:
    findings = list(_findings(item))
    if not findings or not sought.request.text:
        return None
    shared = [len(sought.wanted.intersection(words(finding.span.text))) for finding in findings]
    best = int(np.argmax(shared))
    if shared[best]:
        return _moment(item, findings[best], None)
    likeness = nearness.likeness([quote(finding.span.text) for finding in findings], sought.request)
    best = int(likeness.argmax())
    return _moment(item, findings[best], float(likeness[best])) if likeness[best] >= CLOSE_PASSAGE else None


def _findings(item: Item) -> Iterator[_Finding]:
    """What may be told of certain seconds of its media, in their order."""
    for at, description in enumerate(item.descriptions):
        timed = _timed(description)
        for number in tellable_spans(description) if timed else ():
            if number in timed:
                yield _Finding(at, number, description.spans[number])


def _timed(description: Description) -> frozenset[int]:
    return frozenset(
        number
        for number, span in enumerate(description.spans)
        if span.start_s is not None and span.kind in KINDS and description.kind != "image"
    )


def _moment(item: Item, finding: _Finding, likeness: float | None) -> Moment:
    description, span = item.descriptions[finding.at], finding.span
    frame = next((frame for frame in description.frames if frame.start_s == span.start_s), None)
    return Moment(
        kind=KINDS[span.kind],
        medium=medium_name(item, description),
        start_s=span.start_s or 0.0,
        end_s=_end_of(description, frame) if frame and span.kind != "speech" else None,
        text=quote(span.text),
        likeness=None if likeness is None else round(likeness, 2),
        pointer=f"/item/descriptions/{finding.at}/spans/{finding.number}",
    )


def _end_of(description: Description, frame: VideoFrame) -> float | None:
    """Where the next frame begins; None after the last."""
    return min((other.start_s for other in description.frames if other.start_s > frame.start_s), default=None)


def _said_there(description: Description, frame: VideoFrame) -> str:
    """What is said while a frame is to be seen, else what it shows; empty where nothing is known."""
    end_s = _end_of(description, frame)
    spans = [description.spans[number] for number in tellable_spans(description)]
    said = [span.text for span in spans if span.kind == "speech" and _within(span, frame.start_s, end_s)]
    shown = [span.text for span in spans if span.kind in KINDS and span.start_s == frame.start_s]
    return quote(" ".join(said or shown[:1]))


def _within(span: Span, start_s: float, end_s: float | None) -> bool:
    return span.start_s is not None and start_s <= span.start_s and (end_s is None or span.start_s < end_s)


def frame_vectors(contents: Sequence[str], vectors: Vectors) -> dict[str, Vectors]:
    """By digest of a picture its vectors, shape (n, dim); a picture may have several."""
    grouped: dict[str, list[int]] = {}
    for row, content in enumerate(contents):
        grouped.setdefault(content, []).append(row)
    return {content: vectors[rows] for content, rows in grouped.items()}


__all__ = ["Moment", "MomentWish", "frame_vectors", "is_timed", "moment_of"]
