"""What the rules of a shop do to its answers: the same requests, answered with them and without."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from agent.answers import UserTurn
from agent.errors import EvaluationError, RuleError
from agent.evaluate.batch import BatchProblem, read_requests
from agent.evaluate.known_items.requests import known_items
from agent.explain import Selection
from agent.pipeline.pipeline import Pipeline
from agent.recommender import RecommendationAgent
from agent.rules import Rulebook
from retrieval.evaluation.judgments import read_qrels
from retrieval.evaluation.metrics.outcome import Outcome
from retrieval.evaluation.metrics.ranking import ndcg
from retrieval.evaluation.significance import Difference, differences

MOST_REQUESTS = 200  # made from the catalog


@dataclass(frozen=True, slots=True, eq=False)
class JudgedTurn:
    """A request, and the gain of each item, by row, that answers it."""

    id: str
    turn: UserTurn
    gains: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """What rules do.

    Attributes:
        n: Requests.
        k: Length of the lists.
        changed: Share of the requests that are answered otherwise.
        promoted: Share of the places in all lists that are held by a rule.
        ndcg_without: Mean nDCG@k without the rules.
        ndcg_with: The same with them.
        difference: Of the two, paired by request.
    """

    n: int
    k: int
    changed: float
    promoted: float
    ndcg_without: float
    ndcg_with: float
    difference: Difference


def rule_figures(
    agent: RecommendationAgent,
    requests: Sequence[JudgedTurn],
    k: int = 10,
    seed: int = 0,
    progress: Callable[[int], None] = lambda _: None,
) -> RuleFigures:
    """What the rules of the workspace do to these requests.

    Raises:
        RuleError: there are no rules.
        EvaluationError: there are no requests.
    """
    if not agent.rules:
        raise RuleError("The workspace has no rules.", "Set some with `tastemaker rules --set FILE`.")
    if not requests:
        raise EvaluationError("There is no request to judge rules by.", "Give --queries and --qrels.")
    ruled, plain = agent.pipeline, _without_rules(agent)
    lists: list[tuple[Selection, Selection]] = []
    for done, request in enumerate(requests, start=1):
        turn = replace(request.turn, k=k)
        lists.append((ruled.find(turn), plain.find(turn)))
        progress(done)
    scores = np.array(
        [
            [_ndcg(_rows(selection), request.gains, k) for selection in pair]
            for request, pair in zip(requests, lists, strict=True)
        ]
    )
    places = sum(len(with_rules.chosen) for with_rules, _ in lists)
    return RuleFigures(
        len(requests),
        k,
        changed=float(np.mean([_rows(with_rules) != _rows(without) for with_rules, without in lists])),
        promoted=sum(len(with_rules.promoted) for with_rules, _ in lists) / max(1, places),
        ndcg_without=float(scores[:, 1].mean()),
        ndcg_with=float(scores[:, 0].mean()),
        difference=differences(scores[:, :1], scores[:, 1], seed)[0],
    )


def judged_turns(agent: RecommendationAgent, queries: Path, qrels: Path) -> list[JudgedTurn]:
    """The requests of a file that have a relevant item in the catalog.

    Raises:
        RequestError: the requests cannot be read.
        EvaluationError: the judgments cannot be read.
    """
    rows, gains = agent.retriever.snapshot.rows, read_qrels(qrels)
    turns = []
    for request in read_requests(queries, k=1):
        if not isinstance(request, BatchProblem):
            by_id = gains.get(request.query_id, {})
            relevant = {rows[item_id]: gain for item_id, gain in by_id.items() if item_id in rows}
            turns.append(JudgedTurn(request.query_id, request.turn, relevant))
    return [turn for turn in turns if turn.gains]


def made_turns(agent: RecommendationAgent, seed: int) -> list[JudgedTurn]:
    """Requests in words that are made from the catalog, each answered by the items it was made of."""
    holdings = agent.pipeline.holdings
    made = known_items(holdings.snapshot, agent.models, holdings.ridge, seed=seed)
    worded = [case for case in made.cases if case.query.words]
    picked = np.random.default_rng(seed).permutation(len(worded))[:MOST_REQUESTS]
    return [JudgedTurn(worded[at].id, UserTurn(worded[at].query.words), worded[at].gains) for at in sorted(picked)]


def _without_rules(agent: RecommendationAgent) -> Pipeline:
    plain = Pipeline(agent.workspace, agent.models, agent.pipeline.holdings)
    Pipeline.rulebook.give(plain, Rulebook((), plain.snapshot))
    return plain


def _rows(selection: Selection) -> list[int]:
    return [scored.candidate.row for scored in selection.chosen]


def _ndcg(rows: Sequence[int], gains: Mapping[int, float], k: int) -> float:
    """nDCG@k of a list that may be shorter than k, against the best that the whole catalog could give."""
    worth = np.array([gains.get(row, 0.0) for row in rows[:k]])
    ideal = np.sort(np.fromiter(gains.values(), dtype=np.float64))[::-1]
    top = np.array(rows[:k], dtype=np.intp)
    return ndcg(Outcome(top, np.zeros(len(top)), worth, np.flatnonzero(worth) + 1, ideal, len(rows), k))


__all__ = ["JudgedTurn", "RuleFigures", "judged_turns", "made_turns", "rule_figures"]
