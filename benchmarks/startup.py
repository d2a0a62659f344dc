"""How long the command line takes to say what it can do."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from benchmarks.child import command
from benchmarks.figures import at_most
from benchmarks.settings import Settings
from benchmarks.table import Row

RUNS, LIMIT_S = 7, 0.7


def rows(_: Settings) -> list[Row]:
    """Start it again and again, in turn with an interpreter that does nothing."""
    contestants = {"help": [*command(), "--help"], "nothing": [sys.executable, "-c", ""]}
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _round in range(RUNS + 1):
        for name, arguments in contestants.items():
            times[name].append(_timed(arguments))
    seconds, floor = (statistics.median(times[name][1:]) for name in contestants)  # the first one reads the disk
    note = f"of which {floor:.2f} s for an interpreter that does nothing"
    return [at_most("`tastemaker --help`", seconds, LIMIT_S, "s", note)]


def _timed(arguments: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started
