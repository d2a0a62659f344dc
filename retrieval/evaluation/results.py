"""Results: what the judged rows of a task say, each figure with its interval and compared with a baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from retrieval.evaluation.contenders import POPULARITY, Contender
from retrieval.evaluation.judging import Judged, Rules
from retrieval.evaluation.metrics.beyond import coverage
from retrieval.evaluation.significance import Difference, Interval, differences, intervals
from retrieval.evaluation.task import Task

PRIMARY = "nDCG"


@dataclass(frozen=True, slots=True)
class Row:
    """What one contender reached.

    Attributes:
        name: Of the contender.
        fusion: Its fusion.
        modality: The one it may use; None for all.
        note: Why there are no figures, or in how many requests it was silent; empty otherwise.
        figures: By metric the mean over all requests; empty where the contender has nothing to say in any.
        coverage: Share of the catalog that its lists show.
        versus: Against the task's baseline; None for the baseline itself and for rows that are not compared.
        judged: What became of each request; None without figures.
    """

    name: str
    fusion: str
    modality: str | None
    note: str
    figures: Mapping[str, Interval] = field(default_factory=dict)
    coverage: float | None = None
    versus: Difference | None = None
    judged: Judged | None = field(default=None, repr=False, compare=False)

    @property
    def verdict(self) -> str:
        """The comparison in words; empty where there is none."""
        if self.versus is None:
            return ""
        if not self.versus.significant:
            return "no difference shown"
        return "better" if self.versus.interval.mean > 0 else "worse"


@dataclass(frozen=True, slots=True)
class TaskResult:
    """The table of one task.

    Attributes:
        name: Of the task.
        protocol: How it was judged, in words.
        n_cases: Requests.
        baseline: The row that others are compared with; None where nothing has figures.
        baseline_is: What the baseline is, in words.
        rows: In order.
        warnings: What a reader must know.
    """

    name: str
    protocol: str
    n_cases: int
    baseline: str | None
    baseline_is: str
    rows: tuple[Row, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything that one command found.

    Attributes:
        catalog: What was evaluated, in words.
        rules: How.
        tasks: Their tables.
        notes: What holds for all of them.
    """

    catalog: str
    rules: Rules
    tasks: tuple[TaskResult, ...]
    notes: tuple[str, ...] = ()


def task_result(task: Task, judged: Mapping[Contender, Judged | str], rules: Rules) -> TaskResult:
    """Turn judged rows into figures.

    Args:
        judged: In the order of the table, for each contender its row, or why it has none.
    """
    # a contender that was silent in every request has an order drawn by lot alone, and figures of chance say nothing
    spoken = {who: row for who, row in judged.items() if isinstance(row, Judged) and row.n_silent < len(row.ids)}
    base, base_is = _baseline(spoken)
    versus = _versus(spoken, base, rules.seed)
    n_items, figures = len(task.facts.kinds), _figures(spoken, rules.seed)
    rows = tuple(
        _with_figures(who, spoken[who], figures[who], versus.get(who), n_items)
        if who in spoken
        else Row(who.name, who.fusion, who.only, note=row if isinstance(row, str) else _nothing_said(who))
        for who, row in judged.items()
    )
    protocol = f"{task.protocol}; {_ranked(rules)}; equal scores ordered by lot; seed {rules.seed}"
    return TaskResult(task.name, protocol, task.n_cases, base.name if base else None, base_is, rows, task.warnings)


def _ranked(rules: Rules) -> str:
    if rules.negatives is None:
        return "full ranking"
    return f"ranked among {rules.negatives:,} irrelevant items drawn by lot, which flatters every figure"


def _nothing_said(who: Contender) -> str:
    what = {
        "sound": "sound",
        "picture": "pictures",
        "text": "words",
        "behaviour": "what people did",
        "reviews": "reviews",
    }
    if who.only is None:
        return "no channel has anything to say about any request"
    return f"no request here can be answered by {what[who.only]}"


def _baseline(spoken: Mapping[Contender, Judged]) -> tuple[Contender | None, str]:
    single = {who: row for who, row in spoken.items() if who.only}
    if single:
        best = max(single, key=lambda who: _primary(single[who]).mean())
        return best, "the best single modality, chosen on these same requests, which favours it"
    first = next((who for who in spoken if who.fusion != POPULARITY), None)
    return first, "the first row"


def _versus(spoken: Mapping[Contender, Judged], base: Contender | None, seed: int) -> dict[Contender, Difference]:
    # only fusions: every further comparison makes all of them less sure
    compared = [who for who in spoken if who != base and not who.only and who.fusion != POPULARITY]
    if base is None or not compared:
        return {}
    values = np.column_stack([_primary(spoken[who]) for who in compared])
    return dict(zip(compared, differences(values, _primary(spoken[base]), seed), strict=True))


def _primary(row: Judged) -> np.ndarray:
    values: np.ndarray = row.values[:, row.names.index(PRIMARY)]
    return values


def _figures(spoken: Mapping[Contender, Judged], seed: int) -> dict[Contender, Mapping[str, Interval]]:
    """All figures of all rows over the same resamples, drawn once."""
    if not spoken:
        return {}
    figures = iter(intervals(np.column_stack([row.values for row in spoken.values()]), seed))
    return {who: {name: next(figures) for name in row.names} for who, row in spoken.items()}


def _with_figures(
    who: Contender, row: Judged, figures: Mapping[str, Interval], versus: Difference | None, n_items: int
) -> Row:
    note = f"silent in {row.n_silent:,} of {len(row.ids):,} requests" if row.n_silent else ""
    return Row(who.name, who.fusion, who.only, note, figures, coverage(_lists(row), n_items), versus, row)


def _lists(row: Judged) -> Sequence[np.ndarray]:
    return [top[top >= 0] for top in row.tops]
