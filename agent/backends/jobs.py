"""Jobs: which model does what, and why. What models proved decides where there is a card; else what goes by default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent.backends.factory import EMBEDDED, LARGE, SMALL, ModelChoice, VisionChoice, choose, choose_sight
from agent.backends.loading.model_spec import parse_spec
from agent.backends.model_card import JOBS, LONGEST_S, Job, JobFigures, card_of
from agent.weights.weights import cached

NO_MODEL: Mapping[Job, str] = {
    "describe": "labels, colours and text, worded by template",
    "rerank": "the order of retrieval",
    "word": "rules",
    "read": "classifier and rules",
}


@dataclass(frozen=True, slots=True)
class JobChoice:
    """Who does a job.

    Attributes:
        model: The model that does it; None for what does it without one.
        why: The reason, in words for a person.
        figures: What its card says of the job; None without a card.
    """

    job: Job
    model: ModelChoice | None
    why: str
    figures: JobFigures | None = None

    @property
    def name(self) -> str:
        """Who does it, as people call it."""
        return self.model.name if self.model else EMBEDDED if self.job == "describe" else NO_MODEL[self.job]


def choose_jobs(llm: str, vlm: str) -> dict[Job, JobChoice]:
    """Who does each job under the settings. Loads nothing.

    A model that somebody named does what it is named for, but for reading turns, which it must prove that it does
    better than ours. Under `auto` a job goes to whom did it best within `LONGEST_S`, once the model that `auto` stands
    for was judged; until then as it goes by default.

    Raises:
        ConfigError: the settings lead nowhere.
    """
    main, by_hand = choose(llm, vlm), parse_spec(llm).source != "auto"
    return {
        job: _sight_choice(vlm) if job == "describe" else _language_choice(job, main, by_hand=by_hand) for job in JOBS
    }


def seeing(vlm: str) -> VisionChoice:
    """What looks at pictures: as `choose_sight` has it, but for a model of `auto` that proved no better than ours."""
    sight = choose_sight(vlm)
    choice = _sight_choice(vlm)
    return sight if choice.model or sight.model is None else VisionChoice(None, choice.why)


def _sight_choice(vlm: str) -> JobChoice:
    sight = choose_sight(vlm)
    if sight.model is None:
        return JobChoice("describe", None, sight.reason)
    model = ModelChoice(None, sight.model, sight.reason)
    figures = _figures(model, "describe")
    if figures is None or parse_spec(vlm).source != "auto" or _fits("describe", figures):
        return JobChoice("describe", model, _with_figures(sight.reason, figures), figures)
    return JobChoice("describe", None, _refused(model, "describe", figures), figures)


def _language_choice(job: Job, main: ModelChoice, *, by_hand: bool) -> JobChoice:
    if main.pinned is None and main.model is None:
        return JobChoice(job, None, main.reason)
    figures = _figures(main, job)
    if figures is None:
        return _unjudged(job, main)
    if by_hand and (job != "read" or _fits(job, figures)):
        return JobChoice(job, main, _with_figures(main.reason, figures), figures)
    others = () if by_hand else _others(main)
    judged = [(main, figures), *((model, of_it) for model in others if (of_it := _figures(model, job)))]
    able = [entry for entry in judged if _fits(job, entry[1])]
    if not able:
        return JobChoice(job, None, _refused(main, job, figures), figures)
    model, best = max(able, key=lambda entry: entry[1].model)
    return JobChoice(job, model, _with_figures("did it best of those that were judged", best), best)


def _unjudged(job: Job, main: ModelChoice) -> JobChoice:
    """How a job goes by default; whether a model reads turns better than ours is not taken on trust."""
    how = f"{main.name} was not judged; `tastemaker models judge {main.name}` does"
    if job == "read":
        return JobChoice(job, None, how)
    return JobChoice(job, main, f"{main.reason}; {how}")


def _others(main: ModelChoice) -> Iterator[ModelChoice]:
    """Whom else `auto` may give a job to: the pinned models that are on this machine."""
    for name in (LARGE, SMALL):
        if name != main.pinned and cached(name) is not None:
            yield ModelChoice(name, None, "on this machine")


def _figures(model: ModelChoice, job: Job) -> JobFigures | None:
    card = card_of(model)
    return card.jobs.get(job) if card else None


def _fits(job: Job, figures: JobFigures) -> bool:
    return figures.better() and figures.seconds <= LONGEST_S[job]


def _refused(model: ModelChoice, job: Job, figures: JobFigures) -> str:
    late = figures.better()
    why = f"takes more than {LONGEST_S[job]:g} s" if late else "is no better"
    return f"{model.name} {why}: {figures.told()}"


def _with_figures(reason: str, figures: JobFigures | None) -> str:
    return f"{reason}: {figures.told()}" if figures else reason


__all__ = ["NO_MODEL", "JobChoice", "choose_jobs", "seeing"]
