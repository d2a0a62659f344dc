"""How good the recommendations are, by the judgments of evaluation kits, beside BM25 alone and dense vectors alone.

Our rankings are made by the function behind `tastemaker recommend --batch`; the peers are our own lexical channel
and our own text channel, each by itself.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from agent.recommender import RecommendationAgent
from benchmarks.asking import HITS, NDCG, KitRequests, by_agent, by_channel
from benchmarks.figures import at_least, not_run
from benchmarks.relevance import interval
from benchmarks.settings import Settings
from benchmarks.table import Row
from benchmarks.workspaces import agent_of, workspace_of
from retrieval.storage.workspace import Workspace


@dataclass(frozen=True, slots=True)
class KitCase:
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
    KitCase("icecat", target=0.72),
    KitCase("recipes", exclude=("tags",), target=0.59, pictures=True),
    KitCase("recipes", exclude=("tags", "category")),  # the category repeats the first tag
)


def rows(settings: Settings) -> list[Row]:
    """Measure every case whose kit is at hand."""
    return [row for case in CASES for row in case_rows(case, settings)]


def case_rows(case: KitCase, settings: Settings) -> list[Row]:
    """Measure one case."""
    if settings.data is None:
        return [not_run(f"{case}: nDCG@10", "give --data")]
    kit = settings.data / case.kit
    if not (kit / "catalog.jsonl").is_file():
        return [not_run(f"{case}: nDCG@10", f"the folder given by --data holds no kit {case.kit}")]
    folder = workspace_of(kit / "catalog.jsonl", settings, case.exclude)
    with Workspace.open(folder) as workspace, tempfile.TemporaryDirectory() as work:
        requests = KitRequests(kit, Path(work), str(case))
        plain, default = agent_of(workspace, "none"), agent_of(workspace, settings.llm)
        figures = _word_rows(case, requests, plain, default)
        if case.pictures:
            figures += _picture_rows(case, requests, plain)
        plain.models.close()
        return figures


def _word_rows(
    case: KitCase, requests: KitRequests, plain: RecommendationAgent, default: RecommendationAgent
) -> list[Row]:
    n = len(requests.requests("text")[1])
    peers = {
        name: requests.score("text", name, NDCG, partial(by_channel, plain, channel))[:, 0]
        for name, channel in (("BM25 alone", "lexical"), ("dense vectors alone", "text"))
    }
    best = max(float(values.mean()) for values in peers.values())
    peers_in_words = ", ".join(f"{name} {values.mean():.3f} ({interval(values)})" for name, values in peers.items())
    figures = []
    for name, agent, target in (("--llm none", plain, None), ("default settings", default, case.target)):
        values = requests.score("text", name, NDCG, partial(by_agent, agent))[:, 0]
        model = f"; {agent.models.chat.name}" if agent.models.chat else ""
        note = f"{interval(values)}; peer: the better of {peers_in_words}; {n} requests with a relevant item{model}"
        figures.append(at_least(f"{case}: nDCG@10, {name}", float(values.mean()), target, "", note, peer=best))
    return figures


def _picture_rows(case: KitCase, requests: KitRequests, agent: RecommendationAgent) -> list[Row]:
    n = len(requests.requests("image")[1])
    values = requests.score("image", "pictures", HITS, partial(by_agent, agent))
    return [
        at_least(
            f"{case.kit}: a photo finds its item, hit@{k}",
            float(values[:, at].mean()),
            None,
            "",
            f"{interval(values[:, at])}; {n} requests, each a second photo of a dish",
        )
        for at, k in enumerate((1, 5))
    ]
