"""Reasons for five items, from the items to their words: by the language model, and by rules."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from agent.answers import Explanation, UserTurn
from agent.backends.factory import LARGE, NAMES, SMALL
from agent.demo.artworks import STAFF_TAGS
from agent.explain import Selection
from agent.explain.casting import chosen_manner
from agent.explain.drafts import Manner, Voice
from agent.explain.wording import word
from agent.pipeline.pipeline import Pipeline
from agent.recommender import RecommendationAgent
from benchmarks.figures import at_least, at_most, observed, percentile
from benchmarks.serving import REQUESTS
from benchmarks.settings import Settings
from benchmarks.table import Row
from benchmarks.workspaces import agent_of, artworks_catalog, workspace_of
from retrieval.storage.workspace import Workspace

K = 5
MOST_WORDED = 12
PLAIN_S = 0.02
FIRST_S = {NAMES[SMALL]: 1.0}
ALL_S = {NAMES[SMALL]: 4.0, NAMES[LARGE]: 12.0}
PASSED = {NAMES[SMALL]: 0.6, NAMES[LARGE]: 0.9}


@dataclass(frozen=True, slots=True)
class WordingTime:
    """How long the reasons of one answer took.

    Attributes:
        token_s: Until the model's first token; 0 where none was asked.
        reason_s: Until the first reason that was checked.
        all_s: Until the last.
    """

    token_s: float
    reason_s: float
    all_s: float
    explanations: tuple[Explanation, ...]


def rows(settings: Settings) -> list[Row]:
    """Word the answers to the same requests over the demo catalog."""
    folder = workspace_of(artworks_catalog(settings), settings, [STAFF_TAGS])
    with Workspace.open(folder) as workspace:
        agent = agent_of(workspace, settings.llm)
        n_worded = min(settings.n_requests, MOST_WORDED)
        model = agent.models.chat
        voice = Voice(model, _manner(agent)) if model else None
        for text in REQUESTS[-2:]:
            time_wording(agent, text, voice)  # also loads the models
        plain_new = [time_wording(agent, text) for text in REQUESTS[: settings.n_requests]]
        plain_known = [time_wording(agent, text) for text in REQUESTS[: settings.n_requests]]
        worded = [time_wording(agent, text, voice) for text in REQUESTS[:n_worded]]
        name = model.name if model else "no language model"
    return [*_plain_rows(plain_new, plain_known), *_worded_rows(worded, name)]


def _manner(agent: RecommendationAgent) -> Manner:
    """The manner that the model has proved; the one that more models can, where it has proved none."""
    chosen = chosen_manner(agent.models.config, agent.workspace.path)
    return "rewritten" if chosen is None or chosen.manner == "planned" else chosen.manner


def time_wording(agent: RecommendationAgent, text: str, voice: Voice | None = None) -> WordingTime:
    """Find items for a request, then word the reasons, which alone is timed.

    Args:
        voice: Who words them; rules where it is not given.
    """
    pipeline, first = agent.pipeline, list[float]()
    selection = pipeline.find(UserTurn(text=text, k=K))
    model: Any = voice.model if voice else None
    began = time.perf_counter()
    if model is not None:  # on the object and not on its class, so that it can be taken off again
        model.stream = _listening(type(model).stream.__get__(model), first)
    ready, explanations = list[float](), list[Explanation]()
    try:
        for explanation in _worded(pipeline, selection, voice):
            ready.append(time.perf_counter() - began)
            explanations.append(explanation)
    finally:
        if model is not None:
            del model.stream
    return WordingTime(first[0] - began if first else 0.0, ready[0], ready[-1], tuple(explanations))


def _worded(pipeline: Pipeline, selection: Selection, voice: Voice | None) -> Iterator[Explanation]:
    """The reasons of what was selected, each as soon as it is ready."""
    if voice is None:
        yield from (entry.explanation for entry in pipeline.recommendations(selection, worded=False))
    else:
        yield from (explanation for _, explanation in word(pipeline.item_reasons(selection), voice))


def _listening(stream: Any, first: list[float]) -> Any:
    """A model's `stream` that notes when its first piece comes."""

    def listened(*arguments: Any, **options: Any) -> Iterator[tuple[int, str]]:
        for piece in stream(*arguments, **options):
            if not first:
                first.append(time.perf_counter())
            yield piece

    return listened


def _plain_rows(new: Sequence[WordingTime], known: Sequence[WordingTime]) -> list[Row]:
    def note(times: Sequence[WordingTime]) -> str:
        return f"95th percentile {percentile([timed.all_s for timed in times], 95):.4f} s; {len(times)} requests"

    return [
        at_most(
            f"{K} reasons by rules, {novelty}",
            statistics.median(timed.all_s for timed in times),
            PLAIN_S,
            "s",
            note(times),
        )
        for novelty, times in (("items told for the first time", new), ("told before", known))
    ]


def _worded_rows(times: Sequence[WordingTime], name: str) -> list[Row]:
    worded = [explanation for timed in times for explanation in timed.explanations]
    passed = sum(explanation.wording == "model" for explanation in worded)
    note = f"median of {len(times)} requests"
    return [
        _timed(f"first token of {K} reasons by {name}", [timed.token_s for timed in times], FIRST_S.get(name), note),
        _timed("first of them checked", [timed.reason_s for timed in times], None, note),
        _timed("all of them checked", [timed.all_s for timed in times], ALL_S.get(name), note),
        at_least(
            "share of the cards that it words", passed / len(worded), PASSED.get(name), "", f"{passed} of {len(worded)}"
        ),
    ]


def _timed(name: str, times_s: Sequence[float], limit_s: float | None, note: str) -> Row:
    median = statistics.median(times_s)
    return observed(name, median, "s", note) if limit_s is None else at_most(name, median, limit_s, "s", note)
