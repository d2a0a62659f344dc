"""How well a model describes pictures of which everything is known, beside the embedded describer."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from agent.backends.model_card import JobFigures, is_hopeless
from agent.backends.pictures.describer import PictureDescriber
from agent.backends.protocols import ChatModel, Describer, PictureEncoder, PictureFeatures, Undescribed
from agent.evaluate.judge.drawing import drawn
from agent.language.patterns import data
from retrieval.items import Description
from retrieval.text.words import fold

_WORD = re.compile(r"\w+")


@cache
def gold_pictures() -> tuple[Mapping[str, Any], ...]:
    """The rows: what is drawn, and what must and may not be said of it."""
    rows: Any = data("agent.evaluate.gold.judge", "pictures.yaml")
    return tuple(rows)


def judge_describing(
    model: ChatModel,
    ours: Describer,
    pictures: PictureEncoder,
    rows: Sequence[Mapping[str, Any]] | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> JobFigures:
    """Share of what must be said that is said, 0 where something wrong is said; mean over pictures.

    Args:
        ours: The describer that ships.
        pictures: Gives it class scores.

    Raises:
        ModelError: the model sees no pictures, or failed.
    """
    rows = gold_pictures() if rows is None else rows
    describer = PictureDescriber(model)
    by_model, failed, seconds, by_ours, ours_s = list[float](), 0, list[float](), list[float](), list[float]()
    for at, row in enumerate(rows, start=1):
        picture = drawn(row)
        began = time.perf_counter()
        (description,) = describer.describe([picture], PictureFeatures(_no_vectors(), None))
        seconds.append(time.perf_counter() - began)
        by_model.append(share_told(_told(description), row))
        failed += not _told(description)
        began = time.perf_counter()
        (description,) = ours.describe([picture], pictures.encode([picture]))
        ours_s.append(time.perf_counter() - began)
        by_ours.append(share_told(_told(description), row))
        progress(at)
        if is_hopeless("describe", seconds):
            break
    return JobFigures(
        n=len(by_model),
        model=statistics.mean(by_model),
        ours=statistics.mean(by_ours),
        ours_is="the embedded describer",
        measure="told of what must be, nothing where wrong",
        seconds=statistics.median(seconds),
        ours_seconds=statistics.median(ours_s),
        failed=failed,
    )


def _told(description: Description | Undescribed) -> str:
    """What is said of a picture; empty where nothing is."""
    return description.text if isinstance(description, Description) else ""


def share_told(text: str, row: Mapping[str, Any]) -> float:
    """Share of the groups of words that must be said of which one is, in [0, 1]; 0 where a wrong word is said."""
    said = set(_WORD.findall(fold(text)))
    if said & set(row.get("never", ())):
        return 0.0
    told = [bool(said & {fold(word) for word in group}) for group in row["must"]]
    return sum(told) / len(told)


def _no_vectors() -> Any:
    import numpy as np

    return np.empty((1, 0), dtype=np.float32)  # a model looks at the picture itself


__all__ = ["gold_pictures", "judge_describing", "share_told"]
