"""What a language model's say in the order of results buys, and what it costs: by the judgments of evaluation kits.

Every method asks the model about the best candidates of the same requests. What is said under `chosen by the other
half` is honest: weight and bound are chosen on one half of the requests and judged by the other, as `tastemaker tune`
does it. Seconds are CPU time of this process, so that other work on the machine does not count.
"""

from __future__ import annotations

import hashlib
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from agent.answers import UserTurn
from agent.backends.factory import SMALL, chat_model
from agent.config import load_config
from agent.evaluate.tune_rerank import RankedCase, RankingTrial, ask, chosen_ranking
from agent.rerank.pointwise import ANSWERS
from agent.rerank.setting import ranking_model
from benchmarks.figures import at_least, at_most, not_run, observed
from benchmarks.quality import KitCase
from benchmarks.settings import Settings
from benchmarks.table import Row
from benchmarks.workspaces import agent_at, now_and_then, read_rows, workspace_of
from retrieval.cases import Case
from retrieval.evaluation.significance import intervals
from retrieval.tuning.setting import RankingSetting

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from agent.backends.protocols import Chat, ChatModel
    from agent.recommender import RecommendationAgent

KITS = (KitCase("icecat"), KitCase("recipes", exclude=("tags",)))
GAIN, SECONDS = 0.01, 0.6  # what a model must bring, and may cost, to have a say by default
REQUESTS = 24  # of each kit
NOTHING = np.array([], dtype=np.intp)


@dataclass(slots=True)
class TimedChat:
    """A model that notes how long it takes to score, by how it is asked; it does nothing else."""

    model: ChatModel
    spent: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @property
    def name(self) -> str:
        """The model's own."""
        return self.model.name

    @property
    def context_tokens(self) -> int:
        """The model's own."""
        return self.model.context_tokens

    def count_tokens(self, text: str) -> int:
        """The model's own."""
        return self.model.count_tokens(text)

    def score(self, chats: Sequence[Chat], continuations: Sequence[str]) -> NDArray[np.float64]:
        """The model's own."""
        started = time.process_time()
        values = self.model.score(chats, continuations)
        self.spent["likelihood"].append(time.process_time() - started)
        return values

    def first_token(self, chats: Sequence[Chat], options: Sequence[str]) -> NDArray[np.float64]:
        """The model's own."""
        started = time.process_time()
        values = self.model.first_token(chats, options)
        method = "yes_no" if tuple(options) == ANSWERS else "listwise"
        self.spent[method].append(time.process_time() - started)
        return values

    def seconds(self, method: str) -> float:
        """Median of what one request costs."""
        if method == "both":
            return self.seconds("likelihood") + self.seconds("yes_no")
        return statistics.median(self.spent[method])


def rows(settings: Settings, llm: str = SMALL, n_requests: int = REQUESTS) -> list[Row]:
    """Measure every kit that is at hand."""
    return [row for kit in KITS for row in _kit_rows(kit, settings, llm, n_requests)]


def _kit_rows(kit: KitCase, settings: Settings, llm: str, n_requests: int) -> Iterator[Row]:
    name = f"{kit}: reranking by {llm}"
    if settings.data is None or not (settings.data / kit.kit / "catalog.jsonl").is_file():
        yield not_run(name, f"give --data, a folder that holds the kit {kit.kit}")
        return
    folder = workspace_of(settings.data / kit.kit / "catalog.jsonl", settings, kit.exclude)
    model = chat_model(llm)
    if model is None:
        yield not_run(name, "there is no language model")
        return
    timed, config = TimedChat(model), load_config(llm=llm, rerank_weight=0.0)
    trial = RankingTrial(timed, ranking_model(config) or llm, config)  # type: ignore[arg-type] - it only scores
    tell = now_and_then()
    with agent_at(folder, "none") as agent:
        ranked = []
        for case in cases(agent, settings.data / kit.kit, n_requests):
            ranked.append(ask(case, agent.retriever, trial))
            tell(f"{name}: {len(ranked)} requests")
    yield from judged(name, ranked, trial, timed)


def cases(agent: RecommendationAgent, kit: Path, n_requests: int) -> list[Case]:
    """Requests in words with a relevant item, drawn by hash, with the grades of the kit."""
    grades: defaultdict[str, dict[int, float]] = defaultdict(dict)
    rows_of = agent.retriever.snapshot.rows
    for line in (kit / "qrels.trec").read_text(encoding="utf-8").splitlines():
        query, _, item, grade = line.split()
        if float(grade) > 0 and item in rows_of:
            grades[query][rows_of[item]] = float(grade)
    asked = [row for row in read_rows(kit / "queries.jsonl") if row.get("text") and grades[row["qid"]]]
    drawn = sorted(asked, key=lambda row: hashlib.sha256(row["qid"].encode()).digest())[:n_requests]
    return [
        Case(row["qid"], agent.pipeline.query_of(UserTurn(text=row["text"])), grades[row["qid"]], NOTHING)
        for row in drawn
    ]


def judged(name: str, ranked: Sequence[RankedCase], trial: RankingTrial, timed: TimedChat) -> Iterator[Row]:
    """What each method comes to, beside the order of retrieval."""
    figures = {
        setting: np.array([entry.ndcg(setting) for entry in ranked])
        for setting in trial.settings(list(ranked[0].opinions))
    }
    silent = replace(trial.usual, weight=0.0)
    before, n = figures[silent], len(ranked)
    yield observed(f"{name}: nDCG@10 without", float(before.mean()), "", f"{n} requests with a relevant item")
    first = np.arange(n) % 2 == 0
    for method in dict.fromkeys(method for method, _ in ranked[0].opinions):
        own = {setting: values for setting, values in figures.items() if setting == silent or setting.method == method}
        choices = [chosen_ranking({s: v[half] for s, v in own.items()}, silent) for half in (first, ~first)]
        gaps = np.where(first, own[choices[1]], own[choices[0]]) - before
        (gain,) = intervals(gaps[:, None], seed=0)
        light = RankingSetting(trial.identity, method, 0, 0.05, 3)
        note = (
            f"95 % [{gain.low:+.3f}, {gain.high:+.3f}]; chosen by the other half: {choices[0]}; {choices[1]}; "
            f"with weight 0.05 and three places {float((own[light] - before).mean()):+.3f}"
        )
        yield at_least(f"{name}: nDCG@10 that {method} gains", gain.mean, GAIN, "", note)
        yield at_most(
            f"{name}: CPU time of {method}", timed.seconds(method), SECONDS, "s", "median of a request, 20 items"
        )
