"""Text in pictures is read in a process of its own: whatever a picture does to it, the next one is read."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from agent.backends.pictures import ocr
from agent.backends.pictures.ocr import Ocr, OcrProcess
from agent.errors import ModelError
from agent.media.decoded import Picture
from agent.media.limits import MIB
from tests.support.hostile_media import THIN, poster
from tests.support.made_media import photo


@pytest.fixture(scope="module")
def reading() -> Iterator[OcrProcess]:
    with OcrProcess() as shared:
        yield shared


def picture(rgb: NDArray[np.uint8]) -> Picture:
    return Picture("a" * 64, rgb, rgb.shape[1], rgb.shape[0])


POSTER = picture(np.asarray(poster(480, 200)))


def peak_bytes(reading: OcrProcess) -> int:
    assert reading._process is not None
    assert reading._process._process is not None
    status = Path(f"/proc/{reading._process._process.pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


@pytest.mark.parametrize("quick", [True, False])
def test_what_is_written_large_is_read(reading: OcrProcess, quick: bool) -> None:
    assert [span.text for span in Ocr(reading, quick=quick).read(POSTER)] == ["HARBOUR"]


def test_a_picture_without_text_has_no_text_spans(reading: OcrProcess) -> None:
    assert Ocr(reading).read(picture(photo(200, 150))) == []


@pytest.mark.parametrize(("width", "height"), [(1, 1), *THIN])
def test_a_thin_picture_takes_no_more_memory_than_any_other(reading: OcrProcess, width: int, height: int) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    for quick in (True, False):
        Ocr(reading, quick=quick).read(picture(noise))
    assert peak_bytes(reading) < 768 * MIB


def test_a_line_in_a_thin_picture_is_read(reading: OcrProcess) -> None:
    button = picture(np.asarray(poster(300, 40).crop((0, 8, 300, 48))))
    assert [span.text for span in Ocr(reading).read(button)] == ["HARBOUR"]


def test_no_process_runs_before_the_first_picture() -> None:
    with OcrProcess() as unused:
        assert unused._process is None


def test_a_picture_that_takes_too_long_is_left_unread_and_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with OcrProcess() as reading, caplog.at_level(logging.WARNING):
        assert reading.read(POSTER, quick=True)
        with monkeypatch.context() as hasty:
            hasty.setattr(ocr, "READ_S", 0.001)
            assert reading.read(POSTER, quick=False) == []
        assert "took longer than 0.001 s" in caplog.text
        assert [span.text for span in reading.read(POSTER, quick=True)] == ["HARBOUR"]


def test_a_process_that_has_died_is_said_and_the_next_picture_is_read(caplog: pytest.LogCaptureFixture) -> None:
    with OcrProcess() as reading, caplog.at_level(logging.WARNING):
        reading.read(POSTER, quick=True)
        assert reading._process is not None
        assert reading._process._process is not None
        reading._process._process.kill()
        assert reading.read(POSTER, quick=True) == []
        assert "was stopped by the system" in caplog.text
        assert [span.text for span in reading.read(POSTER, quick=True)] == ["HARBOUR"]


def test_a_package_without_models_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "find_spec", lambda _: None)
    with OcrProcess() as reading, pytest.raises(ModelError, match="carries no model"):
        reading.read(POSTER, quick=True)
