"""The plot of a task: one picture, the same for the same results."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from retrieval.evaluation.report.plots import VERDICTS, figure_svg
from retrieval.evaluation.results import PRIMARY, Row, TaskResult
from retrieval.evaluation.significance import Difference, Interval

NOTHING = Row("sound only", "weighted", "sound", "no request here can be answered by sound")


def row(name: str, mean: float, versus: tuple[float, float] | None = None, modality: str | None = None) -> Row:
    figures = {PRIMARY: Interval(mean, mean - 0.1, mean + 0.1)}
    difference = versus and Difference(Interval(versus[0], versus[0] - 0.05, versus[0] + 0.05), versus[1])
    return Row(name, "weighted", modality, "", figures, 0.5, difference or None)


def task(*rows: Row, baseline: str | None = "text only") -> TaskResult:
    return TaskResult("leave-one-out", "by hand", 10, baseline, "the best single modality", rows, ())


WHOLE = task(
    NOTHING,
    row("text only", 0.4, modality="text"),
    row("winner", 0.6, (0.2, 0.001)),
    row("loser <&>", 0.2, (-0.2, 0.001)),
    row("neither", 0.41, (0.01, 0.9)),
)


@pytest.fixture(scope="module")
def picture() -> str:
    return figure_svg(WHOLE, 10)


def test_it_is_one_picture_that_names_nothing_outside_itself(picture: str) -> None:
    root = ElementTree.fromstring(picture)
    assert root.tag.endswith("svg")
    assert "<metadata" not in picture
    assert "<!DOCTYPE" not in picture


def test_the_same_results_give_the_same_picture_and_others_another(picture: str) -> None:
    assert figure_svg(WHOLE, 10) == picture
    assert figure_svg(task(*WHOLE.rows[:-1]), 10) != picture


def test_each_verdict_has_its_colour(picture: str) -> None:
    assert all(colour in picture for colour in VERDICTS.values())
    plain = figure_svg(task(row("text only", 0.4, modality="text")), 10)
    assert VERDICTS["better"] not in plain
    assert VERDICTS["worse"] not in plain


def test_a_task_without_figures_has_no_picture() -> None:
    assert figure_svg(task(NOTHING, baseline=None), 10) == ""
    assert figure_svg(task(baseline=None), 10) == ""
