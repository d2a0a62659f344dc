"""How well a model reads turns into what must be, beside the rules."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from functools import cache

from agent.backends.model_card import JobFigures, is_hopeless
from agent.backends.protocols import ChatModel
from agent.evaluate.understanding import GoldRequest, gold_vocabulary, is_right
from agent.language.detection import detect_language
from agent.language.patterns import data
from agent.understand.form import BY_RULES, ModelReader
from agent.understand.request import Reader
from agent.understand.rules import read
from agent.understand.validation import clean


@cache
def gold_turns() -> tuple[GoldRequest, ...]:
    """The turns, each with the must-haves that it states."""
    by_catalog = data("agent.evaluate.gold.judge", "turns.yaml")
    return tuple(
        GoldRequest(catalog, detect_language(text), text, tuple(filters))
        for catalog, entries in by_catalog.items()
        for text, filters in entries.items()
    )


def judge_reading(
    model: ChatModel, turns: Sequence[GoldRequest] | None = None, progress: Callable[[int], None] = lambda _: None
) -> JobFigures:
    """Share of the turns whose must-haves are exactly the gold ones, by the model and by the rules.

    A turn on which the model gives no usable answer is read by the rules, as it is where the model serves.
    """
    turns = gold_turns() if turns is None else turns
    reader, failed, right, seconds = ModelReader(model), 0, list[bool](), list[float]()
    for at, turn in enumerate(turns, start=1):
        began = time.perf_counter()
        parsed = reader(clean(turn.text), gold_vocabulary(turn.catalog))
        seconds.append(time.perf_counter() - began)
        right.append(is_right(turn, parsed))
        failed += any(note.name == BY_RULES for note in parsed.notes)
        progress(at)
        if is_hopeless("read", seconds):
            turns = turns[:at]
            break
    ours, ours_s = _by_rules(read, turns)
    return JobFigures(
        n=len(turns),
        model=sum(right) / len(turns),
        ours=sum(ours) / len(turns),
        ours_is="classifier and rules",
        measure="turns read exactly right",
        seconds=statistics.median(seconds),
        ours_seconds=ours_s,
        failed=failed,
    )


def _by_rules(reader: Reader, turns: Sequence[GoldRequest]) -> tuple[list[bool], float]:
    began = time.perf_counter()
    right = [is_right(turn, reader(clean(turn.text), gold_vocabulary(turn.catalog))) for turn in turns]
    return right, (time.perf_counter() - began) / len(turns)


__all__ = ["gold_turns", "judge_reading"]
