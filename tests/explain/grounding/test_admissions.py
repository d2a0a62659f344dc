"""Admissions: what an item is not or does not tell may be said; a merit that nobody tells may not."""

from __future__ import annotations

import pytest

from agent.explain.grounding.admissions import read_admissions
from agent.explain.grounding.check import Facts, check

BOOT = Facts(
    (
        "Ridge Boot\nprice: 110\ncolour: brown\nheight cm: 22\npages: 588\n"
        "Waterproof leather upper with a rubber sole. Warm lining for winter. Laces over the ankle.",
    ),
    (),
    "waterproof vegan boots without glue, red, with a zip and a drawn map, under 120, at most 25 cm high, "
    "no more than 200 pages",
)


@pytest.mark.parametrize(
    "sentence",
    [
        "Brown rather than red, though a zip is not mentioned.",
        "Waterproof, but neither red nor vegan.",
        "Waterproof, with no zip named.",
        "A brown boot, and nothing says it is vegan.",
        "A brown boot, though neither zip nor map is mentioned.",
        "At 22 cm it stays 3 under your limit.",
        "Waterproof, but at 588 pages well over your 200.",
        "Waterproof, but 388 pages over your limit.",
        "Only brown, and hardly vegan.",
        "Waterproof, but without a drawing.",
        "Waterproof leather rather than cloth.",
    ],
)
def test_what_is_not_there_may_be_admitted(sentence: str) -> None:
    verdict = check(sentence, BOOT)
    assert verdict.grounded, verdict.reason


@pytest.mark.parametrize(
    "sentence",
    [
        "Brown, neither warm nor waterproof.",
        "Hardly waterproof, but brown.",
        "Brown, with no lining mentioned.",
        "Brown, and warmth is not mentioned.",
        "Brown, and no zip is not mentioned.",
        "Brown, though it does not say that it is not waterproof.",
        "Waterproof, but without glue.",
        "Waterproof and so no glue.",
        "Brown, 4 under your limit.",
        "At 110 over your 120.",
        "It costs 110, which is not under the 120 you named.",
        "Brown, and laces under the ankle.",
        "Brown rather than waterproof.",
    ],
)
def test_what_is_there_may_not_be_denied(sentence: str) -> None:
    assert not check(sentence, BOOT).grounded


def test_what_is_admitted_is_taken_out_of_the_sentence() -> None:
    part = read_admissions("Brown rather than red.", BOOT.wished, BOOT.bases[False], BOOT.record)
    assert part.tells
    assert "red" not in part.rest


@pytest.mark.parametrize(
    ("sentence", "grounded"),
    [("Store it under the bed.", True), ("Store it over the bed.", False), ("A bath mat, over and above.", True)],
)
def test_an_opposite_is_false_in_the_place_of_the_word_alone(sentence: str, grounded: bool) -> None:
    assert check(sentence, Facts(("Mat\nprice: 87\nA bath mat. Store it under the bed.",))).grounded is grounded
