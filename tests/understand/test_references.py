"""References: what a text points at of a list shown before, and what it thinks of it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from agent.evaluate.understanding import gold_vocabulary
from agent.understand.references import judged, occasion, pointed_at, references, sentiments, spoken_of
from agent.understand.tokens import flat

SHOP, FILMS = gold_vocabulary("shop"), gold_vocabulary("films")


def test_a_comparison_names_the_field_that_the_catalog_measures_it_by() -> None:
    ((reference, start, end),) = references("bigger than the last one", SHOP)
    assert (reference.target, reference.kind, reference.field, reference.op) == (-1, "compare", "width_cm", ">")
    assert (start, end) == (0, len("bigger than the last one"))


def test_a_comparison_of_what_the_catalog_does_not_measure_names_no_field() -> None:
    ((reference, _, _),) = references("cheaper than the first", FILMS)
    assert (reference.kind, reference.field, reference.op) == ("compare", None, "<")


def test_no_two_references_share_their_words() -> None:
    text = flat("like the first but cheaper than the second, not like the third")
    spans = sorted((start, end) for _, start, end in references(text, SHOP))
    assert len(spans) == 3
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("the second is too dark", 2),
        ("number 12 looks old", 12),
        ("the last one is fine", -1),
        ("第三个太暗", 3),
        ("it is too dark", None),
    ],
)
def test_the_item_that_is_spoken_of_is_known_by_its_place(text: str, target: int | None) -> None:
    assert spoken_of(text) == target


def test_all_items_of_a_question_are_pointed_at() -> None:
    targets = [reference.target for reference in pointed_at("what about the first, the third and number 5?")]
    assert targets == [1, 3, 5]


@pytest.mark.parametrize(
    ("text", "target", "liking"),
    [
        ("I love the second", 2, 1),
        ("I don't like the third one", 3, -1),
        ("the third one is ugly", 3, -1),
        ("number 2 is lovely", 2, 1),
        ("我喜欢第二个", 2, 1),
        ("第二个不好看", 2, -1),
    ],
)
def test_praise_and_blame_are_of_one_item(text: str, target: int, liking: int) -> None:
    (sentiment,) = sentiments(flat(text))
    assert (sentiment.target, sentiment.liking) == (target, liking)
    assert judged(flat(text))


@pytest.mark.parametrize("text", ["a lovely lamp", "i love lamps", "我喜欢灯"])
def test_praise_of_nothing_shown_is_no_sentiment(text: str) -> None:
    assert list(sentiments(text)) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a gift for my nephew", "a gift for my nephew"),
        ("something for her wedding", "for her wedding"),
        ("送给妈妈的生日礼物", "送给妈妈的生日礼物"),
        ("a lamp for the hall", None),
    ],
)
def test_an_occasion_is_kept_in_the_person_s_words(text: str, words: str | None) -> None:
    assert occasion(text) == words
