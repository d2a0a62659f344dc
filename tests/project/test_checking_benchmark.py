"""The benchmark of the check and of `verify`: enough sentences, and figures that do not fall."""

from __future__ import annotations

import pytest

from benchmarks.checking.__main__ import checkers, tally
from benchmarks.checking.gold import gold


def test_there_are_enough_sentences_of_every_kind() -> None:
    by_hand = [sentence.kind for sentence in gold() if not sentence.by_rule]
    assert by_hand.count("") >= 700
    assert len(by_hand) - by_hand.count("") >= 700
    assert sum(sentence.by_rule for sentence in gold()) >= 1_500
    kinds = {sentence.kind for sentence in gold()}
    assert kinds >= {"number", "name", "colour", "polarity", "field", "wish", "quotation", "order"}


@pytest.mark.parametrize(
    ("checker", "half", "caught", "refused"),
    [
        ("check", "dev", 0.99, 0.05),
        ("check", "held", 0.98, 0.09),
        ("verify", "dev", 0.98, 0.20),
        ("verify", "held", 0.98, 0.19),
    ],
)
def test_figures_do_not_fall(checker: str, half: str, caught: float, refused: float) -> None:
    row = tally(checker, checkers()[checker], half)
    assert row.caught >= caught, row
    assert row.refused <= refused, row
