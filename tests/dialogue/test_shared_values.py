"""Shared values: wishes for what a shown item has."""

from __future__ import annotations

import pytest

from agent.dialogue.shared_values import of_same_maker, same_value, shared_values
from agent.evaluate.understanding import gold_vocabulary
from retrieval.filters import parse_filter
from retrieval.items import Item
from retrieval.schema import Field, Schema

SHOP, MUSEUM = gold_vocabulary("shop"), gold_vocabulary("museum")
SCHEMA = Schema(
    [Field.of("maker", "category"), Field.of("price", "number"), Field.of("tags", "list"), Field.of("new", "boolean")]
)


@pytest.mark.parametrize(
    ("text", "fields", "target", "words"),
    [
        ("by the same artist as the second", ("artist",), 2, "by the same artist as the second"),
        ("something in the same medium", ("medium",), "last", "in the same medium"),
        ("同一个作者", ("artist",), "last", "同一个作者"),
        ("和第三个作者相同的", ("artist",), 3, "和第三个作者相同的"),
        ("what else is there by him", ("artist",), "last", "what else is there by him"),
        ("more of hers please", ("artist",), "last", "more of hers"),
        ("他的其他作品", ("artist",), "last", "他的其他作品"),
    ],
)
def test_a_field_that_is_to_stay_is_named_with_the_item(
    text: str, fields: tuple[str, ...], target: object, words: str
) -> None:
    (share,) = shared_values(text, MUSEUM)
    assert (share.fields, share.target, share.words) == (fields, target, words)
    assert text[share.start : share.end].strip() == words


@pytest.mark.parametrize("text", ["the same", "the same in green", "any material", "material as always"])
def test_where_no_field_is_to_stay_nothing_is_shared(text: str) -> None:
    assert list(shared_values(text, SHOP)) == []


@pytest.mark.parametrize(
    ("attributes", "field", "matches"),
    [
        ({"maker": 'Ann "the" Bo, Ltd'}, "maker", True),
        ({"tags": ("sea", "a, b")}, "tags", True),
        ({"new": True}, "new", True),
    ],
)
def test_the_condition_is_met_by_the_item_it_is_taken_from(
    attributes: dict[str, object], field: str, matches: bool
) -> None:
    item = Item("1", "Thing", price=12.5, attributes=attributes)  # type: ignore[arg-type]  # values of items
    for name in (field, "price"):
        text = same_value(name, item)
        assert text is not None
        assert parse_filter(text, SCHEMA).matches(item) is matches
    assert not parse_filter(same_value("price", item) or "", SCHEMA).matches(Item("2", "Other", price=13.0))


def test_what_an_item_does_not_have_cannot_be_shared() -> None:
    item = Item("1", "Thing", attributes={"tags": ()})
    assert same_value("maker", item) is None
    assert same_value("tags", item) is None


@pytest.mark.parametrize("text", ["nothing else by him", "is it by him", "who is that by", "不要他的其他作品"])
def test_who_wants_no_more_of_a_maker_or_asks_for_the_name_is_not_given_more(text: str) -> None:
    assert list(of_same_maker(text, MUSEUM)) == []
