"""A video in words: its frames and what is said in it, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agent.media.decoded import Picture
from retrieval.items import Description, Span, VideoFrame

VIDEO_VERSION = "timeline-1"  # part of the key under which descriptions are kept: another has videos worded anew

SeenFrame = tuple[Picture, Description]
"""A key frame and what it shows."""


def video_words(duration_s: float, seen: Sequence[SeenFrame], spoken: Description | None) -> str:
    """A video in a few plain sentences: its length, then each key frame and each thing said at its second.

    Speech in another language than English comes at the end, where its translation is whole.
    """
    told = [
        (_second(picture), 0, f"At {_second(picture):.0f} s: {description.text}")
        for picture, description in seen
        if description.text
    ]
    utterances = [span for span in spoken.spans if span.kind == "speech"] if spoken else []
    in_time = spoken is not None and spoken.language == "en" and all(span.start_s is not None for span in utterances)
    if in_time:
        told += [
            (span.start_s or 0.0, 1, f"At {span.start_s:.0f} s someone says: {_ended(span.text)}")
            for span in utterances
        ]
    rest = [spoken.text] if spoken and not (in_time and utterances) else []
    return " ".join([f"A video of {duration_s:.0f} s.", *(text for _, _, text in sorted(told)), *rest])


def frame_spans(seen: Sequence[SeenFrame]) -> Iterator[Span]:
    """What the frames show, each finding with the second of its frame."""
    for picture, description in seen:
        for span in description.spans:
            yield replace(span, start_s=picture.start_s)


def frames_of(seen: Sequence[SeenFrame]) -> tuple[VideoFrame, ...]:
    """The frames, by the digests under which their vectors are known."""
    return tuple(VideoFrame(picture.sha256, _second(picture)) for picture, _ in seen)


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _second(picture: Picture) -> float:
    return picture.start_s or 0.0


__all__ = ["VIDEO_VERSION", "SeenFrame", "frame_spans", "frames_of", "video_words"]
