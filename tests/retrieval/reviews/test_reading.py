"""Sentences of reviews: what they praise and what they fault, and what turns that round."""

from __future__ import annotations

import pytest

from retrieval.reviews.patterns import LANGUAGES, aspect_names, language_of, patterns_of
from retrieval.reviews.reading import OVERALL, Judgement, judgements, named_in


def read(text: str) -> set[str]:
    said = judgements(text, language_of(text))
    return {f"{each.aspect}{'+' if each.polarity > 0 else '-'}" for each in said}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Runs small, order a size up.", {"size-"}),
        ("Not warm enough.", {"warmth-"}),
        ("Not noisy at all.", {"noise+"}),
        ("I can't complain about the battery.", {"battery+"}),
        ("Great sound, but the battery dies at once.", {"sound+", "battery-"}),
        ("Food was excellent, service was not.", {"taste+", "service-"}),
        ("Fällt klein aus.", {"size-"}),
        ("La batería dura todo el día.", {"battery+"}),
        ("Très confortable.", {"comfort+"}),
        ("质量很好，但是尺码偏小。", {"quality+", "size-"}),
        ("Love it!", {"overall+"}),
        ("I bought it for my brother.", set()),
        ("", set()),
    ],
)
def test_a_sentence_says_what_it_praises_and_what_it_faults(text: str, said: set[str]) -> None:
    assert read(text) == said


def test_words_of_the_catalog_are_judged_by_what_stands_beside_them() -> None:
    assert judgements("The strap is lovely.", "en", {"strap": "strap", "straps": "strap"}) == (Judgement("strap", 1),)
    assert judgements("The strap is black.", "en", {"strap": "strap"}) == ()


def test_stars_decide_where_words_are_as_much_for_as_against() -> None:
    text = "The sound is good and bad."
    assert judgements(text, "en") == ()
    assert judgements(text, "en", liking=1.0) == (Judgement("sound", 1),)
    assert judgements(text, "en", liking=0.2) == (Judgement("sound", -1),)


def test_a_question_names_aspects_without_judging_them() -> None:
    assert named_in("does the battery last, and is it waterproof?", "en") >= {"battery", "water"}
    assert named_in("a red lamp", "en") <= {"light"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_patterns_for_each_aspect_that_match_nothing_in_an_empty_text(language: str) -> None:
    patterns = patterns_of(language)
    assert {aspect for aspect, _ in patterns.groups.values()} == set(aspect_names())
    assert OVERALL not in aspect_names()
    for pattern in (patterns.judged, patterns.named, patterns.opinions, patterns.negates, patterns.turns):
        assert pattern.search("") is None
