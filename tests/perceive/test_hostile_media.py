"""No file that somebody made ends this process, holds it up, or takes its memory: all of perceiving, OCR included."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from agent.backends.pictures.embedded_describer import EmbeddedDescriber
from agent.backends.pictures.ocr import Ocr, OcrProcess
from agent.errors import MediaError
from agent.media.decoder import MediaDecoder
from agent.media.limits import MIB
from agent.perceive.perception import Perception
from tests.support.hostile_media import media_bombs, mutated_media, mutated_pictures, picture_bombs
from tests.support.made_media import encoded, photo
from tests.support.senses import German, MeanColours

MOST_S = 10.0  # of the processor, for one file; a busy machine takes as much longer as it is busy
MOST_BYTES = 1536 * MIB
BOMB_S, BOMB_BYTES = 2.0, 300 * 1_000_000


def start_of_peak() -> int:
    """Bytes that this process holds; from now on its peak is counted anew."""
    Path("/proc/self/clear_refs").write_text("5")
    return sizes("VmRSS")[os.getpid()]


@dataclass
class Watch:
    """What files cost in the processor and the memory of this process and of those that it started.

    Of this process it counts what was added meanwhile: other tests may have filled it before.
    """

    taken: int = 0
    refused: int = 0
    slowest_s: float = 0.0
    largest_bytes: int = 0
    held_bytes: int = field(default_factory=start_of_peak)

    def look(self, see: Callable[[], object]) -> None:
        before = processor_s()
        try:
            see()
            self.taken += 1
        except MediaError:
            self.refused += 1
        self.slowest_s = max(self.slowest_s, processor_s() - before)
        peaks = sizes("VmHWM")
        peaks[os.getpid()] -= self.held_bytes
        self.largest_bytes = max(self.largest_bytes, *peaks.values())


def family() -> list[int]:
    """This process and its children."""
    family = [os.getpid()]
    for file in Path("/proc/self/task").glob("*/children"):
        with suppress(FileNotFoundError):  # a thread that has ended meanwhile
            family += map(int, file.read_text().split())
    return family


def processor_s() -> float:
    """Seconds of the processor that this process and its children took, those that ended included."""
    total = 0.0
    for pid in family():
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        ended = fields[13:15] if pid == os.getpid() else []
        total += sum(map(int, (*fields[11:13], *ended))) / os.sysconf("SC_CLK_TCK")
    return total


def sizes(name: str) -> dict[int, int]:
    """Bytes in memory, now (`VmRSS`) or at most so far (`VmHWM`), by process."""
    by_process = {}
    for pid in family():
        try:
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        except FileNotFoundError:
            continue
        by_process[pid] = sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))
    return by_process


@pytest.fixture(scope="module")
def perception() -> Iterator[Perception]:
    with MediaDecoder(children=1) as decoder, OcrProcess() as reading:
        describer = EmbeddedDescriber([], ocr=Ocr(reading, quick=True))
        yield Perception(decoder, MeanColours(), describer, German)


@pytest.fixture(scope="module")
def thorough() -> Iterator[Perception]:
    with MediaDecoder(children=1) as decoder, OcrProcess() as reading:
        perception = Perception(decoder, MeanColours(), EmbeddedDescriber([], ocr=Ocr(reading)), German)
        perception.see_bytes(encoded(photo(1024, 1024)))  # the largest honest one
        yield perception


def see_all(perception: Perception, pictures: Iterable[bytes]) -> Watch:
    watch = Watch()
    for data in pictures:
        watch.look(partial(perception.see_bytes, data))
    return watch


def hear_all(perception: Perception, paths: Iterable[Path]) -> Watch:
    watch = Watch()
    for path in paths:
        watch.look(partial(use, perception, path))
    return watch


def use(perception: Perception, path: Path) -> None:
    """As an item's file is used: a video watched, a sound listened to."""
    (perception.watch if path.suffix in (".mp4", ".mkv", ".avi", ".mpg", ".gif") else perception.listen)(path)


def check(watch: Watch) -> None:
    assert watch.slowest_s < MOST_S
    assert watch.largest_bytes < MOST_BYTES


def test_mutated_pictures_end_in_a_sight_or_a_refusal(perception: Perception) -> None:
    watch = see_all(perception, mutated_pictures(60))
    check(watch)
    assert watch.refused > 10 < watch.taken


def test_mutated_sounds_and_clips_end_in_words_or_a_refusal(perception: Perception, tmp_path: Path) -> None:
    watch = hear_all(perception, mutated_media(tmp_path, 60))
    check(watch)
    assert watch.refused > 10 < watch.taken


@pytest.mark.parametrize(
    "name", ["1024 x 1", "9 x 1024", "1 x 1,000,000", "the largest JPEG", "scans", "comments", "overlapping tags"]
)
def test_a_picture_that_asks_for_much_is_done_with_at_once(thorough: Perception, name: str) -> None:
    defuse(name, partial(thorough.see_bytes, picture_bombs()[name]()))


@pytest.mark.parametrize("name", ["hours.wav", "channels.wav", "frame size.avi"])
def test_a_sound_or_video_that_asks_for_much_is_done_with_at_once(
    thorough: Perception, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(media_bombs()[name](tmp_path))
    defuse(name, partial(use, thorough, tmp_path / name))


def test_a_bad_picture_leaves_the_others_of_its_batch_as_they_are(perception: Perception, tmp_path: Path) -> None:
    files = [encoded(photo()), picture_bombs()["scans"](), picture_bombs()["1 x 1024"](), encoded(photo(seed=2))]
    paths = [tmp_path / f"{number}" for number in range(len(files))]
    for path, data in zip(paths, files, strict=True):
        path.write_bytes(data)
    seen = list(perception.see(paths))
    assert [isinstance(sight, MediaError) for sight in seen] == [False, True, False, False]


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_two_thousand_mutated_pictures_end_in_a_sight_or_a_refusal(perception: Perception) -> None:
    watch = see_all(perception, mutated_pictures(2_000, seed=1))
    print(watch)
    check(watch)


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_two_thousand_mutated_sounds_and_clips_end_in_words_or_a_refusal(
    perception: Perception, tmp_path: Path
) -> None:
    watch = hear_all(perception, mutated_media(tmp_path, 2_000, seed=1))
    print(watch)
    check(watch)


@pytest.mark.slow
def test_thirty_bombs_are_done_with_at_once(thorough: Perception, tmp_path: Path) -> None:
    for name, make in picture_bombs().items():
        defuse(name, partial(thorough.see_bytes, make()), BOMB_S)
    for name, make_file in media_bombs().items():
        (tmp_path / name).write_bytes(make_file(tmp_path))
        defuse(name, partial(use, thorough, tmp_path / name), BOMB_S)


def defuse(name: str, see: Callable[[], object], most_s: float = MOST_S) -> None:
    """Perceive a bomb; it may be taken for what it is, or refused, but in no time and in little memory.

    A process that decodes may have to start first.
    """
    watch = Watch()
    before = sum(sizes("VmRSS").values())
    with peak_bytes() as peak:
        watch.look(see)
    grown = peak[0] - before
    print(f"{name}: {watch}, {grown / 1e6:.0f} MB more")
    assert watch.slowest_s < most_s
    assert grown < BOMB_BYTES


@contextmanager
def peak_bytes() -> Iterator[list[int]]:
    """The most that this process and its children take in memory while the block runs."""
    peak, over = [sum(sizes("VmRSS").values())], threading.Event()

    def look() -> None:
        while not over.wait(0.005):
            peak[0] = max(peak[0], sum(sizes("VmRSS").values()))

    watching = threading.Thread(target=look)
    watching.start()
    try:
        yield peak
    finally:
        over.set()
        watching.join()
