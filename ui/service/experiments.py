"""Evaluation and tuning as long work, and putting to use what tuning found."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from agent.errors import RequestError
from retrieval.tuning.fusions import Effort
from retrieval.tuning.tuned import Tuned
from ui.service.jobs import JobStopped, Report
from ui.service.reports import KeptReport, Reports

if TYPE_CHECKING:
    from agent.evaluate.evaluate import Wanted
    from agent.evaluate.tune import TuneProgress
    from agent.recommender import RecommendationAgent


def evaluation(agent: RecommendationAgent, wanted: Wanted, reports: Reports) -> Callable[[Report], KeptReport]:
    """Work that evaluates, and keeps a report; stopped and done again, it goes on where it was."""

    def work(report: Report) -> KeptReport:
        from agent.evaluate.evaluate import evaluate
        from retrieval.evaluation.report.data import as_json
        from retrieval.evaluation.report.plots import figure_svg
        from retrieval.evaluation.report.text import summary

        began = time.monotonic()
        evaluated = evaluate(agent, wanted, lambda step: report(step.stage, step.done, step.total))
        report("drawing")
        tasks = [
            {"svg": figure_svg(task, evaluated.rules.k), "summary": summary(task)} for task in evaluated.tasks
        ]  # in the order of the document's
        title = ", ".join([*wanted.fusions, *(["modalities alone"] if wanted.ablate else []), *wanted.splits])
        body = {**as_json(evaluated), "drawn": tasks}
        return reports.keep("evaluation", f"{title}; @{evaluated.rules.k}", time.monotonic() - began, body)

    return work


def tuning(
    agent: RecommendationAgent, effort: Effort, within_s: float | None, reports: Reports
) -> Callable[[Report], KeptReport]:
    """Work that searches settings and keeps a report; nothing is put to use before somebody says so.

    Stopped, or after `within_s` seconds, it ends with what was proven until then.
    """

    def work(report: Report) -> KeptReport:
        from agent.evaluate.tune import tune

        began = time.monotonic()

        def tell(step: TuneProgress) -> None:
            if within_s is not None and time.monotonic() - began > within_s:
                raise KeyboardInterrupt  # as a person would end it, with what is proven so far
            try:
                report(step.stage, step.done, step.total)
            except JobStopped:
                raise KeyboardInterrupt from None

        state = catalog_state(agent)  # before the search: what changes meanwhile makes its findings doubtful
        outcome = tune(agent, effort, dry_run=True, progress=tell)
        body = {
            "tuned": json.loads(outcome.tuned.to_json()),
            "notes": list(outcome.notes),
            "stopped": outcome.stopped,
            "catalog": state,
        }
        title = f"tuning: {effort.method}, {effort.trials} trials"
        return reports.keep("tuning", title, time.monotonic() - began, body)

    return work


def apply_tuning(agent: RecommendationAgent, report: KeptReport) -> None:
    """Put what a tuning found to use, from the next request on.

    Raises:
        RequestError: the report is none of a tuning, or the catalog has changed since.
        WorkspaceError: the workspace cannot be written.
    """
    from agent.retrieve.tuned import save_tuned

    tuned = tuned_of(report)
    if tuned is None or not any(finding.verdict.kept for finding in tuned.findings):
        raise RequestError("This report has nothing to put to use.", "Choose a tuning that found something better.")
    if report.body.get("catalog") != catalog_state(agent):
        raise RequestError("The catalog has changed since this tuning.", "Tune again.")
    save_tuned(agent.workspace.store, tuned)
    agent.reread()


def reset_tuning(agent: RecommendationAgent) -> None:
    """Go back to the defaults, from the next request on.

    Raises:
        WorkspaceError: the workspace cannot be written.
    """
    from agent.retrieve.tuned import save_tuned

    save_tuned(agent.workspace.store, None)
    agent.reread()


def tuned_of(report: KeptReport) -> Tuned | None:
    """What a report of a tuning found; None for others, and where another version made it."""
    document: Any = report.body.get("tuned")
    return None if document is None else Tuned.from_json(json.dumps(document))


def catalog_state(agent: RecommendationAgent) -> str:
    """A digest of all items, which changes when any of them does."""
    state = hashlib.sha256()
    for item_id, digest in agent.workspace.store.digests().items():
        state.update(f"{item_id} {digest}\n".encode())
    return state.hexdigest()[:32]
