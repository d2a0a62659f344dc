"""What people like next: films, by what they rated before."""

from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import numpy as np

from agent.retrieve import open_retriever
from benchmarks.figures import at_least, at_most, not_run, percentile
from benchmarks.settings import Settings
from benchmarks.table import Row
from benchmarks.workspaces import now_and_then, say, workspace_of
from retrieval.cases import Case
from retrieval.collaborative import Model
from retrieval.collaborative.behaviour import Behaviour
from retrieval.collaborative.catalogue import MODELS, fit_default
from retrieval.evaluation.contenders import POPULARITY, Contender, contenders
from retrieval.evaluation.history_tasks import WORDS, history_task
from retrieval.evaluation.judging import Rules
from retrieval.evaluation.results import Row as Judged
from retrieval.evaluation.results import TaskResult
from retrieval.evaluation.row_cache import RowCache, fingerprint
from retrieval.evaluation.running import EvaluationProgress, ProgressCounter, run_task
from retrieval.evaluation.significance import Interval
from retrieval.evaluation.splits import Fold
from retrieval.evaluation.task import Task
from retrieval.fusion.catalogue import LEARNED, NAMES
from retrieval.interactions import Interaction
from retrieval.query import History
from retrieval.retriever import Retriever
from retrieval.storage.workspace import Workspace

KIT = "movies"
AS_PUBLISHED = ("item-knn", "als", "ease-plain")  # every item of the history counts the same
HIT_RATE, NDCG, OVER_POPULARITY = 0.24, 0.13, 3.0
FIT_S, SCORE_MS = 2.0, 5.0
N_SCORED = 200
OURS, BEHAVIOUR = Contender("weighted"), Contender("weighted", "behaviour")

Fit = Callable[[Behaviour], Model]


def rows(settings: Settings) -> list[Row]:
    """Leave-one-out and cold items beside their baselines, and what learning and scoring cost."""
    if settings.data is None:
        return [not_run(f"{KIT}: HR@10", "give --data")]
    kit = settings.data / KIT
    if not (kit / "loo_test.csv").is_file():
        return [not_run(f"{KIT}: HR@10", f"the folder given by --data holds no kit {KIT}")]
    with Workspace.open(movies_workspace(kit, settings)) as workspace:
        bench = Bench(open_retriever(workspace), training_events(kit))
        return [*bench.leave_one_out(fold_of(kit, bench.known)), *bench.cold_items(), *bench.costs()]


def movies_workspace(kit: Path, settings: Settings) -> Path:
    """A workspace with the films and all ratings but those that are asked for."""
    folder = workspace_of(kit / "catalog.jsonl", settings)
    with Workspace.open(folder) as workspace:
        workspace.store.put_interactions(training_events(kit))
    return folder


def training_events(kit: Path) -> list[Interaction]:
    """All ratings but those that are asked for."""
    held = {(row["user_id"], row["item_id"]) for row in _csv(kit / "loo_test.csv")}
    return [_event(row) for row in _csv(kit / "interactions.csv") if (row["user_id"], row["item_id"]) not in held]


def fold_of(kit: Path, known: Sequence[Interaction]) -> Fold:
    """The kit's own division."""
    ordered = sorted(known, key=lambda event: (event.user, event.at_s or 0.0, event.item_id))
    histories = {user: tuple(own) for user, own in groupby(ordered, key=attrgetter("user"))}
    answers = {row["user_id"]: frozenset({row["item_id"]}) for row in _csv(kit / "loo_test.csv")}
    return Fold(tuple(known), histories, {user: items for user, items in answers.items() if user in histories})


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """A catalog, and what people did that may be learned from."""

    retriever: Retriever
    known: Sequence[Interaction]

    def leave_one_out(self, fold: Fold) -> list[Row]:
        """What the product recommends by a person's history, beside what is usually taken for it."""
        ours_result = self.judge(self.task(fold, fit_default), [Contender(POPULARITY), OURS])
        peers = {POPULARITY: _row(ours_result, POPULARITY)}
        for name in AS_PUBLISHED:
            say(f"{KIT}: leave-one-out by {name}")
            peers[name] = _row(self.judge(_with_plain_histories(self.task(fold, MODELS[name])), [BEHAVIOUR]))
        recent = self.judge(self.task(fold, MODELS["ease-plain"]), [BEHAVIOUR])
        peers["ease-plain on a recency-weighted history"] = _row(recent)
        return [
            _against("leave-one-out", metric, target, _row(ours_result, OURS.name), peers)
            for metric, target in (("HR", HIT_RATE), ("nDCG", NDCG))
        ]

    def cold_items(self) -> list[Row]:
        """Films that nobody has rated yet: content alone, and what fusions learn of it."""
        task = history_task("cold-item", self.known, self.retriever, fit_default, 0)
        result = self.judge(task, contenders(NAMES, ablate=True, behaviour=True))
        own, popular = _ndcg(_row(result, OURS.name)), _ndcg(_row(result, POPULARITY))
        base = _row(result, result.baseline)
        fused = [row for row in result.rows if row.versus]
        better = [row.name for row in fused if row.name in LEARNED and row.verdict == "better"]
        verdicts = "; ".join(f"{row.name} {_with_bounds(_ndcg(row))} {row.verdict}" for row in fused)
        name = f"{KIT}: cold items"
        alone = f"{base.name} {_with_bounds(_ndcg(base))}"
        return [
            at_least(
                f"{name}, nDCG@10 of {OURS.name} as a multiple of popularity's",
                own.mean / popular.mean,
                OVER_POPULARITY,
                "",
                f"{OURS.name} {_with_bounds(own)}, popularity {_with_bounds(popular)}; {result.protocol}",
            ),
            at_least(
                f"{name}, learned fusions that beat the best single modality",
                float(len(better)),
                1,
                "",
                f"{', '.join(better) or 'none'}; nDCG@10 of {alone}, {verdicts} (paired bootstrap, Holm)",
            ),
        ]

    def costs(self) -> list[Row]:
        """Seconds to learn, and milliseconds to score every film for one person."""
        behaviour = Behaviour.build(self.known, self.retriever.snapshot.rows)
        started = time.perf_counter()
        model = fit_default(behaviour)
        fit_s = time.perf_counter() - started
        took_ms = []
        for user in list(behaviour.users)[:N_SCORED]:
            history = _plain_history(behaviour.of(user)[0])
            started = time.perf_counter()
            model.scores(history)
            took_ms.append(1000 * (time.perf_counter() - started))
        note = f"{len(behaviour.rows):,} ratings, {behaviour.n_items:,} films"
        return [
            at_most(f"{KIT}: learn from all ratings ({model.name})", fit_s, FIT_S, "s", note),
            at_most(
                f"{KIT}: score all films for a person, 95th percentile", percentile(took_ms, 95), SCORE_MS, "ms", note
            ),
        ]

    def task(self, fold: Fold, fit: Fit) -> Task:
        return history_task("given", self.known, self.retriever, fit, 0, [fold])

    def judge(self, task: Task, compared: Sequence[Contender]) -> TaskResult:
        tell = now_and_then()

        def listen(progress: EvaluationProgress) -> None:
            tell(f"{KIT}: {progress.stage}, {progress.done:,} of {progress.total:,}")

        steps = ProgressCounter(task.n_cases * len(compared), listen)
        with tempfile.TemporaryDirectory() as folder:  # nothing is taken from an earlier run
            finished, catalog = RowCache(Path(folder)), fingerprint(self.retriever.snapshot)
            return run_task(task, compared, Rules(), finished, catalog, steps)


def _with_plain_histories(task: Task) -> Task:
    """The same task with histories in which every item counts the same, as the published models take them."""

    def plain(case: Case) -> Case:
        history = case.query.history
        return replace(case, query=replace(case.query, history=_plain_history(history.rows))) if history else case

    return replace(task, parts=lambda: (replace(part, cases=tuple(map(plain, part.cases))) for part in task.parts()))


def _plain_history(rows: np.ndarray) -> History:
    return History(rows, np.ones(len(rows), dtype=np.float32))


def _against(what: str, metric: str, target: float, ours: Judged, peers: Mapping[str, Judged]) -> Row:
    own, peer_figures = ours.figures[metric], {name: row.figures[metric] for name, row in peers.items()}
    note = "; ".join(
        [
            f"95 % {_bounds(own)}",
            *(f"{name} {_with_bounds(figure)}" for name, figure in peer_figures.items()),
            WORDS["given"],
        ]
    )
    best = max(figure.mean for figure in peer_figures.values())
    return at_least(f"{KIT}: {what}, {metric}@10", own.mean, target, "", note, peer=best)


def _row(result: TaskResult, name: str | None = BEHAVIOUR.name) -> Judged:
    return next(row for row in result.rows if row.name == name)


def _ndcg(row: Judged) -> Interval:
    return row.figures["nDCG"]


def _with_bounds(interval: Interval) -> str:
    return f"{interval.mean:.3f} {_bounds(interval)}"


def _bounds(interval: Interval) -> str:
    return f"[{interval.low:.3f}, {interval.high:.3f}]"


def _csv(path: Path) -> Iterable[Mapping[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _event(row: Mapping[str, str]) -> Interaction:
    return Interaction(row["user_id"], row["item_id"], "rating", float(row["rating"]), float(row["timestamp"]))
