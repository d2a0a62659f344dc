"""What privacy costs: how well the next film is foretold when every liking is told through noise."""

from __future__ import annotations

from functools import partial

from agent.retrieve import open_retriever
from benchmarks.figures import not_run, observed
from benchmarks.movies import BEHAVIOUR, KIT, OURS, POPULARITY, Bench, fold_of, movies_workspace, training_events
from benchmarks.settings import Settings
from benchmarks.table import Row
from retrieval.collaborative import Model
from retrieval.collaborative.behaviour import Behaviour
from retrieval.collaborative.catalogue import fit_default
from retrieval.collaborative.private import Privacy, fit_private
from retrieval.evaluation.contenders import Contender
from retrieval.evaluation.history_tasks import WORDS
from retrieval.storage.workspace import Workspace

EPSILONS = (None, 8.0, 5.0, 4.0, 3.0, 2.0, 1.0)
SECRET = b"a benchmark has no secrets"


def rows(settings: Settings) -> list[Row]:
    """HR@10 on leave-one-out, without noise and by epsilon."""
    kit = None if settings.data is None else settings.data / KIT
    if kit is None or not (kit / "loo_test.csv").is_file():
        return [not_run(f"{KIT}: HR@10 by epsilon", f"give --data with the kit {KIT}")]
    with Workspace.open(movies_workspace(kit, settings)) as workspace:
        bench = Bench(open_retriever(workspace), training_events(kit))
        fold = fold_of(kit, bench.known)
        figures = []
        for epsilon in EPSILONS:
            fit = fit_default if epsilon is None else partial(_fit, epsilon)
            result = bench.judge(bench.task(fold, fit), [BEHAVIOUR, OURS, Contender(POPULARITY)])
            hits = {row.name: row.figures["HR"].mean for row in result.rows}
            name = "without noise" if epsilon is None else f"epsilon {epsilon:g}"
            note = f"behaviour alone {hits[BEHAVIOUR.name]:.3f}, popularity {hits[POPULARITY]:.3f}; {WORDS['given']}"
            figures.append(observed(f"{KIT}: leave-one-out, HR@10, {name}", hits[OURS.name], "", note))
        return figures


def _fit(epsilon: float, behaviour: Behaviour) -> Model:
    return fit_private(behaviour, Privacy(epsilon, SECRET))[0]
