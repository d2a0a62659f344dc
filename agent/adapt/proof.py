"""Proof: whether a model that learnt answers what it was not taught better than before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.adapt.lessons import Lesson
from agent.backends.protocols import ChatModel, GenerateOptions
from retrieval.evaluation.significance import intervals

ROWS = 8  # lessons at a time
MOST_ANSWERED = 64  # lessons that are answered; all are judged by how likely their own answers are


@dataclass(frozen=True, slots=True)
class AnswerFigures:
    """How a model does on lessons.

    Attributes:
        loss: Of the answers that were to be given, per token, mean over lessons.
        passing: Share of its own answers that may be shown to people.
        n: LessonFile judged.
        n_answered: Of these, how many it answered itself.
    """

    loss: float
    passing: float
    n: int
    n_answered: int


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """What a model did on each lesson.

    Attributes:
        losses: Per token, shape (lessons,).
        passes: Of the first ones, whether its own answer may be shown.
        answers: These answers.
    """

    losses: NDArray[np.float64]
    passes: NDArray[np.float64]
    answers: tuple[str, ...]

    @property
    def figures(self) -> AnswerFigures:
        """Means."""
        return AnswerFigures(float(self.losses.mean()), float(self.passes.mean()), len(self.losses), len(self.passes))


@dataclass(frozen=True, slots=True)
class AdaptVerdict:
    """Whether what was learnt is kept, and why."""

    kept: bool
    why: str


def examine(
    model: ChatModel, lessons: Sequence[Lesson], options: GenerateOptions, tell: Callable[[int], None] = lambda _: None
) -> Examination:
    """Have a model answer lessons.

    Args:
        tell: Told how many were answered.

    Raises:
        ModelError: it cannot read one.
    """
    losses, answers = list[float](), list[str]()
    answered = lessons[:MOST_ANSWERED]
    for start in range(0, len(lessons), ROWS):
        batch = lessons[start : start + ROWS]
        losses += (-model.score([lesson.chat for lesson in batch], [lesson.answer for lesson in batch])).tolist()
    for start in range(0, len(answered), ROWS):
        answers += model.generate([lesson.chat for lesson in answered[start : start + ROWS]], options)
        tell(len(answers))
    passes = [lesson.passes(answer) for lesson, answer in zip(answered, answers, strict=True)]
    return Examination(np.array(losses), np.array(passes, dtype=np.float64), tuple(answers))


def judge_adapter(before: Examination, after: Examination, seed: int) -> AdaptVerdict:
    """Compare a model that learnt with itself before.

    Kept when the upper bound of the paired 95 % interval of the change of its loss lies below 0, and no smaller share
    of its answers passes.
    """
    change = intervals((after.losses - before.losses)[:, None], seed)[0]
    passing = before.figures.passing, after.figures.passing
    interval = f"95 % between {change.low:+.3f} and {change.high:+.3f}"
    bounds = f"loss {change.mean:+.3f} per token on {len(before.losses)} held-back examples, {interval}"
    if change.high >= 0:
        return AdaptVerdict(False, f"not proven better ({bounds})")
    if passing[1] < passing[0]:
        return AdaptVerdict(False, f"{passing[1]:.2f} of its answers pass, and {passing[0]:.2f} did before ({bounds})")
    return AdaptVerdict(True, f"better ({bounds}), and {passing[1]:.2f} of its answers pass, before {passing[0]:.2f}")


__all__ = ["AdaptVerdict", "AnswerFigures", "Examination", "examine", "judge_adapter"]
