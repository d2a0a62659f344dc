"""How long the command line takes to say what it can do, and to answer: by itself, and by a server that runs."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence

from benchmarks.child import command
from benchmarks.figures import at_most, observed
from benchmarks.served import READY, served
from benchmarks.settings import Settings
from benchmarks.table import Row
from benchmarks.workspaces import artworks_catalog, workspace_of

RUNS, ASKED_ALONE = 7, 3
HELP_S, FIRST_S = 0.7, 0.5
WISH = "a calm lake at sunset"


def rows(settings: Settings) -> list[Row]:
    """Start commands again and again, in turn with an interpreter that does nothing."""
    helped = _medians({"help": [*command(), "--help"], "nothing": [sys.executable, "-c", ""]}, RUNS)
    note = f"of which {helped['nothing']:.2f} s for an interpreter that does nothing"
    return [at_most("`tastemaker --help`", helped["help"], HELP_S, "s", note), *_answered(settings)]


def _answered(settings: Settings) -> Iterator[Row]:
    workspace = workspace_of(artworks_catalog(settings), settings)
    alone = {"alone": _asking(str(workspace), settings.llm)}
    by_itself = _medians(alone, min(RUNS, ASKED_ALONE))["alone"]
    yield observed("`tastemaker recommend` by itself, first words", by_itself, "s", "models loaded by each command")
    with served(workspace, settings.llm) as server:
        server.wait_for(READY)
        asked = _medians(
            {"asked": _asking(str(server.workspace), settings.llm), "nothing": [sys.executable, "-c", ""]}, RUNS
        )
    note = f"of which {asked['nothing']:.2f} s for an interpreter that does nothing"
    yield at_most("`tastemaker recommend` while a server runs, first words", asked["asked"], FIRST_S, "s", note)


def _asking(workspace: str, llm: str) -> list[str]:
    return [*command(), "recommend", WISH, "--workspace", workspace, "--llm", llm]


def _medians(contestants: Mapping[str, Sequence[str]], runs: int) -> dict[str, float]:
    """Seconds until each says something, or ends: medians of rounds, in turn."""
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _round in range(runs + 1):
        for name, arguments in contestants.items():
            times[name].append(_first_words_s(arguments))
    return {name: statistics.median(seconds[1:]) for name, seconds in times.items()}  # the first one reads the disk


def _first_words_s(arguments: Sequence[str]) -> float:
    started = time.perf_counter()
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.read(1)
        seconds = time.perf_counter() - started
        process.stdout.read()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(arguments))
    return seconds
