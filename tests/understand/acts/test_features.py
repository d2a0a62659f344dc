"""Features of turns: vectors of the encoders, n-grams, and what stands when a turn is said."""

from __future__ import annotations

import numpy as np

from agent.understand.acts import TurnContext
from agent.understand.acts.features import N_CUES, N_HASHED, ActEncoders, features, hashed
from tests.support.shelf import WordEncoder, turn_encoder

ENCODERS = ActEncoders(turn_encoder(), WordEncoder())


def test_a_text_has_features_of_one_length_whatever_it_holds() -> None:
    rows = features(["a lamp", "?", "第二个有帽子吗", "x" * 5000], TurnContext(), ENCODERS, english=False)
    assert rows.shape == (4, 512 + 384 + N_HASHED + N_CUES)
    assert np.isfinite(rows).all()


def test_an_encoder_that_the_classifier_does_not_know_says_nothing() -> None:
    row = features(["a lamp"], TurnContext(), ENCODERS, english=True)[0]
    assert np.linalg.norm(row[:512]) > 0.9
    assert not row[512 : 512 + 384].any()


def test_what_is_shown_and_offered_is_part_of_them() -> None:
    before = features(["yes"], TurnContext(), ENCODERS, english=False)
    after = features(["yes"], TurnContext(shown=True, offered=True), ENCODERS, english=False)
    assert (before != after).any()


def test_a_misspelt_word_shares_most_of_its_letters_with_the_right_one() -> None:
    right, wrong, other = hashed("difference"), hashed("diffrence"), hashed("waterproof")
    assert right @ wrong > 0.7 > 0.4 > right @ other
    assert np.isclose(np.linalg.norm(right), 1.0)
