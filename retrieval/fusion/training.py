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
from retrieval.fusion.settings import ADAPTING, Schedule, Tell
from retrieval.items import Item

if TYPE_CHECKING:
    from retrieval.fusion.ensemble import Ensemble
    from retrieval.fusion.frame import Frame
    from retrieval.fusion.learned import Learned
    from retrieval.fusion.material import Gathered, PoolOf

NEEDS_VECTORS = frozenset({"network", "autoencoder", "adversarial"})


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
) -> Learned | Ensemble:
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
    _check(name, lessons, exam, len(train) + len(valid))
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
    fusion: Learned,
    train: Sequence[Case],
    valid: Sequence[Case],
    pool_of: PoolOf,
    *,
    seed: int = 0,
    categories: NDArray[np.intp] | None = None,
    tell: Tell | None = None,
    schedule: Schedule = ADAPTING,
) -> Learned:
    """Fine-tune a fusion that was trained on another catalog, whose vectors come from the same encoders.

    Its frame stays as it is; where nothing gets better on `valid`, so do its weights.

    Raises:
        FusionError: too little to learn from, or no modality is as long as the one it was trained on.
    """
    from retrieval.fusion.learned import new_module
    from retrieval.fusion.material import gather

    lessons, exam = gather(train, pool_of, seed), gather(valid, pool_of, seed)
    _check(fusion.name, lessons, exam, len(train) + len(valid))
    for name, projection in fusion.frame.modalities.items():
        table = lessons.features.get(name)
        if table is not None and table.matrix.shape[1] != len(projection.mean):
            raise FusionError(
                f"The fusion {fusion.name} knows {name} vectors of length {len(projection.mean)},"
                f" and this catalog's are {table.matrix.shape[1]} long.",
                "Adapt between catalogs that were ingested with the same models.",
            )
    module = new_module(fusion.name, fusion.frame)
    module.load_state_dict(fusion.module.state_dict())
    return _trained(replace(fusion, module=module), lessons, exam, categories, seed, tell, None, schedule)


def fit_gathered(
    name: str,
    lessons: Gathered,
    exam: Gathered,
    *,
    frame: Frame | None = None,
    weights: Mapping[str, float] | None = None,
    categories: NDArray[np.intp] | None,
    seed: int,
    tell: Tell | None,
    keep: Path | None,
    schedule: Schedule,
) -> Learned:
    """Train one network on requests whose channels have been asked already; its frame is made of them if not given."""
    import torch

    from retrieval.fusion.frame import Frame
    from retrieval.fusion.learned import Learned, new_module

    frame = frame or Frame.fit([asked.scores for asked in lessons.requests], lessons.features, lessons.rows)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        module = new_module(name, frame, weights)
    return _trained(Learned(name, frame, module), lessons, exam, categories, seed, tell, keep, schedule)


def item_categories(items: Sequence[Item]) -> NDArray[np.intp]:
    """By item the number of its category, -1 where it has none."""
    number = {name: at for at, name in enumerate(sorted({item.category for item in items if item.category}))}
    return np.array([number.get(item.category or "", -1) for item in items], dtype=np.intp)


def _trained(
    fusion: Learned,
    lessons: Gathered,
    exam: Gathered,
    categories: NDArray[np.intp] | None,
    seed: int,
    tell: Tell | None,
    keep: Path | None,
    schedule: Schedule,
) -> Learned:
    from retrieval.fusion.material import Material
    from retrieval.fusion.trainer import Trainer

    train = Material(lessons, fusion.frame, categories)
    valid = Material(exam, fusion.frame, categories, train.top_gain)
    path = keep / f"{fusion.name}.safetensors" if keep else None
    figures = Trainer(fusion.name, train, valid, schedule, seed, path).run(fusion.module, tell)
    counted = {"seed": float(seed), "train_cases": float(len(train)), "valid_cases": float(len(valid))}
    return replace(fusion, figures={**counted, **figures})


def _check(name: str, lessons: Gathered, exam: Gathered, n_given: int) -> None:
    if not lessons.requests or not exam.requests:
        raise FusionError(
            f"Of {n_given} requests, {len(lessons.requests)} can be learned from"
            f" and {len(exam.requests)} can tell when to stop.",
            "Import more interactions; the fusion `weighted` needs none.",
        )
    if name in NEEDS_VECTORS and not any(table.present.sum() > 1 for table in lessons.features.values()):
        raise FusionError(
            f"The fusion {name} learns from vectors, and no modality of this catalog has any.",
            "Ingest texts or pictures, or choose `attention` or `weighted`.",
        )
