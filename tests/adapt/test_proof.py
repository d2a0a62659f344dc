"""What proves that a model is better."""

from __future__ import annotations

import numpy as np

from agent.adapt.lessons import LessonFile
from agent.adapt.proof import Examination, examine, judge_adapter
from agent.backends.chat.scripted import ScriptedChat


def examination(losses: list[float], passes: list[float]) -> Examination:
    return Examination(np.array(losses), np.array(passes), ())


def test_a_loss_that_falls_with_as_many_answers_that_pass_is_kept() -> None:
    verdict = judge_adapter(examination([3.0, 2.0, 4.0], [0, 1, 1]), examination([2.0, 1.5, 2.9], [1, 1, 0]), 0)
    assert verdict.kept
    assert "better (loss -0.8" in verdict.why


def test_a_loss_that_may_have_fallen_by_chance_is_not() -> None:
    verdict = judge_adapter(examination([3.0, 2.0, 4.0], [1] * 3), examination([2.0, 2.9, 4.0], [1] * 3), 0)
    assert not verdict.kept
    assert "not proven better" in verdict.why


def test_fewer_answers_that_pass_are_not_kept_whatever_the_loss() -> None:
    verdict = judge_adapter(examination([3.0, 2.0], [1, 1]), examination([1.0, 0.5], [1, 0]), 0)
    assert not verdict.kept
    assert "0.50 of its answers pass, and 1.00 did before" in verdict.why


def test_every_lesson_is_judged_by_its_answer_and_by_what_the_model_says(lessons: LessonFile) -> None:
    model = ScriptedChat(lambda chat: "A lamp." if "number 3" in chat[-1].text else "A chair.")
    figures = examine(model, lessons.good, lessons.options).figures
    assert figures.n == figures.n_answered == 30
    assert figures.passing == sum("number 3" in lesson.chat[-1].text for lesson in lessons.good) / 30
