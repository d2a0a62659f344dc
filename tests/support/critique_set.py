"""Criticism with a known right direction, said in a conversation and judged by what is shown next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import yaml

from agent.errors import TastemakerError
from agent.recommender import RecommendationAgent
from agent.understand.measures import LIKE_ITEM, Measures
from tests.support.places import TRANSCRIPTS


@dataclass(frozen=True, slots=True)
class Case:
    """One request, the criticism of its answer, and what must move which way."""

    first: str
    say: str
    measure: str
    op: Literal["<", ">"]
    than: int | None = None


def cases(catalog: str) -> list[Case]:
    return [
        Case(**row) for row in yaml.safe_load((TRANSCRIPTS / "critiques.yaml").read_text(encoding="utf-8"))[catalog]
    ]


def wrong(agent: RecommendationAgent, case: Case, k: int = 3) -> str:
    """What went the wrong way; empty where nothing did."""
    measures = Measures(agent.retriever.snapshot, agent.vocabulary, agent.models)
    talk = agent.conversation()
    before = [one.item.id for one in talk.say(case.first, k=k).recommendations]
    try:
        after = [one.item.id for one in talk.say(case.say, k=k).recommendations]
    except TastemakerError as error:
        return f"{case.say}: {error.what}"
    measure, others = case.measure, before
    if measure.startswith(LIKE_ITEM):
        item = before[int(measure.removeprefix(LIKE_ITEM)) - 1]
        measure, others = LIKE_ITEM + item, [one for one in before if one != item]

    def mean(items: list[str]) -> float:
        return float(np.nanmean(measures.of(measure)[[measures.snapshot.rows[one] for one in items]]))

    reference = mean([before[case.than - 1]] if case.than else others)
    moved = mean(after) - reference if after else np.nan
    right = moved > 0 if case.op == ">" else moved < 0
    return "" if right else f"{case.say} (after {case.first}): {measure} moved by {moved:.3g} from {reference:.3g}"
