"""Ingest: the demo catalog with its pictures into a fresh workspace, and catalogs that have not changed."""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent.demo.artworks import STAFF_TAGS
from agent.models import Models
from benchmarks.child import in_child
from benchmarks.figures import at_least
from benchmarks.settings import Settings
from benchmarks.table import Row
from benchmarks.workspaces import agent_at, artworks_catalog, shop_catalog, workspace_of

FRESH_PER_S, AGAIN_PER_S = 10.0, 2_000.0


@dataclass(frozen=True, slots=True)
class TimedIngest:
    """One ingest in a process of its own.

    Attributes:
        n_changed: Items described and embedded.
        n_unchanged: Items left as they were.
        loading_s: Loading the models.
        ingest_s: The ingest itself.
    """

    n_changed: int
    n_unchanged: int
    loading_s: float
    ingest_s: float


def rows(settings: Settings) -> list[Row]:
    """Measure fresh and repeated ingests."""
    artworks = artworks_catalog(settings)
    with tempfile.TemporaryDirectory() as folder:
        rounds = [
            (_fresh(artworks, Path(folder) / str(number)), _again(artworks, Path(folder) / str(number)))
            for number in range(settings.rounds)
        ]
    shop = shop_catalog(settings)
    workspace = workspace_of(shop, settings)
    repeated = [_again(shop, workspace, ()) for _ in range(settings.rounds)]
    return [
        _fresh_row([fresh for fresh, _ in rounds]),
        _again_row("the demo catalog", [again for _, again in rounds]),
        _again_row("the made-up shop, text only", repeated),
    ]


def _fresh(catalog: Path, workspace: Path) -> tuple[float, TimedIngest]:
    started = time.perf_counter()
    ingested = in_child(ingest_once, catalog, workspace, (STAFF_TAGS,), True)
    return time.perf_counter() - started, ingested


def _again(catalog: Path, workspace: Path, exclude: tuple[str, ...] = (STAFF_TAGS,)) -> TimedIngest:
    return in_child(ingest_once, catalog, workspace, exclude, False)


def ingest_once(catalog: Path, workspace: Path, exclude: tuple[str, ...], load: bool) -> TimedIngest:
    """Ingest in this process; `load` has the models loaded before, so that the time of that is known."""
    with agent_at(workspace, "none") as agent:
        started = time.perf_counter()
        if load:
            _load(agent.models)
        loaded = time.perf_counter()
        report = agent.ingest(catalog, exclude=exclude)
        return TimedIngest(report.changed, report.unchanged, loaded - started, time.perf_counter() - loaded)


def _load(models: Models) -> None:
    models.text.encode(["a"])
    models.multilingual.encode(["a"])
    models.concepts(np.zeros((1, len(models.pictures.class_names)), dtype=np.float32))
    _ = models.item_describer  # made when it is first asked for


def _fresh_row(rounds: list[tuple[float, TimedIngest]]) -> Row:
    count = rounds[0][1].n_changed
    wall_s = statistics.median(wall for wall, _ in rounds)
    loading_s = statistics.median(timed.loading_s for _, timed in rounds)
    ingest_s = statistics.median(timed.ingest_s for _, timed in rounds)
    note = (
        f"whole process of {wall_s:.1f} s counted: start {wall_s - loading_s - ingest_s:.1f} s, loading models "
        f"{loading_s:.1f} s, ingest {ingest_s:.1f} s ({count / ingest_s:.1f} items/s by itself)"
    )
    return at_least(f"ingest {count:,} artworks with pictures", count / wall_s, FRESH_PER_S, "items/s", note)


def _again_row(name: str, rounds: list[TimedIngest]) -> Row:
    count, seconds = rounds[0].n_unchanged, statistics.median(timed.ingest_s for timed in rounds)
    changed = sum(timed.n_changed for timed in rounds)
    note = f"{seconds:.2f} s from reading to done in a fresh process, start not counted; {changed} items done anew"
    return at_least(f"ingest {count:,} unchanged items again: {name}", count / seconds, AGAIN_PER_S, "items/s", note)
