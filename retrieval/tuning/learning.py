"""Train fusions for one kind of request, and let requests that they have not learned from judge them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from retrieval.cases import Case
from retrieval.evaluation.contenders import weights_of
from retrieval.evaluation.task import Lessons, two_sides
from retrieval.fusion.fitting import item_categories
from retrieval.fusion.training import fit
from retrieval.query import RequestKind
from retrieval.retriever import Plan, Retriever
from retrieval.tuning.fusions import asking
from retrieval.tuning.guard import FEWEST, Verdict, judge
from retrieval.tuning.panel import Panel, Values
from retrieval.tuning.setting import FusionSetting, LearnedSetting
from retrieval.tuning.tuned import TuningFinding

if TYPE_CHECKING:
    from retrieval.fusion.ensemble import Ensemble
    from retrieval.fusion.learned import LearnedFusion
    from retrieval.fusion.settings import TrainingProgress

TRAIN_SHARE = 0.8  # of the requests that are learned from; the others say when to stop

Tell = Callable[["TrainingProgress"], None]
Fitted = Mapping[str, "LearnedFusion | Ensemble"]


@dataclass(frozen=True, slots=True, eq=False)
class Round:
    """What is learned from, and other requests to judge by.

    Attributes:
        retriever: Answers the exam; it knows nothing that came after it.
    """

    lessons: Lessons
    exam: Sequence[Case]
    retriever: Retriever


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """One kind of request to learn.

    Attributes:
        channels: All that a fusion may listen to.
        rounds: Each is judged; where there are several, each request is judged in one of them.
        last: What the fusions that are put to use learn from; the lessons of the first round when None.
        made_of: By id of a request, what it was made of.
    """

    kind: RequestKind
    channels: frozenset[str]
    rounds: Sequence[Round]
    last: Lessons | None
    made_of: Mapping[str, str]

    @classmethod
    def of(
        cls,
        kind: RequestKind,
        cases: Sequence[Case],
        made_of: Mapping[str, str],
        retriever: Retriever,
        channels: frozenset[str],
        seed: int,
    ) -> Course | None:
        """Learn from each half of these requests and be judged by the other, which is about other items.

        Returns:
            None where too few are left to prove anything.
        """
        first, second = two_sides(cases, 0.5, seed)
        if min(len(first), len(second)) < FEWEST / 2:
            return None
        open_ = asking(retriever, channels)
        rounds = [Round(_lessons(open_, on, seed), exam, retriever) for on, exam in ((first, second), (second, first))]
        return cls(kind, channels, rounds, _lessons(open_, cases, seed), made_of)


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A fusion, and what was found out about it."""

    finding: TuningFinding
    fusion: LearnedFusion | Ensemble


def learn(course: Course, names: Sequence[str], usual: Plan, seed: int, tell: Tell = lambda _: None) -> list[Trained]:
    """Train fusions, and keep at most one: that which did best on the requests that say when to stop, if proven better.

    Args:
        names: Of `LEARNED` fusions.
        usual: How such requests are answered otherwise.
        seed: Of the trainings.
        tell: Told of every epoch.

    Raises:
        FusionError: there is too little to learn from.
    """

    def fitted(lessons: Lessons) -> Fitted:
        return {name: _fit(name, lessons, weights_of(course.kind, usual), seed, tell) for name in names}

    rounds = [fitted(round_.lessons) for round_ in course.rounds]
    used = rounds[0] if course.last is None else fitted(course.last)
    before = np.concatenate([_values(course.kind, round_, usual) for round_ in course.rounds])
    after = [
        {name: _values(course.kind, round_, Plan(course.channels, fusion)) for name, fusion in own.items()}
        for round_, own in zip(course.rounds, rounds, strict=True)
    ]
    # the choice among them is judged with them: the best of many by the exam itself would flatter
    picked = np.concatenate([values[_best(own)] for values, own in zip(after, rounds, strict=True)])
    sorts = [course.made_of[case.id] for round_ in course.rounds for case in round_.exam]
    trained = []
    for name, fusion in used.items():
        verdict = judge(before, np.concatenate([values[name] for values in after]), sorts, seed)
        if name == _best(used):
            verdict = judge(before, picked, sorts, seed)
        elif verdict.kept:
            why = f"{verdict.why}, but {_best(used)} does better on the requests that say when to stop"
            verdict = replace(verdict, kept=False, why=why)
        trained.append(Trained(_finding(course, name, usual, verdict), fusion))
    return trained


def _lessons(retriever: Retriever, cases: Sequence[Case], seed: int) -> Lessons:
    # another seed than that of the sides, which would put the same groups first again
    train, valid = two_sides(cases, TRAIN_SHARE, seed + 1)
    return Lessons.of([(retriever, train)], (retriever, valid))


def _fit(name: str, lessons: Lessons, weights: Mapping[str, float], seed: int, tell: Tell) -> LearnedFusion | Ensemble:
    items = lessons.knowing[lessons.train[0]].snapshot.items
    return fit(
        name,
        lessons.train,
        lessons.valid,
        lessons.pool,
        seed=seed,
        weights=weights,
        categories=item_categories(items),
        tell=tell,
    )


def _best(fitted: Fitted) -> str:
    """The name of the one that does best on the requests that say when to stop."""
    return max(fitted, key=lambda name: fitted[name].figures["valid"])


def _values(kind: RequestKind, round_: Round, plan: Plan) -> Values:
    """nDCG@10 of the exam, answered as the product would answer it."""
    return Panel.of(round_.exam, replace(round_.retriever, plans={kind: plan})).values(plan.fusion)


def _finding(course: Course, name: str, usual: Plan, verdict: Verdict) -> TuningFinding:
    lessons = course.last or course.rounds[0].lessons
    n = len(lessons.train) + len(lessons.valid)
    return TuningFinding(
        about=course.kind,
        default=str(FusionSetting.of(usual.fusion.name, weights_of(course.kind, usual))),
        chosen=f"{name} (learned)",
        n_trials=1,
        n_search=n,
        made_of=", ".join(sorted(set(course.made_of.values()))),
        verdict=verdict,
        learned=LearnedSetting(name, tuple(sorted(course.channels))),
    )
