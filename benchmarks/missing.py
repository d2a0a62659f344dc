"""What is left of each fusion when items lack pictures, texts or sounds.

`python -m benchmarks.missing --workspace FOLDER [--queries FILE --qrels FILE] [--fusion NAME ...] [--share 0.3 ...]`
takes a modality away from a growing share of a workspace's items, drawn by lot, and prints nDCG@10 of each fusion, with
its interval. Requests are those of the files, or made from the catalog. What learns, learns from the catalog that lacks
as much. `autoencoder` places an item that lacks a modality by its others: where it is the best row, `tastemaker tune
--learn` keeps it for serving.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from agent.evaluate.tasks import judged_task, known_item_task
from agent.recommender import RecommendationAgent
from benchmarks.workspaces import agent_at, say
from retrieval.channels.registry import MODALITIES, Modality, channels_of
from retrieval.evaluation.contenders import Contender
from retrieval.evaluation.judging import Rules
from retrieval.evaluation.results import PRIMARY, TaskResult
from retrieval.evaluation.row_cache import FOLDER, RowCache, fingerprint
from retrieval.evaluation.running import ProgressCounter, run_task
from retrieval.evaluation.task import Task
from retrieval.evaluation.thinning import thinned_task
from retrieval.fusion.catalogue import NAMES

SHARES = (0.0, 0.3, 0.6, 0.9)
FUSIONS = ("weighted", "rrf", "concat", "autoencoder")
SEED = 0


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    options = _parser().parse_args(arguments)
    with agent_at(options.workspace, "none") as agent:
        task = _task(agent, options)
        names = [name for name in options.fusion or FUSIONS if name in NAMES]
        print(f"nDCG@10 of {task.n_cases} requests; {task.protocol}\n")
        for modality in options.without or _present(agent):
            print("\n".join(_table(agent, task, modality, names, options.share or SHARES)), flush=True)


def _task(agent: RecommendationAgent, options: argparse.Namespace) -> Task:
    if options.queries and options.qrels:
        return judged_task(agent, options.queries, options.qrels, SEED, say)
    return known_item_task(agent, SEED, say)


def _present(agent: RecommendationAgent) -> list[Modality]:
    """The modalities of which this catalog has vectors."""
    tables = agent.retriever.snapshot.tables
    return [name for name in MODALITIES if channels_of(name) & tables.keys()]


def _table(
    agent: RecommendationAgent, task: Task, modality: Modality, names: Sequence[str], shares: Sequence[float]
) -> list[str]:
    compared = [Contender(name) for name in names]
    cache, catalog = RowCache(agent.workspace.path / FOLDER), fingerprint(agent.retriever.snapshot)
    results: list[TaskResult] = []
    for share in shares:
        thin = thinned_task(task, modality, share, SEED)
        say(thin.name)
        results.append(run_task(thin, compared, Rules(), cache, catalog, ProgressCounter(0, lambda _: None)))
    lines = [f"| items without {modality} | " + " | ".join(f"{share:.0%}" for share in shares) + " |"]
    lines.append("|---" * (len(shares) + 1) + "|")
    for name in names:
        cells = [_cell(result, name) for result in results]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return [*lines, ""]


def _cell(result: TaskResult, name: str) -> str:
    row = next(row for row in result.rows if row.name == name)
    figure = row.figures.get(PRIMARY)
    if figure is None:
        return row.note or "-"
    return f"{figure.mean:.3f} ({figure.low:.3f} to {figure.high:.3f})"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.missing", description=__doc__)
    parser.add_argument("--workspace", type=Path, required=True, help="folder of the workspace")
    parser.add_argument("--queries", type=Path, help="JSONL of requests")
    parser.add_argument("--qrels", type=Path, help="TREC judgments of them")
    parser.add_argument("--fusion", action="append", help=f"may be repeated; {', '.join(FUSIONS)} by default")
    parser.add_argument("--share", action="append", type=float, help="may be repeated; 0, 0.3, 0.6, 0.9 by default")
    parser.add_argument("--without", action="append", choices=MODALITIES, help="may be repeated; all that are there")
    return parser


if __name__ == "__main__":
    main()
