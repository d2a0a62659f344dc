"""Running: all contenders through a task, each finished row kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.errors import EvaluationError, FusionError
from retrieval.evaluation.contenders import Contender, School, channel_names, fusions_of
from retrieval.evaluation.judging import Judged, Pools, Rules, joined, judge
from retrieval.evaluation.results import TaskResult, task_result
from retrieval.evaluation.row_cache import RowCache, key_of
from retrieval.evaluation.task import Part, Task


@dataclass(frozen=True, slots=True)
class EvaluationProgress:
    """How far an evaluation is: `done` of `total` requests put to contenders, and what is under way."""

    stage: str
    done: int
    total: int


Listener = Callable[[EvaluationProgress], None]


@dataclass(slots=True)
class ProgressCounter:
    """Counts what is done and tells a listener."""

    total: int
    listener: Listener
    done: int = 0

    def tell(self, stage: str, n: int = 1) -> None:
        """`n` more requests are done."""
        self.done += n
        self.listener(EvaluationProgress(stage, self.done, self.total))


def run_task(
    task: Task, compared: Sequence[Contender], rules: Rules, cache: RowCache, catalog: str, progress: ProgressCounter
) -> TaskResult:
    """Judge every contender by a task.

    Args:
        compared: In the order of the table.
        cache: Rows that are finished already, and where new ones go.
        catalog: Fingerprint of the catalog.
        progress: Told of every request.
    """
    rows_of: dict[Contender, list[Judged] | str] = {who: [] for who in compared}
    for number, part in enumerate(task.parts()):
        pools = Pools(part, rules)
        for who in compared:
            rows = rows_of[who]
            if isinstance(rows, str):
                progress.tell(f"{task.name}: {who.name}", len(part.cases))
                continue
            key = key_of(task.identity, number, who, rules, catalog, _settings(part))
            try:
                rows.append(_row(task, part, who, pools, cache, key, progress))
            except (EvaluationError, FusionError) as error:
                # who cannot be trained costs a row of the table, not the table
                rows_of[who] = error.what
                progress.tell(f"{task.name}: {who.name}", len(part.cases))
    return task_result(
        task, {who: rows if isinstance(rows, str) else joined(rows) for who, rows in rows_of.items()}, rules
    )


def _row(
    task: Task, part: Part, who: Contender, pools: Pools, cache: RowCache, key: str, progress: ProgressCounter
) -> Judged:
    stage = f"{task.name}: {who.name}"
    finished = cache.find(key)
    if finished is not None:
        progress.tell(stage, len(part.cases))
        return finished
    progress.tell(stage, 0)
    school = School(pools.rules.seed, cache.folder / "training", lambda remark: progress.tell(f"{stage}, {remark}", 0))
    fusions = fusions_of(who, part, school, task.facts.kinds)
    row = judge(pools, fusions, who.removed(channel_names(part.retriever)), task.facts, lambda: progress.tell(stage))
    cache.keep(key, row)
    return row


def _settings(part: Part) -> object:
    """What of the retriever's settings a row depends on."""
    plans = sorted((kind, repr(plan.fusion)) for kind, plan in part.retriever.plans.items())
    return plans, sorted(channel_names(part.retriever))
