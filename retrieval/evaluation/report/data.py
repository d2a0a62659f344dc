"""Results as JSON values, as CSV, and as TREC runs."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from retrieval.errors import EvaluationError
from retrieval.evaluation.judging import Judged
from retrieval.evaluation.metrics import label
from retrieval.evaluation.results import Evaluation, Row, TaskResult
from retrieval.evaluation.significance import Interval
from retrieval.evaluation.trec import Ranking, write_run
from retrieval.items import Item

SCHEMA_VERSION = 1
DECIMALS = 6


def as_json(evaluation: Evaluation) -> dict[str, Any]:
    """Everything that was found, without times and paths: the same seed gives the same bytes."""
    return {
        "schema_version": SCHEMA_VERSION,
        "catalog": evaluation.catalog,
        "rules": asdict(evaluation.rules),
        "notes": list(evaluation.notes),
        "tasks": [_task_json(task, evaluation.rules.k) for task in evaluation.tasks],
    }


def write_csv(evaluation: Evaluation, file: TextIO) -> None:
    """One line per task and contender: mean, low and high of every figure."""
    k = evaluation.rules.k
    names = list(dict.fromkeys(name for task in evaluation.tasks for row in task.rows for name in row.figures))
    bounds = [f"{label(name, k)}{suffix}" for name in names for suffix in ("", " low", " high")]
    writer = csv.writer(file, lineterminator="\n")
    head = ("task", "contender", "fusion", "modality", "requests", *bounds, "coverage")
    writer.writerow([*head, "difference", "difference low", "difference high", "p", "verdict", "note", "protocol"])
    for task in evaluation.tasks:
        for row in task.rows:
            writer.writerow(_line(task, row, names))


def write_runs(evaluation: Evaluation, items: Sequence[Item], folder: Path) -> int:
    """Write the lists of every task and contender as `folder/task/contender.trec`, and count the files.

    Raises:
        EvaluationError: a file cannot be written.
        TastemakerError: an id cannot stand in a TREC run.
    """
    written = 0
    for task in evaluation.tasks:
        for row in task.rows:
            if row.judged is None:
                continue
            path = folder / _plain(task.name) / f"{_plain(row.name)}.trec"
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("w", encoding="utf-8") as file:
                    write_run(_rankings(row.judged, items), file, _plain(row.name))
            except OSError as error:
                raise EvaluationError(f"{path} cannot be written: {error.strerror}.", "Name another folder.") from error
            written += 1
    return written


def _rankings(judged: Judged, items: Sequence[Item]) -> Iterator[Ranking]:
    for name, top, scores in zip(judged.ids, judged.tops, judged.scores, strict=True):
        shown = [(items[row].id, float(score)) for row, score in zip(top, scores, strict=True) if row >= 0]
        yield Ranking(name, shown)


def _plain(name: str) -> str:
    return name.replace(" ", "-")


def _task_json(task: TaskResult, k: int) -> dict[str, Any]:
    return {
        "name": task.name,
        "protocol": task.protocol,
        "requests": task.n_cases,
        "baseline": task.baseline,
        "baseline_is": task.baseline_is,
        "warnings": list(task.warnings),
        "rows": [_row_json(row, k) for row in task.rows],
    }


def _row_json(row: Row, k: int) -> dict[str, Any]:
    document: dict[str, Any] = {
        "name": row.name,
        "fusion": row.fusion,
        "modality": row.modality,
        "note": row.note or None,
    }
    document["figures"] = {label(name, k): _interval_json(value) for name, value in row.figures.items()}
    document["coverage"] = None if row.coverage is None else round(row.coverage, DECIMALS)
    document["versus"] = (
        {**_interval_json(row.versus.interval), "p": round(row.versus.p, DECIMALS), "verdict": row.verdict}
        if row.versus
        else None
    )
    return document


def _interval_json(interval: Interval) -> dict[str, float]:
    return {name: round(value, DECIMALS) for name, value in asdict(interval).items()}


def _line(task: TaskResult, row: Row, names: Sequence[str]) -> list[str | int | float | None]:
    bounds: list[float | None] = []
    for name in names:
        interval = row.figures.get(name)
        bounds += list(_interval_json(interval).values()) if interval else [None] * 3
    versus = list(_interval_json(row.versus.interval).values()) if row.versus else [None] * 3
    return [
        task.name,
        row.name,
        row.fusion,
        row.modality or "all",
        task.n_cases,
        *bounds,
        None if row.coverage is None else round(row.coverage, DECIMALS),
        *versus,
        round(row.versus.p, DECIMALS) if row.versus else None,
        row.verdict,
        row.note,
        task.protocol,
    ]
