"""Plots of a task, as SVG text to put into a page."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from retrieval.evaluation.metrics import label
from retrieval.evaluation.results import PRIMARY, Row, TaskResult
from retrieval.evaluation.significance import Interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FUSED, ALONE, OTHER = "#1f5fa8", "#c2571a", "#6b7280"
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)  # names addresses outside, and says nothing
VERDICTS = {"better": "#1a7f37", "worse": "#b42318", "no difference shown": "#6b7280"}


def figure_svg(task: TaskResult, k: int) -> str:
    """Each row's primary figure with its interval, and beside it its difference to the baseline.

    Returns:
        One `<svg>` element; the same results give the same text. Empty where no row has figures.
    """
    rows = [row for row in reversed(task.rows) if row.figures]
    if not rows:
        return ""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    # letters as paths, so that no font is needed; a salt of its own, so that the same results give the same text
    with rc_context({"font.size": 10, "svg.hashsalt": task.name, "svg.fonttype": "path", "axes.axisbelow": True}):
        figure = Figure(figsize=(11, 1.3 + 0.34 * len(rows)), layout="constrained")
        reached, versus = figure.subplots(1, 2, sharey=True)
        _draw_reached(reached, rows, task, k)
        _draw_versus(versus, rows, task, k)
        held = io.StringIO()
        figure.savefig(held, format="svg", metadata={"Date": None, "Creator": None})
    text = held.getvalue()
    return _METADATA.sub("", text[text.index("<svg") :])


def _draw_reached(axes: Axes, rows: Sequence[Row], task: TaskResult, k: int) -> None:
    for at, row in enumerate(rows):
        colour = ALONE if row.modality else OTHER if row.versus is None else FUSED
        _draw(axes, at, row.figures[PRIMARY], colour)
        axes.annotate(
            f"{row.figures[PRIMARY].mean:.3f}",
            (1.01, at),
            xycoords=("axes fraction", "data"),
            va="center",
            color=colour,
        )
    base = next((row for row in rows if row.name == task.baseline), None)
    if base is not None:
        axes.axvline(base.figures[PRIMARY].mean, color=ALONE if base.modality else FUSED, linestyle=":", linewidth=1.2)
    axes.set_yticks(range(len(rows)), [row.name for row in rows])
    axes.set_ylim(-0.7, len(rows) - 0.3)
    axes.set_xlim(left=0)
    axes.set_title(f"{label(PRIMARY, k)}, mean and 95 % interval", loc="left")
    axes.grid(axis="x", color="#e5e7eb")


def _draw_versus(axes: Axes, rows: Sequence[Row], task: TaskResult, k: int) -> None:
    for at, row in enumerate(rows):
        if row.versus is not None:
            _draw(axes, at, row.versus.interval, VERDICTS[row.verdict])
            axes.annotate(
                row.verdict, (1.01, at), xycoords=("axes fraction", "data"), va="center", color=VERDICTS[row.verdict]
            )
    axes.axvline(0, color="#111827", linewidth=1)
    axes.set_title(f"{label(PRIMARY, k)} minus that of “{task.baseline}”", loc="left")
    axes.grid(axis="x", color="#e5e7eb")


def _draw(axes: Axes, at: int, interval: Interval, colour: str) -> None:
    axes.plot([interval.low, interval.high], [at, at], color=colour, linewidth=2.2, solid_capstyle="round")
    axes.plot([interval.mean], [at], "o", color=colour, markersize=6)
