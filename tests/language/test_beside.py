"""What is told beside an item: its fit in words, and what its data leaves open."""

from __future__ import annotations

import pytest

from agent.language.beside import FITS, MAY_FIT, fit_note, labels, untold_note


@pytest.mark.parametrize(
    ("fit", "english", "chinese"),
    [
        (1.0, "fits", "符合"),
        (FITS, "fits", "符合"),
        (FITS - 0.01, "may fit", "可能符合"),
        (MAY_FIT, "may fit", "可能符合"),
        (0.0, "nearest we have", "最接近的"),
    ],
)
def test_a_fit_is_told_in_words_and_never_in_decimals(fit: float, english: str, chinese: str) -> None:
    note = fit_note(fit)
    assert note == english
    assert note is not None
    assert note.text_in("zh") == chinese


def test_what_was_never_judged_is_not_said_to_fit() -> None:
    assert fit_note(None) is None
    assert labels(None, proposed=False) == ()


def test_an_item_of_the_proposed_set_is_marked_behind_its_fit() -> None:
    assert labels(0.9, proposed=True) == ("fits", "proposed")
    assert labels(None, proposed=True) == ("proposed",)


def test_what_the_data_leaves_open_is_one_sentence() -> None:
    assert untold_note(()) is None
    assert untold_note(("nuts", "milk")) == "Its data does not say whether it holds nuts or milk."
