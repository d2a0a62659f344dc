"""Time from a request in words to the first ranked list, before any reason is worded, in a warm process."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping
from contextlib import closing

from agent.answers import UserTurn
from agent.recommender import RecommendationAgent
from benchmarks import shop
from benchmarks.figures import at_most, percentile
from benchmarks.settings import Settings
from benchmarks.table import Row
from benchmarks.workspaces import agent_of, shop_catalog, workspace_of
from retrieval.storage.workspace import Workspace

LIMIT_S = 0.5
FILTER = "price<=50"
K = 5
PLAIN, DEFAULT = "--llm none", "default settings"


def rows(settings: Settings) -> list[Row]:
    """Ask the same requests of all contestants in turn."""
    with Workspace.open(workspace_of(shop_catalog(settings), settings)) as workspace:
        agents = {PLAIN: agent_of(workspace, "none"), DEFAULT: agent_of(workspace, settings.llm)}
        for agent in agents.values():
            lists_s(agent, UserTurn(text="a warm coat", k=K))  # also loads the models
        # In turn, request by request: a machine that slows down meanwhile slows all of them down.
        without, must = (_in_turn(agents, settings.n_requests, filters) for filters in ((), (FILTER,)))
        model = agents[DEFAULT].models.chat
    size, name = f"{settings.n_items:,} items", model.name if model else "no language model"
    return [*_rows(without, size, name), *_rows(must, f"{size}, {FILTER}", name)]


def lists_s(agent: RecommendationAgent, turn: UserTurn) -> tuple[float, float]:
    """Seconds until the agent shows its first list, and until the language model has had its say in it."""
    started, shown_s = time.perf_counter(), list[float]()
    with closing(agent.answer(turn, worded=False)) as events:  # type: ignore[type-var]
        for event in events:
            if event.kind != "status":
                shown_s.append(time.perf_counter() - started)
            if len(shown_s) == 2:  # a second list, or else the first reason of a list that stays as it was
                break
    return shown_s[0], shown_s[1]


def _in_turn(
    agents: Mapping[str, RecommendationAgent], n_requests: int, filters: tuple[str, ...]
) -> dict[str, list[tuple[float, float]]]:
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in agents}
    for text in shop.requests(n_requests):
        for name, agent in agents.items():
            times[name].append(lists_s(agent, UserTurn(text=text, filters=filters, k=K)))
    return times


def _rows(times: Mapping[str, list[tuple[float, float]]], size: str, model: str) -> list[Row]:
    lists = [(f"first ranked list, {size}, {name}", [first for first, _ in pairs]) for name, pairs in times.items()]
    lists.append((f"list as {model} leaves it, {size}", [last for _, last in times[DEFAULT]]))
    return [_row(name, seconds) for name, seconds in lists]


def _row(name: str, seconds: list[float]) -> Row:
    median = statistics.median(seconds)
    verdict = "within" if median <= LIMIT_S else "NOT within"
    note = f"{verdict} {LIMIT_S:g} s; 95th percentile {percentile(seconds, 95):.3f} s; {len(seconds)} requests"
    return at_most(name, median, LIMIT_S, "s", note)
