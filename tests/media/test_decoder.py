"""Files from outside are decoded in a child process, or refused in one clear sentence."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from agent.errors import MediaError
from agent.media.decoded import SAMPLE_RATE, Picture
from agent.media.decoder import MediaDecoder
from agent.media.limits import MIB, DecodeLimits
from tests.support.made_media import empty_png, encoded, photo, tone, write_sound


@pytest.fixture(scope="module")
def decoder() -> Iterator[MediaDecoder]:
    with MediaDecoder() as shared:
        yield shared


def refusal(decoder: MediaDecoder, data: bytes, name: str = "x.jpg") -> MediaError:
    with pytest.raises(MediaError) as caught:
        decoder.picture_bytes(data, name)
    assert repr(name) in caught.value.what
    assert caught.value.what.endswith(".")
    assert caught.value.hint.endswith(".")
    return caught.value


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_allowed_picture_formats_decode_whatever_the_file_is_called(
    decoder: MediaDecoder, tmp_path: Path, kind: str
) -> None:
    data = encoded(photo(), kind)
    path = tmp_path / "picture.txt"
    path.write_bytes(data)
    picture = decoder.picture(path)
    assert picture.sha256 == hashlib.sha256(data).hexdigest()
    assert (picture.width, picture.height) == (64, 48)
    assert picture.rgb.shape == (48, 64, 3)
    assert picture.rgb.dtype == np.uint8
    assert np.abs(picture.rgb.astype(int) - photo()).mean() < 12


def test_large_pictures_are_shrunk_and_remember_their_size(decoder: MediaDecoder) -> None:
    picture = decoder.picture_bytes(encoded(photo(3000, 1500)))
    assert picture.rgb.shape == (512, 1024, 3)
    assert (picture.width, picture.height) == (3000, 1500)


def test_a_very_thin_picture_keeps_one_pixel(decoder: MediaDecoder) -> None:
    assert decoder.picture_bytes(encoded(photo(5000, 1), "PNG")).rgb.shape == (1, 1024, 3)


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [
        (1, (0, 0)),
        (2, (0, -1)),
        (3, (-1, -1)),
        (4, (-1, 0)),
        (5, (0, 0)),
        (6, (0, -1)),
        (7, (-1, -1)),
        (8, (-1, 0)),
    ],
)
def test_exif_orientation_is_applied(decoder: MediaDecoder, orientation: int, corner: tuple[int, int]) -> None:
    rgb = np.zeros((20, 40, 3), np.uint8)
    rgb[:6, :6] = 255
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = decoder.picture_bytes(encoded(rgb, "PNG", exif=exif))
    tall = orientation >= 5
    assert (picture.width, picture.height) == ((20, 40) if tall else (40, 20))
    assert picture.rgb.shape == ((40, 20, 3) if tall else (20, 40, 3))
    assert picture.rgb[corner].min() == 255
    assert picture.rgb.mean() < 30


def test_transparency_becomes_white(decoder: MediaDecoder) -> None:
    layer = np.zeros((8, 8, 4), np.uint8)
    layer[:, 4:] = (200, 0, 0, 255)
    rgb = decoder.picture_bytes(encoded(layer, "PNG")).rgb
    assert rgb[0, 0].tolist() == [255, 255, 255]
    assert rgb[0, 7].tolist() == [200, 0, 0]


def test_transparent_palette_becomes_white(decoder: MediaDecoder, tmp_path: Path) -> None:
    path = tmp_path / "p.gif"
    picture = Image.new("P", (4, 4), 1)
    picture.putpalette([255, 0, 0, 0, 0, 255])
    picture.putpixel((0, 0), 0)
    picture.save(path, transparency=0)
    rgb = decoder.picture(path).rgb
    assert rgb[0, 0].tolist() == [255, 255, 255]
    assert rgb[3, 3].tolist() == [0, 0, 255]


def test_sixteen_bit_grey_is_scaled_and_not_clipped(decoder: MediaDecoder) -> None:
    deep = np.linspace(0, 65_535, 256).astype(np.uint16).reshape(1, -1)
    rgb = decoder.picture_bytes(encoded(deep, "PNG")).rgb
    assert rgb[0, 0, 0] == 0
    assert abs(int(rgb[0, 128, 0]) - 128) <= 1
    assert rgb[0, -1, 0] == 255


def test_cmyk_becomes_rgb(decoder: MediaDecoder, tmp_path: Path) -> None:
    path = tmp_path / "print.jpg"
    Image.new("CMYK", (16, 16), (0, 255, 255, 0)).save(path)
    red, green, blue = decoder.picture(path).rgb[8, 8].tolist()
    assert red > 200
    assert green < 60
    assert blue < 60


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty (0 bytes)"),
        (b"hello world, this is no picture", "unknown file type"),
        (b"%PDF-1.7 and so on and so on and on", "a PDF document"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing"),
        (b"II*\x00" + bytes(40), "is damaged"),
        (b"\x00\x00\x00\x20ftypheic" + bytes(40), "a HEIC picture by its content, which cannot be used here"),
        (b"OggS" + bytes(40), "OGG media"),
        (encoded(photo(400, 300))[:2000], "is damaged"),
        (encoded(photo(400, 300), "PNG")[:2000], "is damaged"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "is damaged"),
    ],
)
def test_unusable_pictures_say_why(decoder: MediaDecoder, data: bytes, words: str) -> None:
    assert words in refusal(decoder, data).what


def test_a_hundred_megapixels_are_refused_before_they_are_decoded(decoder: MediaDecoder) -> None:
    error = refusal(decoder, empty_png(10_000, 10_000), "bomb.png")
    assert "10000 x 10000 pixels (100 megapixels)" in error.what
    assert "64 megapixels" in error.what


def test_files_too_large_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    with path.open("wb") as file:
        file.truncate(3 * MIB)
    small = MediaDecoder(children=1, limits=DecodeLimits(picture_bytes=MIB))
    with small, pytest.raises(MediaError, match="has 3 MiB, more than the 1 MiB allowed"):
        small.picture(path)


def test_missing_files_folders_and_pipes_are_refused(decoder: MediaDecoder, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, words in (("nowhere.jpg", "does not exist"), (".", "is not a file"), ("pipe", "is not a file")):
        with pytest.raises(MediaError, match=words):
            decoder.picture(tmp_path / name)


def test_a_picture_that_needs_too_much_memory_is_refused_and_the_next_one_decodes() -> None:
    with MediaDecoder(children=1, limits=DecodeLimits(memory_bytes=48 * MIB)) as narrow:
        error = refusal(narrow, empty_png(7_500, 8_000))
        assert "48 MiB of memory" in error.what
        assert narrow.picture_bytes(encoded(photo())).width == 64


def test_a_picture_that_takes_too_long_is_refused_and_the_next_one_decodes() -> None:
    with MediaDecoder(children=1, limits=DecodeLimits(picture_s=0.2)) as hasty:
        assert "took longer than 0.2 s" in refusal(hasty, empty_png(8_000, 7_900, channels=4)).what
        assert hasty.picture_bytes(encoded(photo())).width == 64


def test_a_dead_child_is_replaced(tmp_path: Path) -> None:
    with MediaDecoder(children=1) as decoder:
        decoder.picture_bytes(encoded(photo()))
        running = decoder._for_pictures._all[0]._process
        assert running is not None
        running.kill()
        with pytest.raises(MediaError, match="the decoder was stopped by the system"):
            decoder.picture_bytes(encoded(photo()))
        assert decoder.picture_bytes(encoded(photo())).width == 64


def test_many_pictures_come_in_order_with_refusals_in_their_places(decoder: MediaDecoder, tmp_path: Path) -> None:
    paths = []
    for number in range(40):
        path = tmp_path / f"{number}.png"
        path.write_bytes(b"broken" if number % 7 == 3 else encoded(photo(10 + number, 20), "PNG"))
        paths.append(path)
    results = list(decoder.pictures(paths))
    widths = [result.width if isinstance(result, Picture) else None for result in results]
    assert widths == [None if number % 7 == 3 else 10 + number for number in range(40)]


def test_pictures_are_decoded_ahead_but_not_without_bound(decoder: MediaDecoder, tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(encoded(photo(), "PNG"))
    asked = 0

    def paths() -> Iterator[Path]:
        nonlocal asked
        for _ in range(1_000):
            asked += 1
            yield path

    stream = decoder.pictures(paths())
    next(stream)
    assert 1 < asked < 20
    stream.close()


def test_threads_share_one_decoder(decoder: MediaDecoder) -> None:
    files = {width: encoded(photo(width, 20), "PNG") for width in range(10, 40)}
    seen: list[bool] = []

    def work() -> None:
        seen.extend(decoder.picture_bytes(data).width == width for width, data in files.items())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [True] * 120


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.wav", "pcm_s16le"), ("a.mp3", "libmp3lame"), ("a.ogg", "libopus"), ("a.flac", "flac"), ("a.m4a", "aac"),
     ("a.webm", "libopus"), ("a.mkv", "aac"), ("a.aac", "aac")],
)  # fmt: skip
def test_sounds_become_mono_at_one_rate(decoder: MediaDecoder, tmp_path: Path, name: str, codec: str) -> None:
    path = write_sound(tmp_path / name, tone(1.0), codec, 48_000 if codec == "libopus" else SAMPLE_RATE)
    sound = decoder.sound(path)
    assert sound.samples.dtype == np.float32
    assert sound.duration_s == pytest.approx(1.0, abs=0.15)
    spectrum = np.abs(np.fft.rfft(sound.samples))
    assert np.fft.rfftfreq(len(sound.samples), 1 / SAMPLE_RATE)[spectrum.argmax()] == pytest.approx(440, abs=3)
    assert sound.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_sound_of_zero_length_is_refused(decoder: MediaDecoder, tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.wav", tone(0.1), "pcm_s16le")
    header = path.read_bytes()[: path.read_bytes().index(b"data") + 4] + bytes(4)
    path.write_bytes(header)
    with pytest.raises(MediaError, match="zero length"):
        decoder.sound(path)


def test_a_sound_too_long_is_refused(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.flac", tone(3.0), "flac")
    short = MediaDecoder(children=1, limits=DecodeLimits(duration_s=2.0))
    with short, pytest.raises(MediaError, match="lasts 3 s, more than the 2 s allowed"):
        short.sound(path)


@pytest.mark.parametrize("data", [b"", b"ID3" + bytes(200), b"RIFF\x24\x00\x00\x00WAVE", encoded(photo()), bytes(99)])
def test_unusable_sounds_are_refused(decoder: MediaDecoder, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(data)
    with pytest.raises(MediaError, match=r"The sound 'a\.mp3' "):
        decoder.sound(path)


@given(kind=st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "BMP"]), data=st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_mutated_and_truncated_pictures_end_in_a_picture_or_a_refusal(
    decoder: MediaDecoder, kind: str, data: st.DataObject
) -> None:
    whole = bytearray(encoded(photo(), kind))
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=8)):
        whole[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    try:
        picture = decoder.picture_bytes(bytes(whole[:cut] if cut % 3 == 0 else whole))
    except MediaError:
        return
    assert picture.rgb.ndim == 3
    assert max(picture.rgb.shape) <= 1024
