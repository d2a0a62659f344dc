"""A video in words: frames and speech in the order of time."""

from __future__ import annotations

import numpy as np

from agent.media.decoded import Picture
from agent.perceive.video import frame_spans, frames_of, video_words
from retrieval.items import Description, Span, VideoFrame

PIXELS = np.zeros((2, 2, 3), np.uint8)


def frame(name: str, start_s: float) -> tuple[Picture, Description]:
    seen = Description(name, "image", "m", "1", f"Shows {name}.", (Span("label", name),))
    return Picture(name, PIXELS, 2, 2, start_s), seen


def speech(*said: tuple[float, str], language: str = "en") -> Description:
    spans = tuple(Span("speech", text, 0.9, start_s) for start_s, text in said)
    return Description("s", "audio", "w", "1", "Someone says: all of it", spans, language=language)


def test_speech_stands_between_the_frames_at_its_second() -> None:
    text = video_words(9.0, [frame("a dog", 0.0), frame("a boat", 6.0)], speech((2.0, "look"), (7.5, "away!")))
    assert text.split(". ") == [
        "A video of 9 s",
        "At 0 s: Shows a dog",
        "At 2 s someone says: look",
        "At 6 s: Shows a boat",
        "At 8 s someone says: away!",
    ]


def test_speech_in_another_language_comes_at_the_end_in_english() -> None:
    text = video_words(9.0, [frame("a dog", 0.0)], speech((2.0, "guck mal"), language="de"))
    assert text == "A video of 9 s. At 0 s: Shows a dog. Someone says: all of it"


def test_a_sound_without_speech_comes_at_the_end() -> None:
    loud = Description("s", "audio", "w", "1", "A sound that is loud.", (Span("label", "is loud"),))
    assert video_words(3.0, [], loud) == "A video of 3 s. A sound that is loud."


def test_findings_and_frames_keep_their_seconds() -> None:
    seen = [frame("a dog", 0.0), frame("a boat", 6.5)]
    assert [(span.text, span.start_s) for span in frame_spans(seen)] == [("a dog", 0.0), ("a boat", 6.5)]
    assert frames_of(seen) == (VideoFrame("a dog", 0.0), VideoFrame("a boat", 6.5))
