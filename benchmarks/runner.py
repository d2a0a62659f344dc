"""The benchmarks by name, each run in a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from agent.errors import TastemakerError
from benchmarks import (
    bridge,
    denials,
    describing,
    dialogues,
    embedding,
    ingest,
    latency,
    made_up_people,
    memory,
    movies,
    privacy,
    quality,
    same_thing,
    scoring,
    serving,
    startup,
    tuned,
    wording,
)
from benchmarks.figures import not_run
from benchmarks.reasons import gold
from benchmarks.settings import Settings
from benchmarks.table import Row

QUALITY = (quality.rows, movies.rows, dialogues.rows, tuned.rows)
BENCHMARKS: Mapping[str, Callable[[Settings], list[Row]]] = {
    "embedding": lambda _: embedding.rows(),
    "scoring": lambda _: scoring.rows(),
    "ingest": ingest.rows,
    "memory": memory.rows,
    "latency": latency.rows,
    "wording": wording.rows,
    "reasons": gold.rows,
    "startup": startup.rows,
    "serving": serving.rows,
    "bridge": bridge.rows,
    "describing": describing.rows,
    "same_thing": same_thing.rows,
    "privacy": privacy.rows,
    "made-up people": made_up_people.rows,
    "denials": denials.rows,
    "quality": lambda settings: [row for part in QUALITY for row in part(settings)],
}


def measure(name: str, settings: Settings) -> list[Row]:
    """The rows of one benchmark; one that lacks something, such as weights, says so in its row."""
    try:
        return BENCHMARKS[name](settings)
    except TastemakerError as error:
        print(error, file=sys.stderr)
        return [not_run(name, error.what)]
