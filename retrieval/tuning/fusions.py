"""Tune the fusion of one kind of request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from retrieval.cases import Case
from retrieval.channels.registry import absolute_channels, channels_of, default_weights
from retrieval.evaluation.task import two_sides
from retrieval.fusion.catalogue import TRAINING_FREE
from retrieval.fusion.weighted import shares_of
from retrieval.query import RequestKind
from retrieval.retriever import Plan, Retriever
from retrieval.tuning.guard import FEWEST, judge
from retrieval.tuning.panel import Panel
from retrieval.tuning.proposals import Space, proposer
from retrieval.tuning.search import Trial, chosen, trials
from retrieval.tuning.setting import FusionSetting
from retrieval.tuning.tuned import TuningFinding

Step = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to search.

    Attributes:
        method: `tpe`, `grid` or `random`.
        trials: Settings to try for each kind of request, the default included.
        seed: Of everything that is drawn.
        learn: Learned fusions to train, by name.
    """

    method: str = "tpe"
    trials: int = 60
    seed: int = 0
    learn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """Requests of one kind on two sides: what is chosen on one is judged on the other.

    Attributes:
        first: Chosen on; where the sides are in order of time, the earlier one.
        second: Judged on.
        made_of: By id of a request, what it was made of.
        in_order: Whether the second side comes after the first, so that they cannot change places.
    """

    first: Panel
    second: Panel
    made_of: Mapping[str, str]
    in_order: bool = False

    @property
    def rounds(self) -> list[tuple[Panel, Panel]]:
        """What to choose on and what to judge on, so that as many requests as possible are judged."""
        return [(self.first, self.second), *([] if self.in_order else [(self.second, self.first)])]

    @property
    def last(self) -> Panel:
        """What the setting that is put to use is chosen on."""
        return self.first if self.in_order else Panel([*self.first.cases, *self.second.cases])

    def sorts(self, panel: Panel) -> list[str]:
        """What each request of one side was made of."""
        return [self.made_of[pooled.case.id] for pooled in panel.cases]


def sides_of(
    cases: Sequence[Case], made_of: Mapping[str, str], retriever: Retriever, seed: int, step: Step = lambda *_: None
) -> Sides | None:
    """Requests that were made from the catalog, on two sides that are about different items.

    The channels that know what people did are not asked: such requests say nothing of what people like.

    Returns:
        None where too few are left to prove anything.
    """
    first, second = two_sides(cases, 0.5, seed)
    if min(len(first), len(second)) < FEWEST / 2:
        return None
    content = asking(retriever, content_channels(retriever))
    done = 0

    def count_case() -> None:
        nonlocal done
        done += 1
        step(done, len(cases))

    return Sides(Panel.of(first, content, count_case), Panel.of(second, content, count_case), made_of)


def tune_fusion(kind: RequestKind, sides: Sides, effort: Effort, step: Step = lambda *_: None) -> TuningFinding | None:
    """Search a fusion and weights for one kind of request.

    The search is made on each side and judged on the other; where that proves it better than the default, what it
    chooses on all requests is kept.

    Returns:
        None where fewer than two channels speak, so that there is nothing to weigh.
    """
    channels = tuple(sorted(sides.first.channels | sides.second.channels))
    if len(channels) < 2:
        return None
    absolute = absolute_channels()
    default = FusionSetting.of("weighted", default_weights(kind), channels)
    search = _Search(Space(TRAINING_FREE, channels), default, effort, step, n_searches=len(sides.rounds) + 1)
    # what is chosen on a side is judged by the other, which no trial of it has seen
    gaps = [(exam.values(default.make(absolute)), exam.values(search(on).make(absolute))) for on, exam in sides.rounds]
    before, after = (np.concatenate(values) for values in zip(*gaps, strict=True))
    sorts = [sort for _, exam in sides.rounds for sort in sides.sorts(exam)]
    best, verdict = search(sides.last), judge(before, after, sorts, effort.seed)
    # all requests together may choose the default though the halves chose otherwise
    if best == default:
        verdict = replace(verdict, kept=False, why="no setting that was tried is told from the default")
    return TuningFinding(
        about=kind,
        default=str(default),
        chosen=str(best),
        n_trials=search.n_tried,
        n_search=len(sides.last.cases),
        made_of=", ".join(sorted(set(sides.made_of.values()))),
        verdict=verdict,
        fusion=with_behaviour(kind, best, channels) if verdict.kept else None,
    )


@dataclass(slots=True)
class _Search:
    """A search that is made in the same way on one set of requests after another."""

    space: Space
    default: FusionSetting
    effort: Effort
    step: Step
    n_searches: int
    n_tried: int = 0

    def __call__(self, panel: Panel) -> FusionSetting:
        """What it chooses."""
        tried, effort = list[Trial](), self.effort
        proposals = proposer(effort.method, self.space, effort.trials, effort.seed)
        for trial in trials(panel, self.default, proposals, effort.trials, absolute_channels()):
            tried.append(trial)
            self.n_tried += 1
            self.step(self.n_tried, self.n_searches * effort.trials)
        return chosen(tried, self.default).setting


def with_behaviour(kind: RequestKind, setting: FusionSetting, tuned: Sequence[str]) -> FusionSetting:
    """The setting, with the default share of the channels that it was not tuned over and that know what people did."""
    untuned = default_weights(kind)
    # what a catalog with these channels has by default: those that it lacks are silent there
    default = shares_of(untuned, [name for name in untuned if name in tuned or name in channels_of("behaviour")])
    untouched = {name: default[name] for name in default if name in channels_of("behaviour") and name not in tuned}
    # what was tuned keeps its proportions within what the others leave
    rest = 1 - sum(untouched.values())
    return FusionSetting.of(
        setting.fusion, {**{name: weight * rest for name, weight in setting.weights.items()}, **untouched}
    )


def content_channels(retriever: Retriever) -> frozenset[str]:
    """All channels that judge by what items are."""
    return frozenset(channel.name for channel in retriever.channels) - channels_of("behaviour")


def asking(retriever: Retriever, channels: frozenset[str]) -> Retriever:
    """A retriever like this one that asks these channels for every kind of request."""
    return replace(retriever, plans={kind: Plan(channels, plan.fusion) for kind, plan in retriever.plans.items()})
