"""The requests of the demonstration: one of each kind, each of which the agent takes."""

from __future__ import annotations

from pathlib import Path

from agent.demo.requests import SPOKEN, requests
from agent.language.detection import detect_language
from agent.media.file_type import HEAD_BYTES, sniff
from agent.understand import validate


def test_every_way_to_ask_is_shown_once_and_is_a_valid_turn() -> None:
    turns = dict(requests(Path("demo"), 3))
    ways = [bool(turn.text) + 2 * bool(turn.images) + 4 * bool(turn.audio) for turn in turns.values()]
    assert ways == [1, 2, 4, 1]
    assert all(turn.k == 3 for turn in turns.values())
    for turn in turns.values():
        validate(turn)
    assert [detect_language(turn.text) for turn in turns.values() if turn.text] == ["en", "zh"]


def test_the_picture_lies_in_the_folder_of_the_catalog_and_the_speech_comes_along() -> None:
    turns = [turn for _, turn in requests(Path("demo"), 1)]
    assert turns[1].images == (str(Path("demo", "detail.jpg")),)
    assert turns[2].audio == str(SPOKEN)
    kind = sniff(SPOKEN.read_bytes()[:HEAD_BYTES])
    assert kind is not None
    assert kind.reader == "ogg"
