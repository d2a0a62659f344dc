"""A process for files from outside as its parent sees it: it answers, is replaced when it dies, ended when slow."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from agent.media.confined_process import ConfinedDeath, ConfinedProcess, ConfinedTimeout
from agent.media.limits import DecodeLimits
from tests.support.made_media import encoded, photo
from tests.support.patience import PATIENCE_S

PICTURE = {"kind": "picture"}


@pytest.fixture
def others() -> set[int]:
    """Children that decode for other tests of this process."""
    return set(children())


def decoding() -> ConfinedProcess:
    return ConfinedProcess("agent.media.decode_child", asdict(DecodeLimits()))


@pytest.fixture
def process(others: set[int]) -> Iterator[ConfinedProcess]:
    child = decoding()
    yield child
    child.stop()


def children() -> list[int]:
    """Ids of the processes that decode for this one."""
    files = Path("/proc/self/task").glob("*/children")
    ids = [int(child) for file in files for child in _read(file).split()]
    return [child for child in ids if b"decode_child" in _read(Path(f"/proc/{child}/cmdline"))]


def _read(file: Path) -> bytes:
    """What stands in a file of the system; nothing where what it tells of has ended."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""


def test_a_request_is_answered_with_plain_arrays(process: ConfinedProcess) -> None:
    header, (pixels,) = process.exchange(PICTURE, encoded(photo(), "PNG"), PATIENCE_S)
    rgb = np.frombuffer(pixels, np.uint8).reshape(header["shape"])
    np.testing.assert_array_equal(rgb, photo())


def test_a_request_that_is_refused_leaves_the_child_at_work(process: ConfinedProcess) -> None:
    header, blobs = process.exchange(PICTURE, b"nothing", PATIENCE_S)
    assert header["refused"][0] == "is of an unknown file type"
    assert blobs == []
    assert process.exchange(PICTURE, encoded(photo()), PATIENCE_S)[0]["width"] == 64


def test_a_child_that_is_too_slow_is_killed_and_the_next_request_has_a_new_one(
    process: ConfinedProcess, others: set[int]
) -> None:
    process.exchange(PICTURE, encoded(photo()), PATIENCE_S)
    (child,) = set(children()) - others
    os.kill(child, signal.SIGSTOP)  # it would never answer
    with pytest.raises(ConfinedTimeout):
        process.exchange(PICTURE, encoded(photo()), 0.1)
    assert child not in children()
    assert process.exchange(PICTURE, encoded(photo()), PATIENCE_S)[0]["width"] == 64


def test_a_request_that_the_child_cannot_read_is_its_death_and_is_said(process: ConfinedProcess) -> None:
    with pytest.raises(ConfinedDeath, match="ended with exit code 1"):
        process.exchange({}, b"a request without a kind", PATIENCE_S)


def test_a_child_that_the_system_stopped_says_so(process: ConfinedProcess, others: set[int]) -> None:
    process.exchange(PICTURE, encoded(photo()), PATIENCE_S)
    (child,) = set(children()) - others
    os.kill(child, signal.SIGKILL)
    with pytest.raises(ConfinedDeath, match="stopped by the system, probably for want of memory"):
        process.exchange(PICTURE, encoded(photo()), PATIENCE_S)


def test_the_child_knows_nothing_of_this_process_but_where_programs_are(
    process: ConfinedProcess, others: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_SECRET", "of ours")
    process.exchange(PICTURE, encoded(photo()), PATIENCE_S)
    (child,) = set(children()) - others
    assert b"A_SECRET" not in Path(f"/proc/{child}/environ").read_bytes()


def test_stopping_what_never_ran_is_no_trouble() -> None:
    child = decoding()
    child.stop()
    child.stop()
