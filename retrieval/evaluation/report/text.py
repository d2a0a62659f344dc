"""The one table that a terminal shows."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.evaluation.metrics import label
from retrieval.evaluation.results import PRIMARY, Evaluation, Row, TaskResult
from retrieval.evaluation.significance import Interval

SHOWN = ("HR", "recall", "MRR")  # beside the primary figure; the other formats have all
MISSING = "-"


def text_table(evaluation: Evaluation) -> str:
    """All tasks and contenders under one heading, with 95 % intervals, each task led by how it was judged."""
    k = evaluation.rules.k
    heading = (
        "",
        f"{label(PRIMARY, k)} [95 % interval]",
        *(label(name, k) for name in SHOWN),
        "coverage",
        "against the baseline",
        "p (Holm)",
        "verdict",
    )
    bodies = [[_cells(row, row.name == task.baseline) for row in task.rows] for task in evaluation.tasks]
    lines = [heading, *(cells for body in bodies for cells in body if len(cells) > 2)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(heading))]
    table = [_aligned(heading, widths), "-" * (sum(widths) + 2 * len(widths) - 2)]
    for task, body in zip(evaluation.tasks, bodies, strict=True):
        table += [*_lead(task), *(_aligned(cells, widths) for cells in body), ""]
    return "\n".join(table).rstrip()


def summary(task: TaskResult) -> str:
    """What the comparisons of a task came to, in one sentence; empty where nothing was compared."""
    compared = [row for row in task.rows if row.versus is not None]
    if not compared or task.baseline is None:
        return ""
    parts = []
    for verdict, words in (
        ("better", "better than"),
        ("worse", "worse than"),
        ("no difference shown", "not shown to differ from"),
    ):
        if names := [row.name for row in compared if row.verdict == verdict]:
            parts.append(f"{words} it: {', '.join(names)}")
    return f"Baseline {task.baseline} ({task.baseline_is}). " + "; ".join(parts).capitalize() + "."


def _lead(task: TaskResult) -> list[str]:
    lead = [f"{task.name.upper()}: {task.protocol}", summary(task), *(f"note: {warning}" for warning in task.warnings)]
    return [line for line in lead if line]


def _cells(row: Row, is_baseline: bool) -> tuple[str, ...]:
    name = f"  {row.name}"
    if not row.figures:
        return name, f"{MISSING}  ({row.note})"
    versus = MISSING if row.versus is None else _signed(row.versus.interval)
    p = MISSING if row.versus is None else f"{row.versus.p:.4f}"
    others = (f"{row.figures[metric].mean:.3f}" for metric in SHOWN)
    verdict = "baseline" if is_baseline else row.verdict or MISSING
    remark = f"{verdict} ({row.note})" if row.note else verdict
    return name, interval(row.figures[PRIMARY]), *others, f"{row.coverage or 0.0:.2f}", versus, p, remark


def interval(value: Interval) -> str:
    """Mean and bounds."""
    return f"{value.mean:.3f} [{value.low:.3f}, {value.high:.3f}]"


def _signed(value: Interval) -> str:
    return f"{value.mean:+.3f} [{value.low:+.3f}, {value.high:+.3f}]"


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=False)).rstrip()
