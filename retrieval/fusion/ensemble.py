"""Ensemble: learners and plain fusions side by side, and a learner on top that never saw its lessons before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.fusion import Fusion, Pool, Scores
from retrieval.fusion.batch import Batch, batch_of
from retrieval.fusion.catalogue import LEARNERS, NEEDS_VECTORS, TRAINING_FREE, make
from retrieval.fusion.fitting import fit_gathered
from retrieval.fusion.frame import Frame, opinions
from retrieval.fusion.learned import LearnedFusion
from retrieval.fusion.material import Gathered, Material
from retrieval.fusion.settings import Schedule, Tell
from retrieval.fusion.trainer import scores_of
from retrieval.fusion.weighted import filled, min_max

STACK_CASES = 400  # of either half, for the learner on top; it has few weights


@dataclass(frozen=True, slots=True, eq=False)
class Ensemble:
    """s(i) = stack(m_1(i), m_2(i), ...) over all plain fusions and all learned ones.

    Every learner is trained twice, on either half of the requests. The learner on top (see `stack`) sees what each
    says of the half that it was not trained on, so that one who has only learned by heart is not believed; when asked,
    the two twins of each kind speak with one voice, their mean.

    Attributes:
        plain: Fusions that need no training.
        twins: By name the learner trained on either half; all have the same frame.
        stack: The learner on top; its channels are the members.
        figures: How its training went.

    Source: Wolpert, Stacked Generalization, 1992; twins whose mean is used as in cross-fitting.
    """

    plain: tuple[Fusion, ...]
    twins: Mapping[str, tuple[LearnedFusion, LearnedFusion]]
    stack: LearnedFusion
    name: str = "ensemble"

    @property
    def figures(self) -> Mapping[str, float]:
        """How the training of the learner on top went."""
        return self.stack.figures

    def __call__(self, pool: Pool) -> Scores:
        """The stack's score of what the members say, in [0, 1]."""
        return self.stack(self._hear_members(pool)) if len(pool.rows) else np.zeros(0)

    def tasks(self, pool: Pool) -> Mapping[str, Scores]:
        """What the heads say: `click`, `rating` in [0, 1] and `category` in [0, 1]."""
        return self.stack.tasks(self._hear_members(pool))

    def _hear_members(self, pool: Pool) -> Pool:
        scores = {fusion.name: fusion(pool) for fusion in self.plain}
        batch: Batch | None = None
        for name, (first, second) in self.twins.items():
            # all twins have one frame, so the pool is put into it once
            batch = batch_of(first.frame, pool) if batch is None else batch
            scores[name] = (first.judge(batch) + second.judge(batch)) / 2
        return opinions(pool, scores)


def fit_ensemble(
    lessons: Gathered,
    exam: Gathered,
    *,
    weights: Mapping[str, float] | None,
    categories: NDArray[np.intp] | None,
    seed: int,
    tell: Tell | None,
    keep: Path | None,
    schedule: Schedule,
) -> Ensemble:
    """Train all learners on halves of the lessons, then the one on top on what they say of the other halves.

    The halves are the first and the second one: neighbours among the lessons are often about the same items.
    """
    weights = weights or dict.fromkeys(sorted({name for request in lessons.requests for name in request.scores}), 1.0)
    plain = tuple(make(name, weights) for name in TRAINING_FREE)
    frame = Frame.fit([request.scores for request in lessons.requests], lessons.features, lessons.rows)
    n = len(lessons.requests)
    halves = [replace(lessons, requests=part) for part in (lessons.requests[: n // 2], lessons.requests[n // 2 :])]

    def learner(name: str, half: int) -> LearnedFusion:
        folder = keep / f"half {half}" if keep else None
        return fit_gathered(
            name, halves[half], exam,
            frame=frame, weights=weights, categories=categories, seed=seed + half,
            tell=tell, keep=folder, schedule=schedule,
        )  # fmt: skip

    names = [name for name in LEARNERS if frame.modalities or name not in NEEDS_VECTORS] if n > 1 else []
    twins = {name: (learner(name, 0), learner(name, 1)) for name in names}
    # each half is judged by the twin that never saw it: a learner that knows its lessons by heart earns no trust here
    judged = [
        _opinions(part, plain, {name: (pair[1 - half],) for name, pair in twins.items()})
        for half, part in enumerate(halves)
    ]
    lessons_of_stack = replace(judged[0], requests=[request for half in judged for request in half.requests])
    stack = fit_gathered(
        "stack", lessons_of_stack, _opinions(exam, plain, twins),
        frame=None, categories=categories, seed=seed, tell=tell, keep=keep, schedule=schedule,
    )  # fmt: skip
    return Ensemble(plain, twins, stack)


def _opinions(gathered: Gathered, plain: Sequence[Fusion], learners: Mapping[str, Sequence[LearnedFusion]]) -> Gathered:
    """The requests, thinned out to `STACK_CASES`, known by what the members say; twins speak by their mean."""
    # every n-th and not the first: neighbours are often about the same items
    step = max(1, round(len(gathered.requests) / STACK_CASES))
    some = replace(gathered, requests=gathered.requests[::step])
    by_member: list[dict[str, Scores]] = [
        {fusion.name: fusion(pool) for fusion in plain} for pool in map(some.pool, some.requests)
    ]
    for name, twins in learners.items():
        # all requests at once, not pool by pool: a learner's cost lies in the items, which the requests share
        material = Material(some, twins[0].frame)
        scores = [scores_of(twin.module, material).double().numpy() for twin in twins]
        for at, request in enumerate(some.requests):
            by_member[at][name] = np.mean([filled(min_max(of_twin[at][request.places])) for of_twin in scores], axis=0)
    requests = [
        replace(request, scores=members, queries={}) for request, members in zip(some.requests, by_member, strict=True)
    ]
    return replace(some, requests=requests, features={})
