"""Requests of a kit, put to rankers and scored by its judgments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.errors import TastemakerError
from agent.evaluate.batch import run_batch
from agent.recommender import RecommendationAgent
from benchmarks.relevance import answerable, scores
from benchmarks.workspaces import now_and_then, read_rows, say, write_rows
from retrieval.evaluation.trec import Ranking, write_run
from retrieval.fusion.weighted import Weighted
from retrieval.query import Query
from retrieval.retriever import Plan

K = 10
NDCG, HITS = ("nDCG@10",), ("Success@1", "Success@5")

Rank = Callable[[Path, Path], None]
"""Reads requests from the first path, and writes a run to the second."""


@dataclass(frozen=True, slots=True)
class KitRequests:
    """A kit's requests of one sort at a time, put to rankers.

    Attributes:
        kit: Its folder.
        work: Folder for what is written on the way.
        about: What is asked, for whoever waits.
    """

    kit: Path
    work: Path
    about: str

    def requests(self, sort: str) -> tuple[Path, set[str]]:
        """A file of the requests that have a `text` or an `image`, and those of them with a relevant item."""
        rows = [row for row in read_rows(self.kit / "queries.jsonl") if row.get(sort)]
        # The file is written elsewhere, and paths in it are relative to it.
        for row in rows:
            row |= {key: str((self.kit / row[key]).absolute()) for key in ("image", "audio", "video") if row.get(key)}
        path = self.work / f"{sort}.jsonl"
        write_rows(path, rows)
        return path, answerable(self.kit / "qrels.trec") & {row["qid"] for row in rows}

    def score(self, sort: str, name: str, measures: Sequence[str], rank: Rank) -> NDArray[np.float64]:
        """Have the requests ranked into a run, and score it: shape (n_requests, n_measures)."""
        say(f"{self.about}: ranking by {name}")
        queries, query_ids = self.requests(sort)
        run = self.work / "run.trec"
        rank(queries, run)
        return scores(run, self.kit / "qrels.trec", query_ids, measures)


def by_agent(agent: RecommendationAgent, queries: Path, run: Path) -> None:
    """Rank as `tastemaker recommend --batch` does.

    Raises:
        TastemakerError: a request could not be answered, which would make the figures wrong.
    """
    tell = now_and_then()
    report = run_batch(agent, queries, run, K, lambda done: tell(f"{done:,} requests answered"))
    for problem in report.problems:
        raise TastemakerError(f"{problem.query_id}: {problem.what}", "Repair the kit.")


def by_channel(agent: RecommendationAgent, channel: str, queries: Path, run: Path) -> None:
    """Rank by one channel alone, every request taken as English words."""
    plan = Plan(frozenset({channel}), Weighted({channel: 1.0}))
    retriever = replace(agent.retriever, plans={"text": plan})

    def rankings() -> Iterator[Ranking]:
        for row in read_rows(queries):
            query = Query("text", row["text"], {"text": agent.models.text.encode([row["text"]])})
            candidates = retriever.retrieve(query, K)
            yield Ranking(row["qid"], [(candidate.item.id, candidate.score) for candidate in candidates])

    with run.open("w", encoding="utf-8") as file:
        write_run(rankings(), file, channel)
