"""Denials: how far they reach, and what makes that there is no limit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.understand.conditions.comparators import Direction
from agent.understand.conditions.denials import denial_reader, is_kind
from agent.understand.languages import Languages
from agent.understand.tokens import flat
from agent.understand.vocabulary import Vocabulary
from retrieval.schema import Field, Schema

CATALOG = Vocabulary.build(
    Schema(
        [
            replace(Field.of("category", "category"), values=("Saddles", "Bells")),
            replace(Field.of("material", "category"), values=("cork", "brass")),
            Field.of("price", "number"),
        ]
    )
)


def governs(text: str, words: str, direction: Direction = ">", languages: Languages = ("en", "zh")) -> str | None:
    """What becomes of the comparison `words` of a text."""
    low = flat(text)
    start = low.index(words)
    mentions = CATALOG.find(low, languages)
    governing = denial_reader(languages).governing(low, start, start + len(words), direction, mentions)
    return governing.does if governing else None


@pytest.mark.parametrize(
    "text",
    [
        "not more than 40",
        "i would not like to have to pay more than 40",
        "we really can't stretch to more than 40",
        "please never show me bells for more than 40",
        "no saddles for more than 40",
        "without having to pay more than 40",
        "more than 40 is too much",
        "more than 40 is out of the question",
    ],
)
def test_a_denial_reaches_through_its_clause(text: str) -> None:
    assert governs(text, "more than 40") == "denied"


@pytest.mark.parametrize(
    "text",
    [
        "nothing fancy, more than 40",
        "not red but more than 40",
        "no cork and more than 40",
        "no cork for more than 40",
        "not too shiny more than 40",
        "why is nothing more than 40",
        "don't you have more than 40",
    ],
)
def test_a_denial_of_something_else_does_not_reach_it(text: str) -> None:
    assert governs(text, "more than 40") is None


def test_what_is_less_is_denied_only_plainly() -> None:
    assert governs("i don't want any saddle under 40", "under 40", "<") == "denied"
    assert governs("nothing silly for under 40", "under 40", "<") is None
    assert governs("a bag without straps under 40", "under 40", "<") is None


@pytest.mark.parametrize(
    "text",
    [
        "i don't mind more than 40",
        "not necessarily more than 40",
        "no need to pay more than 40",
        "more than 40 is fine",
    ],
)
def test_words_of_indifference_make_no_limit(text: str) -> None:
    assert governs(text, "more than 40") == "waived"


def test_what_is_not_permitted_is_denied() -> None:
    assert governs("i am not willing to pay more than 40", "more than 40") == "denied"


def test_who_would_go_up_to_a_limit_has_one() -> None:
    assert governs("happy to pay up to 40", "up to 40", "<=") is None


@pytest.mark.parametrize(
    ("language", "text", "words", "does"),
    [
        ("zh", "我真的不想花超过40块", "超过40块", "denied"),
        ("zh", "超过40块的不要", "超过40块", "denied"),
        ("zh", "超过40块也行", "超过40块", "waived"),
        ("de", "ich möchte dafür nicht mehr als 40 Euro zahlen", "mehr als 40", "denied"),
        ("de", "mehr als 40 ist auch ok", "mehr als 40", "waived"),
        ("fr", "je ne veux vraiment pas mettre plus de 40", "plus de 40", "denied"),
        ("fr", "pas forcément plus de 40", "plus de 40", "waived"),
        ("es", "no quiero pagar más de 40", "mas de 40", "denied"),
        ("es", "no me importa pagar más de 40", "mas de 40", "waived"),
        ("it", "non vorrei spendere più di 40", "piu di 40", "denied"),
        ("pt", "não quero pagar mais de 40", "mais de 40", "denied"),
        ("nl", "ik wil niet meer dan 40 betalen", "meer dan 40", "denied"),
        ("pl", "nie chcę wydać więcej niż 40", "wiecej niz 40", "denied"),
        ("ru", "не хочу платить больше 40", "больше 40", "denied"),
        ("tr", "40 eurodan fazla vermem", "40 eurodan fazla", "denied"),
        ("ja", "40ユーロ以上は無理", "40ユーロ以上", "denied"),
        ("ko", "40유로 넘게 쓰고 싶지 않아요", "40유로 넘게", "denied"),
    ],
)
def test_each_language_denies_and_waives_with_its_own_words(language: str, text: str, words: str, does: str) -> None:
    assert governs(text, words, languages=(language, "en")) == does


def test_a_kind_of_thing_is_told_from_what_it_is_like() -> None:
    kind, material = CATALOG.find("brass saddle")[::-1]
    assert is_kind(kind)
    assert not is_kind(material)
