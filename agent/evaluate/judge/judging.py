"""One model, judged at every job that it can do."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from agent.backends.factory import ModelChoice, choose
from agent.backends.identity import model_identity
from agent.backends.model_card import JOBS, Job, JobFigures, ModelCard, gold_digest
from agent.backends.protocols import ChatModel
from agent.config import AgentConfig
from agent.errors import ConfigError, MediaError, ModelError
from agent.evaluate.judge.lists import judge_lists
from agent.evaluate.judge.pictures import judge_describing
from agent.evaluate.judge.turns import judge_reading
from agent.evaluate.wording import gold_cards, planned_cards, prove
from agent.explain.proofs import MannerFigures, ModelProof, choose_manner
from agent.models import Models


@dataclass(frozen=True, slots=True)
class JobJudgement:
    """What came of it.

    Attributes:
        card: The figures.
        left_out: By job why it was not judged, in words for a person.
    """

    card: ModelCard
    left_out: dict[Job, str] = field(default_factory=dict)


def named_choice(name: str) -> ModelChoice:
    """The model of that name.

    Raises:
        ConfigError: it names none.
    """
    choice = choose(name)
    if not (choice.pinned or choice.model):
        raise ConfigError(f"{name!r} is no model that can be judged.", "Name a pinned model, a folder or a server.")
    return choice


def judge_model(
    choice: ModelChoice,
    model: ChatModel,
    jobs: Sequence[Job] = JOBS,
    progress: Callable[[int], None] = lambda _: None,
    models: Callable[[AgentConfig], Models] = Models,
) -> JobJudgement:
    """Try a model at jobs, one after the other; one at which it fails is left out, and told.

    Args:
        progress: Told after each row of a job how many were tried.
        models: Makes the backends that do the jobs without it.

    Raises:
        TastemakerError: what does the jobs without it cannot be had.
    """
    figures, left_out, proof = dict[Job, JobFigures](), dict[Job, str](), None
    for job in jobs:
        try:
            if job == "describe":
                figures[job] = _described(model, models, progress)
            elif job == "rerank":
                figures[job] = judge_lists(model, progress=progress, models=models)
            elif job == "read":
                figures[job] = judge_reading(model, progress=progress)
            else:
                figures[job], proof = _worded(choice, model, progress)
        except (MediaError, ModelError) as error:
            left_out[job] = f"{error.what} {error.hint}".strip()
    identity = model_identity(choice) or choice.name
    card = ModelCard(identity, choice.name, gold_digest(), figures, proof.plain() if proof else {})
    return JobJudgement(card, left_out)


def _described(
    model: ChatModel, models: Callable[[AgentConfig], Models], progress: Callable[[int], None]
) -> JobFigures:
    ours = models(AgentConfig(llm="none", vlm="embedded"))
    try:
        return judge_describing(model, ours.request_describer, ours.pictures, progress=progress)
    finally:
        ours.close()


def _worded(choice: ModelChoice, model: ChatModel, progress: Callable[[int], None]) -> tuple[JobFigures, ModelProof]:
    """How the model words in its better manner, and its whole proof, by whose terms it may word at all."""
    proof = prove(list(planned_cards(gold_cards())), model, model_identity(choice), progress)
    chosen = choose_manner(proof.model, choice.name, [proof], by_hand=True)
    rules = proof.manners["planned"]
    tried = [figures for manner, figures in proof.manners.items() if manner != "planned"]
    best = proof.manners[chosen.manner] if chosen.manner != "planned" else max(tried, key=_told)
    return (
        JobFigures(
            n=proof.cards,
            model=_told(best),
            ours=_told(rules),
            ours_is="rules",
            measure=f"wishes told and admitted; {best.passed:.2f} of its sentences pass the check",
            seconds=best.five_s,
            passes=chosen.manner != "planned",
        ),
        proof,
    )


def _told(figures: MannerFigures) -> float:
    return statistics.mean((figures.told, figures.admitted))


def shown(judgement: JobJudgement) -> Iterator[str]:
    """A judgement in lines for a person."""
    yield f"{judgement.card.name} ({judgement.card.model})"
    for job in JOBS:
        if job in judgement.card.jobs:
            figures = judgement.card.jobs[job]
            verdict = "better" if figures.better() else "no better"
            failed = f"; no usable answer on {figures.failed}" if figures.failed else ""
            yield f"{job:<9} {verdict:<10} {figures.told()}{failed}"
        elif job in judgement.left_out:
            yield f"{job:<9} {'left out':<10} {judgement.left_out[job]}"


__all__ = ["JobJudgement", "judge_model", "named_choice", "shown"]
