"""Running: all contenders through a task, each finished row kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.errors import EvaluationError, FusionError
from retrieval.evaluation.contenders import Contender, School, channel_names, fusions_of
from retrieval.evaluation.judging import Judged, Pools, Rules, joined, judge
from retrieval.evaluation.kept import Kept, key_of
from retrieval.evaluation.results import TaskResult, task_result
from retrieval.evaluation.task import Part, Task


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an evaluation is: `done` of `total` requests put to contenders, and what is under way."""

    stage: str
    done: int
    total: int


Listener = Callable[[Progress], None]


@dataclass(slots=True)
class Steps:
    """Counts what is done and tells a listener."""

    total: int
    listener: Listener
    done: int = 0

    def tell(self, stage: str, n: int = 1) -> None:
        """`n` more requests are done."""
        self.done += n
        self.listener(Progress(stage, self.done, self.total))


def run_task(
    task: Task, compared: Sequence[Contender], rules: Rules, kept: Kept, catalog: str, steps: Steps
) -> TaskResult:
    """Judge every contender by a task.

    Args:
        compared: In the order of the table.
        kept: Rows that are finished already, and where new ones go.
        catalog: Fingerprint of the catalog.
        steps: Told of every request.
    """
    rows_of: dict[Contender, list[Judged] | str] = {who: [] for who in compared}
    for number, part in enumerate(task.parts()):
        pools = Pools(part, rules)
        for who in compared:
            rows = rows_of[who]
            if isinstance(rows, str):
                steps.tell(f"{task.name}: {who.name}", len(part.cases))
                continue
            key = key_of(task.identity, number, who, rules, catalog, _settings(part))
            try:
                rows.append(_row(task, part, who, pools, kept, key, steps))
            except (EvaluationError, FusionError) as error:
                rows_of[who] = error.what
                steps.tell(f"{task.name}: {who.name}", len(part.cases))
    return task_result(
        task, {who: rows if isinstance(rows, str) else joined(rows) for who, rows in rows_of.items()}, rules
    )


def _row(task: Task, part: Part, who: Contender, pools: Pools, kept: Kept, key: str, steps: Steps) -> Judged:
    stage = f"{task.name}: {who.name}"
    finished = kept.find(key)
    if finished is not None:
        steps.tell(stage, len(part.cases))
        return finished
    steps.tell(stage, 0)
    school = School(pools.rules.seed, kept.folder / "training", lambda remark: steps.tell(f"{stage}, {remark}", 0))
    fusions = fusions_of(who, part, school, task.facts.kinds)
    row = judge(pools, fusions, who.removed(channel_names(part.retriever)), task.facts, lambda: steps.tell(stage))
    kept.keep(key, row)
    return row


def _settings(part: Part) -> object:
    """What of the retriever's settings a row depends on."""
    plans = sorted((kind, repr(plan.fusion)) for kind, plan in part.retriever.plans.items())
    return plans, sorted(channel_names(part.retriever))
