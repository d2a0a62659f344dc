"""What `tastemaker tune` brings without any label, confirmed by labels it never saw."""

from __future__ import annotations

import shutil
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np

from agent.evaluate.tune import TuneReport, tune
from benchmarks.asking import NDCG, KitRequests, by_agent
from benchmarks.figures import at_least, at_most, not_run
from benchmarks.quality import KitCase
from benchmarks.relevance import interval
from benchmarks.settings import Settings
from benchmarks.table import Row
from benchmarks.workspaces import agent_at, now_and_then, workspace_of
from retrieval.evaluation.significance import differences
from retrieval.tuning.fusions import Effort

CASES = (KitCase("icecat", target=0.75), KitCase("recipes", exclude=("tags",), target=0.61))
TIMED, TRIALS, TUNE_S = "recipes", 60, 180.0


def rows(settings: Settings) -> list[Row]:
    """Every kit that is at hand, before and after."""
    return [row for case in CASES for row in case_rows(case, settings)]


def case_rows(case: KitCase, settings: Settings) -> list[Row]:
    """One kit."""
    name = f"{case}: nDCG@10, tuned without labels"
    if settings.data is None:
        return [not_run(name, "give --data")]
    kit = settings.data / case.kit
    if not (kit / "catalog.jsonl").is_file():
        return [not_run(name, f"the folder given by --data holds no kit {case.kit}")]
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / "workspace"  # the one that other benchmarks use stays as it is
        shutil.copytree(workspace_of(kit / "catalog.jsonl", settings, case.exclude), folder)
        requests = KitRequests(kit, Path(work), str(case))
        before = _ndcg(requests, folder, "the defaults")
        report, took_s = _tune(case, folder)
        after = _ndcg(requests, folder, "what was tuned")
    (gain,) = differences(after[:, None], before, seed=0)
    changed = ", ".join(finding.about for finding in report.tuned.findings if finding.verdict.kept) or "nothing"
    note = (
        f"{interval(after)}; changed: {changed}; against the defaults {gain.interval.mean:+.3f}"
        f" [{gain.interval.low:+.3f}, {gain.interval.high:+.3f}], p {gain.p:.3f}; {len(after)} requests; --llm none"
    )
    figures = [at_least(name, float(after.mean()), case.target, "", note, peer=float(before.mean()))]
    if case.kit == TIMED:
        figures.append(at_most(f"{case}: tune with {TRIALS} trials", took_s, TUNE_S, "s", "all kinds of request"))
    return figures


def _tune(case: KitCase, folder: Path) -> tuple[TuneReport, float]:
    tell, started = now_and_then(), time.perf_counter()
    with agent_at(folder, "none") as agent:
        report = tune(agent, Effort(trials=TRIALS), progress=lambda progress: tell(f"{case}: {progress.stage}"))
    return report, time.perf_counter() - started


def _ndcg(requests: KitRequests, folder: Path, by: str) -> np.ndarray:
    with agent_at(folder, "none") as agent:
        return requests.score("text", by, NDCG, partial(by_agent, agent))[:, 0]
