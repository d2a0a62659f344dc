"""Tune the fusion of one kind of request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from retrieval.cases import Case
from retrieval.evaluation.task import two_sides
from retrieval.fusion.catalogue import TRAINING_FREE
from retrieval.fusion.defaults import ABSOLUTE, DEFAULT_WEIGHTS
from retrieval.modalities import MODALITIES
from retrieval.query import RequestKind
from retrieval.retriever import Plan, Retriever
from retrieval.tuning.guard import FEWEST, judge
from retrieval.tuning.panel import Panel
from retrieval.tuning.proposals import Space, proposer
from retrieval.tuning.search import Trial, chosen, trials
from retrieval.tuning.setting import FusionSetting
from retrieval.tuning.tuned import Finding

SEARCH_SHARE = 0.6  # of the requests; the others judge what was found

Step = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to search.

    Attributes:
        method: `tpe`, `grid` or `random`.
        trials: Settings to try for each kind of request, the default included.
        seed: Of everything that is drawn.
    """

    method: str = "tpe"
    trials: int = 60
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """Requests of one kind on two sides: one to search by, one to judge by.

    Attributes:
        made_of: By id of a request, what it was made of.
    """

    search: Panel
    held: Panel
    made_of: Mapping[str, str]

    @property
    def sorts(self) -> list[str]:
        """What each held-back request was made of."""
        return [self.made_of[one.case.id] for one in self.held.cases]


def sides_of(
    cases: Sequence[Case], made_of: Mapping[str, str], retriever: Retriever, seed: int, step: Step = lambda *_: None
) -> Sides | None:
    """Requests that were made from the catalog, on two sides that are about different items.

    The channels that know what people did are not asked: such requests say nothing of what people like.

    Returns:
        None where too few are left to prove anything.
    """
    search, held = two_sides(cases, SEARCH_SHARE, seed)
    if len(held) < FEWEST:
        return None
    content = asking(retriever, content_channels(retriever))
    done = 0

    def told() -> None:
        nonlocal done
        done += 1
        step(done, len(cases))

    return Sides(Panel.of(search, content, told), Panel.of(held, content, told), made_of)


def tune_fusion(kind: RequestKind, sides: Sides, effort: Effort, step: Step = lambda *_: None) -> Finding | None:
    """Search a fusion and weights for one kind of request, and have the held-back requests judge them.

    Returns:
        None where fewer than two channels speak, so that there is nothing to weigh.
    """
    channels = tuple(sorted(sides.search.channels))
    if len(channels) < 2:
        return None
    default = FusionSetting.of("weighted", DEFAULT_WEIGHTS[kind], channels)
    space = Space(TRAINING_FREE, channels)
    search = proposer(effort.method, space, effort.trials, effort.seed)
    tried = list[Trial]()
    for trial in trials(sides.search, default, search, effort.trials, ABSOLUTE):
        tried.append(trial)
        step(len(tried), effort.trials)
    best = chosen(tried, default).setting
    held = sides.held
    before, after = held.values(default.make(ABSOLUTE)), held.values(best.make(ABSOLUTE))
    verdict = judge(before, after, sides.sorts, effort.seed)
    if best == default:
        verdict = replace(verdict, why="no setting that was tried is told from the default")
    whole = with_behaviour(kind, best, channels)
    return Finding(
        about=kind,
        default=str(default),
        chosen=str(best),
        n_trials=len(tried),
        n_search=len(sides.search.cases),
        made_of=", ".join(sorted(set(sides.made_of.values()))),
        verdict=verdict,
        fusion=whole if verdict.kept else None,
    )


def with_behaviour(kind: RequestKind, setting: FusionSetting, tuned: Sequence[str]) -> FusionSetting:
    """The setting, with the default share of the channels that it was not tuned over and that know what people did."""
    default = DEFAULT_WEIGHTS[kind]
    untouched = {name: default[name] for name in default if name in MODALITIES["behaviour"] and name not in tuned}
    rest = 1 - sum(untouched.values()) / sum(default.values())
    return FusionSetting.of(
        setting.fusion, {**{name: weight * rest for name, weight in setting.weights.items()}, **untouched}
    )


def content_channels(retriever: Retriever) -> frozenset[str]:
    """All channels that judge by what items are."""
    return frozenset(channel.name for channel in retriever.channels) - MODALITIES["behaviour"]


def asking(retriever: Retriever, channels: frozenset[str]) -> Retriever:
    """The same retriever, asking these channels for every kind of request."""
    return replace(retriever, plans={kind: Plan(channels, plan.fusion) for kind, plan in retriever.plans.items()})
