"""Polarity: the words that make a value a must-have or a must-not."""

from __future__ import annotations

import pytest

from agent.understand.conditions.polarity import WINDOW, polarity_reader
from agent.understand.languages import COMMON, Languages
from agent.understand.tokens import flat

WORDS = polarity_reader()


def stretch(text: str, value: str, languages: Languages = COMMON) -> str | None:
    start = text.index(value)
    span = polarity_reader(languages).refused(flat(text), start, start + len(value))
    return text[span[0] : span[1]] if span else None


def demands(text: str, value: str) -> list[tuple[str, tuple[str, ...]]]:
    start = text.index(value)
    return [(text[first:last], tuple(roles)) for first, last, roles in WORDS.demanded(text, start, start + len(value))]


@pytest.mark.parametrize(
    ("text", "value", "words"),
    [
        ("a chair, no leather please", "leather", "no leather"),
        ("sugar free biscuits", "sugar", "sugar free"),
        ("anything but red", "red", "anything but red"),
        ("no chairs made of oak", "oak", "no chairs made of oak"),
        ("不要真皮", "真皮", "不要真皮"),
        ("真皮除外", "真皮", "真皮除外"),
    ],
)
def test_a_refusal_reaches_from_its_mark_to_the_value(text: str, value: str, words: str) -> None:
    assert stretch(text, value) == words


@pytest.mark.parametrize(
    ("text", "value", "words"),
    [
        ("any shade but teal", "teal", "any shade but teal"),
        ("please don't give me rattan", "rattan", "don't give me rattan"),
        ("I would not really want you to show me rattan", "rattan", "would not really want you to show me rattan"),
        ("it can't be teal", "teal", "can't be teal"),
        ("竹的就算了", "竹", "竹的就算了"),
        ("我真的不想买竹的", "竹", "不想买竹"),
    ],
)
def test_a_refusal_reaches_through_a_verb_phrase_and_from_behind(text: str, value: str, words: str) -> None:
    assert stretch(text, value) == words


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("de", "bitte keine Körbe aus Rattan", "Rattan"),
        ("de", "alles außer Rattan", "Rattan"),
        ("fr", "n'importe quoi sauf du rotin", "rotin"),
        ("es", "que no sea de mimbre", "mimbre"),
        ("it", "niente vimini", "vimini"),
        ("pt", "sem vime", "vime"),
        ("nl", "geen riet", "riet"),
        ("pl", "bez wikliny", "wikliny"),
        ("ru", "только не ротанг", "ротанг"),
        ("tr", "hasır olmasın", "hasır"),
        ("ja", "籐以外で", "籐"),
        ("ko", "라탄 말고", "라탄"),
    ],
)
def test_each_language_refuses_with_its_own_words(language: str, text: str, value: str) -> None:
    assert stretch(text, value, (language, "en"))


@pytest.mark.parametrize(
    ("text", "value"),
    [("die red rose", "red"), ("sin city red", "red"), ("ni red", "red"), ("sans red", "red"), ("bez red", "red")],
)
def test_words_of_other_languages_refuse_nothing_in_english(text: str, value: str) -> None:
    assert stretch(text, value, ("en",)) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("not only red", "red"), ("no problem with red", "red"), ("don't mind red", "red"), ("a casino in red", "red")],
)
def test_words_that_look_like_a_refusal_refuse_nothing(text: str, value: str) -> None:
    assert stretch(text, value) is None


def test_a_mark_too_far_away_refuses_nothing() -> None:
    text = f"no frills {'at all ' * WINDOW}red"
    assert stretch(text, "red") is None


@pytest.mark.parametrize(
    ("text", "value", "mark"),
    [
        ("only red", "red", ("only red", ())),
        ("made of oak", "oak", ("made of oak", ("material",))),
        ("works by monet", "monet", ("by monet", ("maker",))),
        ("red ones only", "red", ("red ones only", ())),
        ("必须是红色", "红色", ("必须是红色", ())),
    ],
)
def test_a_demand_says_which_fields_it_is_of(text: str, value: str, mark: tuple[str, tuple[str, ...]]) -> None:
    assert mark in demands(text, value)


def test_a_demand_that_is_denied_is_none() -> None:
    assert demands("not made of oak", "oak") == []


def test_what_is_permitted_or_still_wanted_is_known_by_what_follows() -> None:
    assert WORDS.permitted.match(" is fine too")
    assert WORDS.permitted.match("也行")
    assert WORDS.still_wanted.match("，还要")
    assert not WORDS.permitted.match(" is a must")
