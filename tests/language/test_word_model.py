"""The model of words: what it makes of lists, and the lists themselves."""

from __future__ import annotations

import pytest

from agent.language.patterns import data
from agent.language.word_model import WordModel, word_model

MODEL = WordModel({"en": ["red", "shoe", "water"], "xx": ["rezzo", "shuzzo", "wazzo", "dé"]}, ["brand"])


def best(text: str) -> str:
    shares = MODEL.shares(text)
    return max(shares, key=shares.__getitem__)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("red shoe", "en"),
        ("rezzo shuzzo", "xx"),
        ("bizzo gizzo kuzzo", "xx"),
        ("brand", "en"),
        ("", "en"),
        ("42", "en"),
    ],
)
def test_words_and_how_they_are_spelled_tell_the_language(text: str, language: str) -> None:
    assert best(text) == language


def test_shares_sum_to_one_and_words_that_tell_nothing_change_none() -> None:
    assert sum(MODEL.shares("rezzo red").values()) == pytest.approx(1.0)
    assert MODEL.shares("rezzo brand x 42 ps4") == MODEL.shares("rezzo")


def test_words_without_their_accents_are_known_too() -> None:
    assert MODEL.shares("de")["xx"] == pytest.approx(MODEL.shares("dé")["xx"], abs=0.2)


def test_known_english_words_speak_for_english() -> None:
    assert MODEL.shares("rezzo", {"rezzo"})["en"] > MODEL.shares("rezzo")["en"]


def test_every_listed_word_stands_once_in_its_list() -> None:
    for words in data("agent.language", "words.yaml").values():
        assert len(words.split()) == len(set(words.split()))


def test_most_listed_words_are_of_their_own_language() -> None:
    content = data("agent.language", "words.yaml")
    model = word_model()
    for language in ("de", "fr", "pl", "tr"):
        words = content[language].split()
        own = sum(model.shares(word)[language] > 0.3 for word in words)
        assert own > 0.7 * len(words)
