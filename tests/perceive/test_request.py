"""The media of a request: all are looked at and listened to, and one that cannot be used ends it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from agent.answers import UserTurn
from agent.backends.pictures.embedded_describer import EmbeddedDescriber
from agent.errors import MediaError
from agent.media.decoder import MediaDecoder
from agent.perceive.perception import Perception
from agent.perceive.request import Perceived, perceive
from tests.support.made_media import encoded, scenes, tone, write_sound, write_video
from tests.support.senses import German, MeanColours

RED, BLUE = (220, 20, 20), (20, 20, 220)


@pytest.fixture(scope="module")
def decoder() -> Iterator[MediaDecoder]:
    with MediaDecoder(children=1) as shared:
        yield shared


@pytest.fixture
def perception(decoder: MediaDecoder) -> Perception:
    return Perception(decoder, MeanColours(), EmbeddedDescriber([]), German)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    for name, colour in (("red", RED), ("blue", BLUE)):
        (folder / f"{name}.png").write_bytes(encoded(np.full((24, 32, 3), colour, np.uint8), "PNG"))
    (folder / "broken.png").write_bytes(b"nothing")
    write_sound(folder / "said.wav", tone(1.0), "pcm_s16le")
    write_video(folder / "clip.mp4", 1.0, scenes([RED], 1.0), sound=tone(1.0))
    write_video(folder / "mute.mp4", 1.0, scenes([BLUE], 1.0))
    return folder


def test_words_alone_have_nothing_looked_at(perception: Perception) -> None:
    perceived = perceive(UserTurn("boats"), perception, ())
    assert (perceived.sights, perceived.seen, perceived.heard) == ((), (), None)


def test_every_picture_is_told_in_the_order_given(perception: Perception, files: Path) -> None:
    turn = UserTurn(images=(str(files / "blue.png"), str(files / "red.png")))
    assert perceive(turn, perception, ()).seen == ("Mostly blue.", "Mostly red.")


def test_a_picture_that_cannot_be_used_is_an_error_of_the_request(perception: Perception, files: Path) -> None:
    turn = UserTurn(images=(str(files / "red.png"), str(files / "broken.png")))
    with pytest.raises(MediaError, match=r"broken\.png"):
        perceive(turn, perception, ())


def test_a_video_is_seen_beside_the_pictures_and_heard_where_nothing_else_is_said(
    perception: Perception, files: Path
) -> None:
    perceived = perceive(UserTurn(images=(str(files / "blue.png"),), video=str(files / "clip.mp4")), perception, ())
    assert len(perceived.seen) == 2
    assert perceived.seen[0] == "Mostly blue."
    assert perceived.heard is not None
    assert perceived.heard.text == "Ein Bild mit Booten"


def test_speech_of_its_own_goes_before_that_of_a_video(perception: Perception, files: Path) -> None:
    turn = UserTurn(audio=str(files / "said.wav"), video=str(files / "mute.mp4"))
    perceived = perceive(turn, perception, ())
    assert perceived.heard is not None
    assert len(perceived.sights) == 1


def test_a_video_without_sound_says_nothing(perception: Perception, files: Path) -> None:
    assert perceive(UserTurn(video=str(files / "mute.mp4")), perception, ()).heard is None


def test_the_recogniser_is_told_what_the_catalog_speaks_of(decoder: MediaDecoder, files: Path) -> None:
    class Listener(German):
        """A recogniser that remembers what it was told to expect."""

        expected: tuple[str, ...] = ()

        def transcribe(self, sound, *, vocabulary=()):
            Listener.expected = tuple(vocabulary)
            return super().transcribe(sound)

    listening = Perception(decoder, MeanColours(), EmbeddedDescriber([]), Listener)
    perceive(UserTurn(audio=str(files / "said.wav")), listening, ("Boote", "Morgen"))
    assert Listener.expected == ("Boote", "Morgen")


def test_what_nobody_perceived_is_empty() -> None:
    assert Perceived().seen == ()


def test_pictures_are_looked_at_closer_and_frames_of_videos_are_not(perception: Perception, files: Path) -> None:
    perceived = perceive(UserTurn(images=(str(files / "red.png"), str(files / "blue.png"))), perception, ())
    assert perceived.parts is not None
    assert len(perceived.parts) == 4
    assert len(perceived.points) == 2
    filmed = perceive(UserTurn(video=str(files / "mute.mp4")), perception, ())
    assert (filmed.parts, filmed.points) == (None, ())
