"""What the evaluation page shows, as HTML: made without a browser."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from retrieval.evaluation.metrics import label as metric_label
from retrieval.evaluation.report.text import SHOWN
from retrieval.evaluation.results import PRIMARY
from retrieval.tuning.tuned import Tuned
from ui.page.shared.job_view import duration
from ui.page.shared.templating import html
from ui.page.shared.words import Words, sentences
from ui.service.experiments import tuned_of
from ui.service.reports import KeptReport

MISSING = "–"


@dataclass(frozen=True, slots=True)
class ContenderRow:
    """One contender in a table: its cells, and whether it is the baseline."""

    name: str
    cells: tuple[str, ...]
    verdict: str
    note: str


@dataclass(frozen=True, slots=True)
class Pair:
    """One contender in two reports; nDCG, where it has any."""

    task: str
    name: str
    first: str
    second: str
    difference: str


def when(report: KeptReport) -> str:
    """A report by its time and what was asked for."""
    day, clock = report.id.split("-")[:2]
    return f"{day[:4]}-{day[4:6]}-{day[6:]} {clock[:2]}:{clock[2:4]}:{clock[4:]} · {report.title}"


def report_html(report: KeptReport, words: Words) -> str:
    """An evaluation with its tables and plots, or a tuning with what it would change."""
    took = duration(report.seconds, words)
    if report.kind == "tuning":
        return html("tuning", words, report=report, when=when(report), took=took, tuned=tuned_of(report))
    k = report.body["rules"]["k"]
    columns = [metric_label(name, k) for name in (PRIMARY, *SHOWN)]
    heads = [*columns, words("evaluation.coverage"), words("evaluation.versus"), "p (Holm)"]
    tasks = [
        {
            "name": task["name"],
            "protocol": task["protocol"],
            "warnings": task["warnings"],
            "summary": drawn["summary"],
            "picture": _address(drawn["svg"]),
            "lines": [_line(row, task["baseline"], columns, words) for row in task["rows"]],
        }
        for task, drawn in zip(report.body["tasks"], report.body["drawn"], strict=True)
    ]
    return html("evaluation", words, report=report, when=when(report), took=took, heads=heads, tasks=tasks)


def compared_html(first: KeptReport, second: KeptReport, words: Words) -> str:
    """Two evaluations side by side, contender by contender; empty where they share none."""
    pairs = compared(first, second)
    return html("compared", words, pairs=pairs, first=when(first), second=when(second)) if pairs else ""


def compared(first: KeptReport, second: KeptReport) -> list[Pair]:
    """What both reports have figures for, in the order of the first."""
    before, after = _means(first), _means(second)
    return [
        Pair(task, name, f"{before[task, name]:.3f}", f"{after[task, name]:.3f}", f"{after[task, name] - value:+.3f}")
        for (task, name), value in before.items()
        if (task, name) in after
    ]


def in_use_html(tuned: Tuned | None, words: Words) -> str:
    """What tuning changed for the requests that are answered now."""
    findings = [finding for finding in tuned.findings if finding.verdict.kept] if tuned else []
    return html("in_use", words, findings=findings)


def judged_by_html(events: int, people: int, words: Words) -> str:
    """By what an evaluation would judge."""
    known = events > 0
    by_people = words("evaluation.by_people", events=f"{events:,}", people=f"{people:,}") if known else None
    return html("line", words, text=by_people or words("evaluation.by_known_items"))


def _means(report: KeptReport) -> dict[tuple[str, str], float]:
    means: dict[tuple[str, str], float] = {}
    for task in report.body.get("tasks", ()):
        for row in task["rows"]:
            primary = next((figure for name, figure in row["figures"].items() if name.startswith(PRIMARY)), None)
            if primary is not None:
                means[task["name"], row["name"]] = primary["mean"]
    return means


def _line(row: Mapping[str, Any], baseline: str | None, columns: Sequence[str], words: Words) -> ContenderRow:
    figures, versus = row["figures"], row["versus"]
    first, *others = columns
    cells = (
        _interval(figures.get(first)),
        *(f"{figures[name]['mean']:.3f}" if name in figures else MISSING for name in others),
        MISSING if row["coverage"] is None else f"{row['coverage']:.2f}",
        MISSING if versus is None else f"{versus['mean']:+.3f} {_bounds(versus, '+.3f')}",
        MISSING if versus is None else f"{versus['p']:.4f}",
    )
    verdict = words("evaluation.baseline") if row["name"] == baseline else _verdict(versus, words)
    return ContenderRow(row["name"], cells, verdict, row["note"] or "")


def _verdict(versus: Mapping[str, Any] | None, words: Words) -> str:
    if versus is None:
        return ""
    key = f"evaluation.{versus['verdict'].replace(' ', '_')}"
    return words(key) if key in sentences() else str(versus["verdict"])


def _interval(figure: Mapping[str, float] | None) -> str:
    return MISSING if figure is None else f"{figure['mean']:.3f} {_bounds(figure, '.3f')}"


def _bounds(figure: Mapping[str, float], form: str) -> str:
    """An interval, which stands on one line."""
    return f"[{figure['low']:{form}},\u00a0{figure['high']:{form}}]"


def _address(svg: str) -> str:
    """A plot as an address of its own: two plots in one document would share the names in them."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}" if svg else ""
