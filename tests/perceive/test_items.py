"""The media of items: what is perceived is theirs, and what cannot be used is told and costs nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from agent.backends.pictures.embedded_describer import EmbeddedDescriber
from agent.backends.protocols import PictureFeatures
from agent.media.decoded import Picture
from agent.media.decoder import MediaDecoder
from agent.perceive.items import perceive_items
from agent.perceive.perception import Perception
from retrieval.items import Description, Item, Media, MediaKind
from tests.support.made_media import encoded, photo, scenes, tone, write_sound, write_video
from tests.support.senses import German, MeanColours, Remembered

RED, BLUE = (220, 20, 20), (20, 20, 220)


@pytest.fixture(scope="module")
def decoder() -> Iterator[MediaDecoder]:
    with MediaDecoder(children=1) as shared:
        yield shared


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    for name, colour in (("red.png", RED), ("blue.png", BLUE)):
        (folder / name).write_bytes(encoded(np.full((24, 32, 3), colour, np.uint8), "PNG"))
    (folder / "broken.png").write_bytes(b"nothing")
    write_sound(folder / "said.wav", tone(1.0), "pcm_s16le")
    write_video(folder / "clip.mp4", 2.0, scenes([RED, BLUE], 1.0))
    return folder


def item(name: str, files: Path, *media: tuple[MediaKind, str]) -> Item:
    return Item(name, "Thing", media=tuple(Media(kind, str(files / file), file) for kind, file in media))


def test_each_item_gets_what_its_own_media_show_also_around_broken_ones(decoder: MediaDecoder, files: Path) -> None:
    perception = Perception(decoder, MeanColours(), EmbeddedDescriber([]), German)
    items = [
        item("a", files, ("image", "red.png"), ("image", "broken.png"), ("image", "blue.png")),
        item("b", files),
        item("c", files, ("audio", "said.wav"), ("image", "blue.png")),
        item("d", files, ("video", "clip.mp4")),
    ]
    first, second, third, fourth = perceive_items(items, perception)
    assert [description.text for description in first.item.descriptions] == ["Mostly red.", "Mostly blue."]
    assert [medium.problem is None for medium in first.item.media] == [True, False, True]
    assert [medium.sha256 is None for medium in first.item.media] == [False, True, False]
    assert (second.item, second.sights, second.flaws) == (items[1], (), ())
    assert [description.text for description in third.item.descriptions] == [
        "Someone says: A picture with boats",
        "Mostly blue.",
    ]
    assert len(fourth.sights) == 2
    assert fourth.item.descriptions[0].kind == "video"


def test_a_broken_medium_is_a_problem_of_its_item_that_degrades_it(decoder: MediaDecoder, files: Path) -> None:
    perception = Perception(decoder, MeanColours(), EmbeddedDescriber([]), German)
    (perceived,) = perceive_items([item("a", files, ("image", "broken.png"))], perception)
    (flaw,) = perceived.flaws
    assert flaw.kind == "unusable medium"
    assert "broken.png" in flaw.reason
    assert perceived.item.media[0].problem == flaw.reason


def test_a_picture_that_breaks_off_is_used_and_noted(decoder: MediaDecoder, files: Path) -> None:
    (files / "cut.jpg").write_bytes(encoded(photo())[:-2])
    perception = Perception(decoder, MeanColours(), EmbeddedDescriber([]), German)
    (perceived,) = perceive_items([item("a", files, ("image", "cut.jpg"))], perception)
    assert (len(perceived.sights), perceived.flaws) == (1, ())
    assert [note.reason for note in perceived.notes] == ["The picture 'cut.jpg' breaks off before its end."]


def test_a_medium_that_had_a_problem_already_is_not_opened(decoder: MediaDecoder) -> None:
    perception = Perception(decoder, MeanColours(), EmbeddedDescriber([]), German)
    medium = Media("image", "/nowhere/a.png", "a.png", "is outside of the folder")
    (perceived,) = perceive_items([Item("a", "Thing", media=(medium,))], perception)
    assert perceived.item.media == (medium,)
    assert perceived.flaws == ()


def test_a_picture_of_which_nothing_was_written_is_still_found_by_how_it_looks(
    decoder: MediaDecoder, files: Path
) -> None:
    class Mute(EmbeddedDescriber):
        """A describer that finds no words."""

        def describe(self, pictures: Sequence[Picture], features: PictureFeatures) -> list[Description]:
            return [Description(picture.sha256, "image", "mute", "1", "") for picture in pictures]

    perception = Perception(decoder, MeanColours(), Mute([]), German)
    (perceived,) = perceive_items([item("a", files, ("image", "red.png"))], perception)
    assert len(perceived.sights) == 1
    assert perceived.item.descriptions == ()
    assert perceived.item.media[0].problem is None
    assert "The picture 'red.png' got no words: mute wrote nothing usable." in perceived.flaws[0].reason
    assert perceived.wordless


def test_work_that_is_stopped_after_an_item_keeps_what_was_described(decoder: MediaDecoder, files: Path) -> None:
    cache = Remembered()
    perception = Perception(decoder, MeanColours(), EmbeddedDescriber([]), German, cache)
    items = [item("a", files, ("image", "red.png")), item("b", files, ("audio", "said.wav"))]

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        perceive_items(items, perception, stop)
    assert [description.text for description in cache.values()] == ["Mostly red."]
