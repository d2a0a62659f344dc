"""Words that exclude each other."""

from __future__ import annotations

from agent.retrieve.fit.contrasts import contrasts, excluded_by, same_as


def test_a_colour_excludes_the_others_and_not_its_own_names() -> None:
    assert "red" in excluded_by("blue")
    assert "navy" not in excluded_by("blue")
    assert "navy" in same_as("blue")


def test_a_narrower_word_meets_the_wider_one_and_is_not_met_by_it() -> None:
    assert "salmon" in same_as("fish")
    assert same_as("salmon") == {"salmon"}
    assert "tuna" in excluded_by("salmon")
    assert "fish" not in excluded_by("salmon")


def test_other_words_exclude_nothing() -> None:
    assert not excluded_by("waterproof")
    assert same_as("waterproof") == {"waterproof"}


def test_no_word_is_in_two_groups() -> None:
    every = [word for _, alternatives in contrasts().values() for names in alternatives for word in names]
    assert set(every) == set(contrasts())
