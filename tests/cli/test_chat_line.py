"""A line of the chat: words, and media with their paths."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.cli.chat_line import MEDIA_WORDS, parse_line
from agent.errors import RequestError


@pytest.mark.parametrize(
    ("line", "text", "images", "audio", "video"),
    [
        ("red boats", "red boats", (), None, None),
        ("like this /image a.jpg please", "like this please", ("a.jpg",), None, None),
        ("/image a.jpg /image b.jpg", "", ("a.jpg", "b.jpg"), None, None),
        ('/image "my photo.jpg" bigger', "bigger", ("my photo.jpg",), None, None),
        ("/image '/tmp/my photo.jpg'", "", ("/tmp/my photo.jpg",), None, None),
        (r"/image /tmp/my\ photo.jpg", "", ("/tmp/my photo.jpg",), None, None),
        ("/audio a.ogg", "", (), "a.ogg", None),
        ("/video c.mp4 like it", "like it", (), None, "c.mp4"),
        ("what's in fashion", "what's in fashion", (), None, None),
        ("what's like /image a.jpg", "what's like", ("a.jpg",), None, None),
        ("black and/or white", "black and/or white", (), None, None),
        ("a b/image c", "a b/image c", (), None, None),
        ('a "quoted wish', 'a "quoted wish', (), None, None),
    ],
)
def test_a_line_is_read(line: str, text: str, images: tuple[str, ...], audio: str | None, video: str | None) -> None:
    turn = parse_line(line, "ada", 3)
    assert (turn.text, turn.images, turn.audio, turn.video, turn.user, turn.k) == (text, images, audio, video, "ada", 3)


@pytest.mark.parametrize("line", ["/image", "boats /audio", "/image /video c.mp4", "/video   "])
def test_a_medium_without_a_path_is_refused(line: str) -> None:
    with pytest.raises(RequestError, match="names no file"):
        parse_line(line, None, 3)


@pytest.mark.parametrize("line", ["/help", "/images a.jpg", "/quit now"])
def test_an_unknown_command_is_refused_with_those_there_are(line: str) -> None:
    with pytest.raises(RequestError, match=r"is not a command\.") as caught:
        parse_line(line, None, 3)
    assert all(word in caught.value.hint for word in MEDIA_WORDS)


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="/", exclude_categories=("C",)), max_size=50))
def test_a_line_without_commands_is_its_words(line: str) -> None:
    assert parse_line(line, None, 3).text == " ".join(line.split())
