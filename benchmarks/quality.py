"""How good the recommendations are, by the judgments of evaluation kits, beside BM25 alone and dense vectors alone.

Our rankings are made by the function behind `tastemaker recommend --batch`; the peers are our own lexical channel
and our own text channel, each by itself.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from agent.batch import run_batch
from agent.errors import TastemakerError
from agent.recommender import RecommendationAgent
from benchmarks.figures import at_least, not_run
from benchmarks.relevance import judged, means
from benchmarks.settings import Settings
from benchmarks.table import Row
from benchmarks.workspaces import agent_of, now_and_then, read_rows, say, workspace_of, write_rows
from retrieval.evaluation.trec import Ranking, write_run
from retrieval.fusion.weighted import Weighted
from retrieval.query import Query
from retrieval.retriever import Plan
from retrieval.storage.workspace import Workspace

K = 10
NDCG, HITS = ("nDCG@10",), ("Success@1", "Success@5")


@dataclass(frozen=True, slots=True)
class Case:
    """A kit, and how it is asked.

    Attributes:
        kit: Name of its folder.
        exclude: Columns that hold the labels.
        target: nDCG@10 aimed at with default settings, if any.
        pictures: Whether the requests with pictures are asked too.
    """

    kit: str
    exclude: tuple[str, ...] = ()
    target: float | None = None
    pictures: bool = False

    def __str__(self) -> str:
        return self.kit + (f" without {', '.join(self.exclude)}" if self.exclude else "")


CASES = (
    Case("icecat", target=0.72),
    Case("recipes", exclude=("tags",), target=0.59, pictures=True),
    Case("recipes", exclude=("tags", "category")),  # the category repeats the first tag
)


def rows(settings: Settings) -> list[Row]:
    """Measure every case whose kit is at hand."""
    return [row for case in CASES for row in case_rows(case, settings)]


def case_rows(case: Case, settings: Settings) -> list[Row]:
    """Measure one case."""
    if settings.data is None:
        return [not_run(f"{case}: nDCG@10", "give --data")]
    kit = settings.data / case.kit
    if not (kit / "catalog.jsonl").is_file():
        return [not_run(f"{case}: nDCG@10", f"the folder given by --data holds no kit {case.kit}")]
    folder = workspace_of(kit / "catalog.jsonl", settings, case.exclude)
    with Workspace.open(folder) as workspace, tempfile.TemporaryDirectory() as work:
        asked = Asked(case, kit, Path(work))
        plain, default = agent_of(workspace, "none"), agent_of(workspace, settings.llm)
        found = _worded(asked, plain, default)
        if case.pictures:
            found += _pictured(asked, plain)
        plain.models.close()
        return found


@dataclass(frozen=True, slots=True)
class Asked:
    """A kit's requests of one sort at a time, put to rankers.

    Attributes:
        work: Folder for what is written on the way.
    """

    case: Case
    kit: Path
    work: Path

    def requests(self, sort: str) -> tuple[Path, set[str]]:
        """A file of the requests that have a `text` or an `image`, and those of them with a relevant item."""
        kept = [row for row in read_rows(self.kit / "queries.jsonl") if row.get(sort)]
        for row in kept:
            row |= {key: str((self.kit / row[key]).absolute()) for key in ("image", "audio", "video") if row.get(key)}
        path = self.work / f"{sort}.jsonl"
        write_rows(path, kept)
        return path, judged(self.kit / "qrels.trec") & {row["qid"] for row in kept}

    def score(self, sort: str, name: str, measures: Sequence[str], rank: Callable[[Path, Path], None]) -> list[float]:
        """Have the requests ranked into a run, and score it."""
        say(f"{self.case}: ranking by {name}")
        queries, wanted = self.requests(sort)
        run = self.work / "run.trec"
        rank(queries, run)
        return means(run, self.kit / "qrels.trec", wanted, measures)


def _worded(asked: Asked, plain: RecommendationAgent, default: RecommendationAgent) -> list[Row]:
    n = len(asked.requests("text")[1])
    peers = {
        name: asked.score("text", name, NDCG, partial(by_channel, plain, channel))[0]
        for name, channel in (("BM25 alone", "lexical"), ("dense vectors alone", "text"))
    }
    best = max(peers.values())
    said = ", ".join(f"{name} {value:.3f}" for name, value in peers.items())
    found = []
    for name, agent, target in (("--llm none", plain, None), ("default settings", default, asked.case.target)):
        value = asked.score("text", name, NDCG, partial(by_agent, agent))[0]
        model = f"; {agent.models.chat.name}" if agent.models.chat else ""
        note = f"peer: the better of {said}; {n} requests with a relevant item{model}"
        found.append(at_least(f"{asked.case}: nDCG@10, {name}", value, target, "", note, peer=best))
    return found


def _pictured(asked: Asked, agent: RecommendationAgent) -> list[Row]:
    n = len(asked.requests("image")[1])
    values = asked.score("image", "pictures", HITS, partial(by_agent, agent))
    note = f"{n} requests, each a second photo of a dish"
    return [
        at_least(f"{asked.case.kit}: a photo finds its item, hit@{at}", value, None, "", note)
        for at, value in zip((1, 5), values, strict=True)
    ]


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
            yield Ranking(row["qid"], [(one.item.id, one.score) for one in candidates])

    with run.open("w", encoding="utf-8") as file:
        write_run(rankings(), file, channel)
