"""Perception turns files into vectors, descriptions and transcripts, and describes nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from agent.backends.pictures.embedded_describer import EmbeddedDescriber
from agent.errors import MediaError
from agent.media.decoded import Sound
from agent.media.decoder import MediaDecoder
from agent.media.loudness import sound_words
from agent.perceive.perception import BATCH, Perception, Sight
from retrieval.items import Description
from tests.support.made_media import encoded, photo, scenes, tone, write_sound, write_video
from tests.support.senses import German, MeanColours, Remembered, SpectrumEars

RED, BLUE = (220, 20, 20), (20, 20, 220)


@pytest.fixture(scope="module")
def decoder() -> Iterator[MediaDecoder]:
    with MediaDecoder(children=1) as shared:
        yield shared


@pytest.fixture
def cache() -> Remembered:
    return Remembered()


@pytest.fixture
def perception(decoder: MediaDecoder, cache: Remembered) -> Perception:
    return Perception(decoder, MeanColours(), EmbeddedDescriber([]), German, cache)


def save(folder: Path, name: str, colour: tuple[int, int, int]) -> Path:
    path = folder / name
    path.write_bytes(encoded(np.full((24, 32, 3), colour, np.uint8), "PNG"))
    return path


def test_pictures_get_vectors_and_words_in_order_around_broken_ones(perception: Perception, tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"nothing")
    paths = [save(tmp_path, f"{n}.png", RED if n % 2 else BLUE) for n in range(BATCH + 3)]
    paths.insert(2, tmp_path / "broken.png")
    found = list(perception.see(paths))
    assert isinstance(found.pop(2), MediaError)
    for number, sight in enumerate(found):
        assert isinstance(sight, Sight)
        assert sight.vector.argmax() == (0 if number % 2 else 2)
        assert sight.description.text == ("Mostly red." if number % 2 else "Mostly blue.")
        assert sight.description.media == sight.picture.sha256
        assert sight.logits is None


def test_a_batch_of_nothing_but_broken_pictures_is_no_trouble(perception: Perception, tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"nothing")
    assert [type(found) for found in perception.see([tmp_path / "broken.png"] * (BATCH + 1))] == [MediaError] * 17
    assert list(perception.see([])) == []


def test_a_remembered_description_is_not_made_again(perception: Perception, cache: Remembered, tmp_path: Path) -> None:
    path = save(tmp_path, "a.png", RED)
    (first,) = perception.see([path])
    assert isinstance(first, Sight)
    key = (first.picture.sha256, first.description.origin, first.description.version)
    assert key in cache
    cache[key] = Description(key[0], "image", key[1], key[2], text="From the cache.")
    (second,) = perception.see([path])
    assert isinstance(second, Sight)
    assert second.description.text == "From the cache."
    assert np.array_equal(second.vector, first.vector)


def test_an_uploaded_picture_is_seen_without_a_file(perception: Perception) -> None:
    assert perception.see_bytes(encoded(photo())).vector.shape == (3,)
    with pytest.raises(MediaError, match=r"The picture 'mine\.png' is of an unknown file type"):
        perception.see_bytes(b"nothing to see", "mine.png")


def test_speech_keeps_its_own_words_beside_the_english(perception: Perception, tmp_path: Path) -> None:
    heard = perception.hear(write_sound(tmp_path / "a.wav", tone(3.0, loudness=0.5), "pcm_s16le"))
    assert heard.transcript is not None
    assert heard.description.text == "Someone says: A picture with boats"
    assert (heard.description.original, heard.description.language) == ("Ein Bild mit Booten", "de")
    assert [(span.kind, span.text, span.start_s) for span in heard.description.spans] == [
        ("speech", "Ein Bild mit Booten", 0.5)
    ]


def test_without_ears_for_sounds_a_request_without_speech_is_refused_but_an_item_is_described(
    perception: Perception, tmp_path: Path
) -> None:
    path = write_sound(tmp_path / "a.wav", tone(3.0, loudness=0.1), "pcm_s16le")
    with pytest.raises(MediaError, match="no speech"):
        perception.hear(path)
    heard = perception.listen(path)
    assert heard.transcript is None
    assert heard.description.text == (
        "A sound without speech that can be understood; it lasts 3 s and is of middling loudness, with a clear tone."
    )


def test_a_request_without_speech_is_heard_as_the_sound_it_is(decoder: MediaDecoder, tmp_path: Path) -> None:
    ears = SpectrumEars()
    perception = Perception(decoder, MeanColours(), EmbeddedDescriber([]), German, sounds=lambda: ears)
    quiet, loud, silent = (
        write_sound(tmp_path / f"{loudness}.wav", tone(1.0, loudness=loudness), "pcm_s16le")
        for loudness in (0.1, 0.6, 0.0)
    )
    heard = perception.hear(quiet)
    assert heard.transcript is None
    assert heard.measured is not None
    assert "with a clear tone" in heard.description.text
    assert perception.hear(loud).measured is None  # what is said in it is what is asked
    assert perception.listen(loud).measured is not None
    with pytest.raises(MediaError):
        perception.hear(silent)


def test_a_known_description_does_not_keep_a_sound_from_being_measured(
    decoder: MediaDecoder, cache: Remembered, tmp_path: Path
) -> None:
    perception = Perception(decoder, MeanColours(), EmbeddedDescriber([]), German, cache, sounds=SpectrumEars)
    path = write_sound(tmp_path / "a.wav", tone(1.0, loudness=0.1), "pcm_s16le")
    first, second = perception.listen(path), perception.listen(path)
    assert second.description is first.description
    assert first.measured is not None
    assert second.measured is not None


def test_a_silent_item_says_so_and_is_remembered(perception: Perception, cache: Remembered, tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.wav", np.zeros(32_000, np.float32), "pcm_s16le")
    assert "lasts 2 s and is silent" in perception.listen(path).description.text
    assert len(cache) == 1
    assert perception.listen(path).description is next(iter(cache.values()))


def test_a_video_is_told_frame_by_frame_with_its_speech(perception: Perception, tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mp4", 4, scenes([RED, BLUE], 2.0), sound=tone(4.0, loudness=0.6))
    watched = perception.watch(path)
    assert len(watched.sights) == 2
    assert watched.heard is not None
    assert watched.heard.transcript is not None
    text = watched.description.text
    assert text.startswith("A video of 4 s. At 0 s: Mostly red")
    assert "At 2 s: Mostly blue" in text
    assert text.endswith("Someone says: A picture with boats")
    assert watched.description.kind == "video"
    assert {span.kind for span in watched.description.spans} == {"colour", "speech"}
    assert all(span.start_s is not None for span in watched.description.spans)


def test_a_video_without_sound_is_only_seen(perception: Perception, tmp_path: Path) -> None:
    watched = perception.watch(write_video(tmp_path / "v.mp4", 1, scenes([RED], 1.0)))
    assert watched.heard is None
    assert watched.description.origin == "efficientnet-lite2+colours"


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        (tone(12.0, loudness=0.9), "lasts 12 s and is loud"),
        (tone(0.4, loudness=0.005), "lasts less than a second and is quiet"),
        (np.concatenate([tone(1.0), np.zeros(64_000, np.float32)]), "with long pauses"),
        (np.zeros(16_000, np.float32), "is silent"),
    ],
)
def test_sounds_are_measured_and_worded(samples: np.ndarray, words: str) -> None:
    assert words in sound_words(Sound("a", samples)).text
