"""Training: from requests with known answers to a learned fusion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from retrieval.cases import Case
from retrieval.errors import FusionError
from retrieval.fusion.catalogue import LEARNED
from retrieval.fusion.fitting import check_material, fit_gathered, train_fusion
from retrieval.fusion.settings import ADAPTING, Schedule, Tell

if TYPE_CHECKING:
    from retrieval.fusion.ensemble import Ensemble
    from retrieval.fusion.learned import LearnedFusion
    from retrieval.fusion.material import PoolOf


def fit(
    name: str,
    train: Sequence[Case],
    valid: Sequence[Case],
    pool_of: PoolOf,
    *,
    seed: int = 0,
    weights: Mapping[str, float] | None = None,
    categories: NDArray[np.intp] | None = None,
    tell: Tell | None = None,
    keep: Path | None = None,
    schedule: Schedule | None = None,
) -> LearnedFusion | Ensemble:
    """Train a fusion; the same requests and seed give the same bytes on one machine's CPU.

    Args:
        name: One of `LEARNED`.
        train: Requests to fit on.
        valid: Requests to stop by; none of them may be among `train`.
        pool_of: Asks all channels about all candidates of a request.
        weights: By channel, those of `weighted`: a network begins as such a sum, so that little data does no harm, and
            members of an ensemble that need no training stay with them; all alike when None.
        categories: By row the number of the item's category, as `item_categories` makes it, for the category head.
        tell: Called after each epoch.
        keep: Folder in which a training that is stopped keeps its state; the next call goes on from there.
        schedule: How long and how hard; the usual one when None.

    Raises:
        FusionError: there is no such fusion, or too little to learn from.
    """
    if name not in LEARNED:
        raise FusionError(f"There is no fusion {name!r} to be trained.", f"Choose one of {', '.join(LEARNED)}.")
    from retrieval.fusion.material import gather

    lessons, exam = gather(train, pool_of, seed), gather(valid, pool_of, seed)
    check_material(name, lessons, exam, len(train) + len(valid))
    schedule = schedule or Schedule()
    if name == "ensemble":
        from retrieval.fusion.ensemble import fit_ensemble

        return fit_ensemble(
            lessons, exam, weights=weights, categories=categories, seed=seed, tell=tell, keep=keep, schedule=schedule
        )
    return fit_gathered(
        name, lessons, exam,
        weights=weights, categories=categories, seed=seed, tell=tell, keep=keep, schedule=schedule,
    )  # fmt: skip


def adapt(
    fusion: LearnedFusion,
    train: Sequence[Case],
    valid: Sequence[Case],
    pool_of: PoolOf,
    *,
    seed: int = 0,
    categories: NDArray[np.intp] | None = None,
    tell: Tell | None = None,
    schedule: Schedule = ADAPTING,
) -> LearnedFusion:
    """Fine-tune a fusion that was trained on another catalog, whose vectors come from the same encoders.

    Its frame stays as it is; where nothing gets better on `valid`, so do its weights.

    Raises:
        FusionError: too little to learn from, or no modality is as long as the one it was trained on.
    """
    from retrieval.fusion.learned import new_module
    from retrieval.fusion.material import gather

    lessons, exam = gather(train, pool_of, seed), gather(valid, pool_of, seed)
    check_material(fusion.name, lessons, exam, len(train) + len(valid))
    for name, projection in fusion.frame.modalities.items():
        table = lessons.features.get(name)
        if table is not None and table.matrix.shape[1] != len(projection.mean):
            raise FusionError(
                f"The fusion {fusion.name} knows {name} vectors of length {len(projection.mean)},"
                f" and this catalog's are {table.matrix.shape[1]} long.",
                "Adapt between catalogs that were ingested with the same models.",
            )
    # a copy: what was trained on the other catalog stays as it is
    module = new_module(fusion.name, fusion.frame)
    module.load_state_dict(fusion.module.state_dict())
    return train_fusion(replace(fusion, module=module), lessons, exam, categories, seed, tell, None, schedule)
