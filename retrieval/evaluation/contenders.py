"""Contenders: what is compared, each a fusion over some of the channels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.channels.registry import MODALITIES, Modality, absolute_channels, channels_of, default_weights
from retrieval.evaluation.task import Lessons, Part
from retrieval.fusion import Fusion, Pool, Scores
from retrieval.fusion.catalogue import LEARNED, make
from retrieval.fusion.weighted import Weighted
from retrieval.query import RequestKind
from retrieval.retriever import Plan, Retriever

POPULARITY = "popularity"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Contender:
    """One row of the table.

    Attributes:
        fusion: Name of the fusion, or `popularity`.
        only: The one modality that it may use; all when None.
    """

    fusion: str
    only: Modality | None = None

    @property
    def name(self) -> str:
        """The name that tables show."""
        return f"{self.only} only" if self.only else self.fusion

    def removed(self, channels: Iterable[str]) -> frozenset[str]:
        """The channels that it must do without."""
        return frozenset(channels) - channels_of(self.only) if self.only else frozenset()


def contenders(fusions: Sequence[str], *, ablate: bool, behaviour: bool) -> list[Contender]:
    """The rows of a table, in order: each modality alone where asked for, then each fusion of all of them.

    Args:
        fusions: Their names.
        ablate: Whether each modality is tried alone.
        behaviour: Whether anything is known of what people did, so that popularity is a baseline.
    """
    single = [Contender("weighted", modality) for modality in MODALITIES] if ablate else []
    return [*([Contender(POPULARITY)] if behaviour else []), *single, *(Contender(name) for name in fusions)]


@dataclass(frozen=True, slots=True, eq=False)
class PopularityFusion:
    """s(i) = how many people did something with i."""

    counts: NDArray[np.int64]
    name: str = POPULARITY

    def __call__(self, pool: Pool) -> Scores:
        """At least 0."""
        return self.counts[pool.rows].astype(np.float64)


@dataclass(frozen=True, slots=True)
class School:
    """A place to train learned fusions.

    Attributes:
        seed: Of the training.
        keep: Folder in which a training that is stopped keeps its state.
        say: Told how far it is.
    """

    seed: int
    keep: Path
    say: Say

    def train(self, name: str, lessons: Lessons, categories: NDArray[np.intp]) -> Fusion:
        """A learned fusion; the same lessons and seed give the same one.

        Raises:
            FusionError: there is too little to learn from.
        """
        from retrieval.fusion.training import fit

        kinds = Counter(case.query.kind for case in lessons.train)
        # a network starts from one set of weights: those of the kind that most lessons are of
        kind = max(kinds, key=kinds.__getitem__)
        return fit(
            name,
            lessons.train,
            lessons.valid,
            lessons.pool,
            seed=self.seed,
            weights=weights_of(kind, lessons.plans[kind]),
            categories=categories,
            tell=lambda progress: self.say(f"learning, epoch {progress.epoch} of at most {progress.epochs}"),
            keep=self.keep,
        )


def fusions_of(
    contender: Contender, part: Part, school: School, categories: NDArray[np.intp]
) -> Mapping[RequestKind, Fusion]:
    """The fusion that orders the candidates, by kind of request.

    Args:
        contender: Who orders.
        part: What is ordered.
        school: Where learned fusions are trained.
        categories: Number of each item's category, -1 without one.

    Raises:
        EvaluationError: there is too little to learn from.
        FusionError: there is no such fusion, or it cannot be trained.
    """
    plans = part.retriever.plans
    if contender.fusion == POPULARITY:
        counts = part.counts if part.counts is not None else np.zeros(len(part.retriever.snapshot.items), np.int64)
        return dict.fromkeys(plans, PopularityFusion(counts))
    if contender.fusion in LEARNED:
        return dict.fromkeys(plans, school.train(contender.fusion, part.lessons(), categories))
    return {kind: _fusion(contender, kind, plan) for kind, plan in plans.items()}


def weights_of(kind: RequestKind, plan: Plan) -> Mapping[str, float]:
    """The channel weights of a plan: those it is set to, else the defaults of its kind."""
    weights: Mapping[str, float] = getattr(plan.fusion, "weights", default_weights(kind))
    return weights


def channel_names(retriever: Retriever) -> frozenset[str]:
    """All channels of a retriever."""
    return frozenset(channel.name for channel in retriever.channels)


def _fusion(contender: Contender, kind: RequestKind, plan: Plan) -> Fusion:
    weights = weights_of(kind, plan)
    absolute = absolute_channels()
    if contender.only is None:
        return plan.fusion if contender.fusion == plan.fusion.name else make(contender.fusion, weights, absolute)
    own = {channel: weights.get(channel, 0.0) for channel in channels_of(contender.only)}
    return Weighted(own if any(own.values()) else dict.fromkeys(own, 1.0), absolute)
