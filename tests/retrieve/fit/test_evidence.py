"""What speaks for and against candidates."""

from __future__ import annotations

import time

import numpy as np
import pytest

from agent.retrieve.fit import FitEvidence, FitGround
from agent.retrieve.fit.evidence import FEATURES
from tests.retrieve.fit.shops import GOODS, ground

EVERY = np.arange(len(GOODS), dtype=np.intp)


@pytest.fixture(scope="module")
def known() -> FitGround:
    return ground()


def evidence(known: FitGround, wish: str, language: str = "en", hidden: tuple[int, ...] = ()) -> FitEvidence:
    allowed = None
    if hidden:
        allowed = ~np.isin(EVERY, hidden)
    return FitEvidence.gather(known, known.sought(wish, language), EVERY, allowed)


def test_each_candidate_has_every_figure(known: FitGround) -> None:
    figures = evidence(known, "a blue rain jacket").figures
    assert figures.shape == (len(GOODS), len(FEATURES))
    assert np.isfinite(figures).all()


def test_words_are_met_in_names_and_anywhere(known: FitGround) -> None:
    of = evidence(known, "waterproof boots")
    assert of.of("met anywhere")[2] == pytest.approx(1)
    assert of.of("met in names")[2] < 1
    assert of.of("unknown")[0] == 0


def test_the_kind_counts_as_met_by_whatever_name(known: FitGround) -> None:
    of = evidence(known, "pullover")
    assert of.of("of the kind")[6] == 1
    assert of.of("met anywhere")[6] == 1
    assert of.of("of another kind")[0] == 1


def test_a_kind_that_is_not_here(known: FitGround) -> None:
    of = evidence(known, "wedding dress")
    assert of.of("kind not here").tolist() == [1] * len(GOODS)
    assert of.of("unknown")[0] == 1
    assert evidence(known, "tent", hidden=(4,)).of("kind not here")[0] == 1


def test_a_colour_that_contradicts(known: FitGround) -> None:
    against = evidence(known, "blue jacket").of("contrast")
    assert against[1] > 0
    assert against[0] == 0


def test_what_it_is_for_is_told_from_what_it_is(known: FitGround) -> None:
    of = evidence(known, "rain jacket for my grandmother")
    assert of.of("context")[0] > 0
    assert of.of("context met")[0] == 0
    assert of.of("traits met")[0] == 1


def test_a_model_number_is_met_or_is_not(known: FitGround) -> None:
    of = evidence(known, "compass a320")
    assert of.of("code met").tolist() == [float(row == 5) for row in range(len(GOODS))]
    assert evidence(known, "XYZ-9999-QQ").of("code not met").all()
    assert not evidence(known, "tent for 2-person").of("code not met").any()


def test_words_of_another_language_are_not_held_against_items(known: FitGround) -> None:
    of = evidence(known, "chaqueta roja impermeable", "es")
    assert of.of("foreign")[0] == 1
    assert of.of("of the kind")[0] == 1
    assert of.of("unknown")[0] == 0
    assert of.of("contrast")[0] >= 0


@pytest.mark.parametrize("wish", ["", "?", "the", "的", "🙂", "x" * 5_000])
def test_nothing_to_go_by_is_evidence_all_the_same(known: FitGround, wish: str) -> None:
    assert np.isfinite(evidence(known, wish).figures).all()


def test_no_candidates_have_no_evidence(known: FitGround) -> None:
    none = FitEvidence.gather(known, known.sought("a tent", "en"), np.array([], dtype=np.intp))
    assert none.figures.shape == (0, len(FEATURES))


def test_it_is_gathered_in_milliseconds(known: FitGround) -> None:
    sought = known.sought("a waterproof blue rain jacket for two", "en")
    rows = np.tile(EVERY, 12)
    started = time.process_time()
    FitEvidence.gather(known, sought, rows)
    assert time.process_time() - started < 0.05
