"""Fitting: one learned fusion, on requests that have been gathered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import FusionError
from retrieval.fusion.catalogue import NEEDS_VECTORS
from retrieval.fusion.settings import Schedule, Tell
from retrieval.items import Item

if TYPE_CHECKING:
    from retrieval.fusion.frame import Frame
    from retrieval.fusion.learned import LearnedFusion
    from retrieval.fusion.material import Gathered


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
) -> LearnedFusion:
    """Train one network on requests whose channels have been asked already; its frame is made of them if not given."""
    import torch

    from retrieval.fusion.frame import Frame
    from retrieval.fusion.learned import LearnedFusion, new_module

    frame = frame or Frame.fit([request.scores for request in lessons.requests], lessons.features, lessons.rows)
    # the seed decides the first weights, and nobody else's chance is touched
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        module = new_module(name, frame, weights)
    return train_fusion(LearnedFusion(name, frame, module), lessons, exam, categories, seed, tell, keep, schedule)


def item_categories(items: Sequence[Item]) -> NDArray[np.intp]:
    """The number of each item's category, -1 where it has none."""
    number = {name: at for at, name in enumerate(sorted({item.category for item in items if item.category}))}
    return np.array([number.get(item.category or "", -1) for item in items], dtype=np.intp)


def train_fusion(
    fusion: LearnedFusion,
    lessons: Gathered,
    exam: Gathered,
    categories: NDArray[np.intp] | None,
    seed: int,
    tell: Tell | None,
    keep: Path | None,
    schedule: Schedule,
) -> LearnedFusion:
    """Train the weights that a fusion has, from where they stand, and keep how it went with them."""
    from retrieval.fusion.material import Material
    from retrieval.fusion.trainer import Trainer

    train = Material(lessons, fusion.frame, categories)
    valid = Material(exam, fusion.frame, categories, train.top_gain)
    path = keep / f"{fusion.name}.safetensors" if keep else None
    figures = Trainer(fusion.name, train, valid, schedule, seed, path).run(fusion.module, tell)
    counted = {"seed": float(seed), "train_cases": float(len(train)), "valid_cases": float(len(valid))}
    return replace(fusion, figures={**counted, **figures})


def check_material(name: str, lessons: Gathered, exam: Gathered, n_given: int) -> None:
    """Refuse to train on next to nothing.

    Raises:
        FusionError: no request can be learned from, or none is left to stop by, or the fusion lacks vectors.
    """
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
