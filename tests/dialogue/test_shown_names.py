"""Names of the items shown last, of which a word or two is enough."""

from __future__ import annotations

import pytest

from agent.dialogue.shown_names import ShownNames
from agent.understand.vocabulary import Vocabulary
from retrieval.items import Item
from retrieval.schema import Schema

SHOWN = ShownNames(
    ["Red Lentil Soup", "Black Bean Chili", "Banana Bread", "Banana Pancakes", "Oldboy"],
    ["soup", "stew", "cake", "cake", "thriller"],
    ["indian", "mexican", "british", "american", "korean"],
)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("the bean one, is that quick", [2]),
        ("sold, the red lentil one", [1]),
        ("mmm the banana ones", [3, 4]),
        ("the banana one", []),
        ("is the chilli hot", [2]),
        ("oldboy tonight", [5]),
        ("what year is the thriller from", [5]),
        ("the korean one", [5]),
        ("is the korean good", []),
        ("anything with banana", []),
    ],
)
def test_an_item_is_known_by_a_part_of_its_name(text: str, numbers: list[int]) -> None:
    assert SHOWN.named(text, freely=True) == numbers


def test_whoever_asks_for_things_names_an_item_only_with_one_behind_it() -> None:
    assert SHOWN.named("the bean stew in blue", freely=False) == []
    assert SHOWN.named("like the bean one but milder", freely=False) == [2]


def test_items_are_named_by_their_titles_and_categories() -> None:
    items = [Item("a", "Vertex", category="ice axe"), Item("b", "Grip", category="crampons")]
    names = ShownNames.of(items, Vocabulary(Schema({}), {}))
    assert len(names) == 2
    assert names.named("is the axe sharp", freely=True) == [1]
