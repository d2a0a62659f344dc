"""Processes of their own: for a fresh interpreter, and to see how much memory a command takes."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")
LOOK_S = 0.05


def in_child(function: Callable[..., Result], *arguments: object) -> Result:
    """What a function gives in a fresh interpreter, where nothing is imported or loaded yet."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def command() -> list[str]:
    """The `tastemaker` command of this interpreter's environment, as a person would start it."""
    script = Path(sys.executable).with_name("tastemaker")
    return [str(script)] if script.is_file() else [sys.executable, "-m", "agent"]


@dataclass(frozen=True, slots=True)
class Watched:
    """A command that has ended.

    Attributes:
        peak_bytes: Most resident memory of the process and all its children together at any look; pages that they
            share count for each. Never less than what the system says of the largest of them.
    """

    wall_s: float
    peak_bytes: int


def watch(arguments: Sequence[str], folder: Path) -> Watched:
    """Run a command in a folder and look at its memory all the while.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    started, peak, ended = time.perf_counter(), 0, 0
    with tempfile.TemporaryFile() as errors:  # no pipe: nobody reads it meanwhile, and a full one stops the command
        process = subprocess.Popen(arguments, cwd=folder, stdout=subprocess.DEVNULL, stderr=errors)
        while not ended:
            peak = max(peak, sum(map(resident_bytes, _family(process.pid))))
            time.sleep(LOOK_S)
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        wall_s = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            raise subprocess.CalledProcessError(process.returncode, list(arguments), stderr=errors.read().decode())
    return Watched(wall_s, max(peak, usage.ru_maxrss * 1024))


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = [child for task in Path(f"/proc/{pid}/task").iterdir() for child in _words(task / "children")]
    except OSError:  # it has just ended
        return
    for child in children:
        yield from _family(int(child))


def resident_bytes(pid: int) -> int:
    """Memory that a process holds; 0 once it has ended."""
    try:
        return int(_words(Path(f"/proc/{pid}/statm"))[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def _words(path: Path) -> list[str]:
    return path.read_text(encoding="ascii").split()
