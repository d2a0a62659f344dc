"""Evaluate: how good are fusions and modalities on a workspace, by what it can be judged by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agent.errors import ConfigError, EvaluationError
from agent.evaluate.tasks import Tell, judged_task, known_item_task
from agent.recommender import RecommendationAgent
from retrieval.collaborative.catalogue import fit_default
from retrieval.evaluation.contenders import Contender, contenders
from retrieval.evaluation.history_tasks import history_task
from retrieval.evaluation.judging import Rules
from retrieval.evaluation.results import Evaluation
from retrieval.evaluation.row_cache import FOLDER, RowCache, fingerprint
from retrieval.evaluation.running import EvaluationProgress, Listener, ProgressCounter, run_task
from retrieval.evaluation.splits import SPLITS
from retrieval.evaluation.task import Task
from retrieval.fusion.catalogue import NAMES
from retrieval.interactions import Interaction

ALL = "all"
KNOWN_ITEMS = "known-items"  # stands beside the splits, for requests made from the catalog
DEFAULT_SPLITS = ("leave-one-out", "cold-item")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to evaluate.

    Attributes:
        fusions: Names; `all` stands for every one.
        ablate: Whether each modality is tried alone too.
        splits: Of the interactions, and `known-items` for requests made from the catalog. When empty, the default ones
            as far as the interactions bear them, else known items.
        queries: JSONL of requests, judged by `qrels`.
        qrels: TREC judgments.
        rules: How rankings are judged.
        folder: Where finished rows are kept; in the workspace when None.
    """

    fusions: Sequence[str] = ("weighted",)
    ablate: bool = False
    splits: Sequence[str] = ()
    queries: Path | None = None
    qrels: Path | None = None
    rules: Rules = field(default_factory=Rules)
    folder: Path | None = None


_WHAT_ELSE = f"Import more interactions, or be judged by {KNOWN_ITEMS}: requests made from the catalog."


def evaluate(agent: RecommendationAgent, wanted: Wanted, listener: Listener = lambda _: None) -> Evaluation:
    """Judge fusions and modalities by interactions, by judged requests, or by requests made from the catalog.

    Raises:
        ConfigError: there is no such fusion or split, or only one of queries and qrels is given.
        EvaluationError: there is nothing to judge by.
    """
    names = _check_names(wanted)
    rules, retriever = wanted.rules, agent.retriever
    notes: list[str] = []
    tasks = list(_tasks(agent, wanted, notes, lambda stage: listener(EvaluationProgress(stage, 0, 0))))
    if not tasks:
        raise EvaluationError(" ".join(notes), _WHAT_ELSE)
    rows = {task.name: _contenders(names, wanted, task) for task in tasks}
    steps = ProgressCounter(sum(task.n_cases * len(rows[task.name]) for task in tasks), listener)
    finished = RowCache(wanted.folder or agent.workspace.path / FOLDER)
    catalog = fingerprint(retriever.snapshot)  # part of a row's key: none is taken over from another catalog
    results = tuple(run_task(task, rows[task.name], rules, finished, catalog, steps) for task in tasks)
    return Evaluation(_catalog(agent), rules, results, tuple(notes))


def _check_names(wanted: Wanted) -> tuple[str, ...]:
    if (wanted.queries is None) != (wanted.qrels is None):
        raise ConfigError("Only one of --queries and --qrels is given.", "Give both, or neither.")
    for kind, names, choices in (
        ("fusion", [name for name in wanted.fusions if name != ALL], NAMES),
        ("split", wanted.splits, (*SPLITS, KNOWN_ITEMS)),
    ):
        for name in names:
            if name not in choices:
                raise ConfigError(f"There is no {kind} {name!r}.", f"Choose among {', '.join(choices)}.")
    return NAMES if ALL in wanted.fusions else tuple(dict.fromkeys(wanted.fusions))


def _tasks(agent: RecommendationAgent, wanted: Wanted, notes: list[str], tell: Tell) -> Iterator[Task]:
    seed = wanted.rules.seed
    if wanted.queries is not None and wanted.qrels is not None:
        yield judged_task(agent, wanted.queries, wanted.qrels, seed, tell)
        if not wanted.splits:  # whoever gives judgments wants those; interactions beside them have to be asked for
            return
    tell("reading interactions")
    events = tuple(agent.workspace.store.interactions())
    if not events and not wanted.splits:
        notes.append("The workspace has no interactions and no judgments were given: judged by known items.")
        yield known_item_task(agent, seed, tell)
        return
    tasks = list(_history_tasks(agent, wanted, events, notes))
    yield from tasks
    if not tasks and not wanted.splits:
        notes.append("What people did is too little to judge by: judged by known items.")
    if KNOWN_ITEMS in wanted.splits or not (tasks or wanted.splits):
        yield known_item_task(agent, seed, tell)


def _history_tasks(
    agent: RecommendationAgent, wanted: Wanted, events: Sequence[Interaction], notes: list[str]
) -> Iterator[Task]:
    for name in wanted.splits or DEFAULT_SPLITS:
        if name == KNOWN_ITEMS:
            continue
        try:
            yield history_task(name, events, agent.retriever, fit_default, wanted.rules.seed)
        except EvaluationError as error:  # a split that these interactions cannot bear costs the others nothing
            notes.append(f"{error.what} {error.hint}")


def _contenders(names: Sequence[str], wanted: Wanted, task: Task) -> list[Contender]:
    behaviour = task.facts.counts is not None
    return contenders(names, ablate=wanted.ablate, behaviour=behaviour)


def _catalog(agent: RecommendationAgent) -> str:
    snapshot = agent.retriever.snapshot
    channels = ", ".join(f"{name} {int(table.present.sum()):,}" for name, table in sorted(snapshot.tables.items()))
    return f"{agent.workspace.path.name}: {len(snapshot.items):,} items; with vectors: {channels or 'none'}"
