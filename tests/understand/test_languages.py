"""Languages of a text: whose words it is read with."""

from __future__ import annotations

import pytest

from agent.evaluate.understanding import gold
from agent.understand.languages import COMMON, languages_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Regenjacke ohne Kapuze", "de"),
        ("une veste pour la pluie", "fr"),
        ("algo para mi madre", "es"),
        ("qualcosa per mia zia, non troppo caro", "it"),
        ("não gosto de lã", "pt"),
        ("iets voor mijn zus", "nl"),
        ("coś dla mojej siostry, nie drogie", "pl"),
        ("что-нибудь для сестры", "ru"),
        ("kardeşim için bir şey", "tr"),
        ("妹へのプレゼント、赤い物", "ja"),
        ("5000円以下", "ja"),
        ("여동생 선물", "ko"),
    ],
)
def test_a_few_words_tell_the_language(text: str, language: str) -> None:
    assert languages_of(text)[0] == language
    assert "en" in languages_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "sin city",
        "die hard",
        "a film by Éric Rohmer",
        "no idea",
        "pro camera",
        "max 100 euro",
        "war films",
        "ni hao",
        "x",
    ],
)
def test_a_word_of_another_language_does_not_make_english_foreign(text: str) -> None:
    assert languages_of(text) == ("en",)


def test_chinese_is_read_with_english_beside_it() -> None:
    assert languages_of("给妹妹的礼物") == COMMON


def test_english_requests_are_read_as_english() -> None:
    wrong = [request.text for request in gold() if request.language == "en" and languages_of(request.text) != ("en",)]
    # Names with accents, and Chinese characters in an English sentence.
    assert len(wrong) <= 0.02 * len(gold())


def test_a_known_language_counts_where_the_words_tell_none() -> None:
    assert languages_of("xx yy", "fr") == ("fr", "en")
    assert languages_of("ohne Kapuze", "fr")[0] == "de"
    assert languages_of("xx yy", "th") == ("en",)
