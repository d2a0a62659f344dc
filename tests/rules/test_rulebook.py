"""The rules of a workspace, and what they do to one request."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from agent.rules import Rule
from agent.rules.rulebook import Rulebook, load_rules, save_rules
from retrieval.filters import FilterColumns
from retrieval.items import Item
from retrieval.schema import Field, Schema
from retrieval.snapshot import Snapshot
from retrieval.storage.store import Store

ITEMS = tuple(
    Item(id=id, title=id, category=category, price=price)
    for id, category, price in (("A", "lamp", 10.0), ("B", "lamp", 90.0), ("C", "chair", 20.0), ("D", "chair", 70.0))
)
SCHEMA = Schema(
    (Field("category", "category", True, True, values=("lamp", "chair")), Field("price", "number", True, False))
)
SNAPSHOT = Snapshot(
    SCHEMA, ITEMS, {item.id: row for row, item in enumerate(ITEMS)}, {}, FilterColumns.build(ITEMS, SCHEMA)
)


def book(*rules: Rule) -> Rulebook:
    return Rulebook(rules, SNAPSHOT)


def test_pins_keep_their_order_and_hold_for_their_words_alone() -> None:
    rules = book(Rule(do="pin", items=("D", "A"), when=("reading lamps", "desk")))
    assert rules.sway("a Reading Lamp for my desk").pinned == (3, 0)
    assert rules.sway("something for a desk").pinned == (3, 0)
    assert rules.sway("reading a book under a lamp").pinned == ()
    assert rules.sway("").pinned == ()


def test_conditions_mean_all_items_that_meet_them() -> None:
    sway = book(Rule(do="bury", where=("category=chair",)), Rule(do="boost", where=("price<50",), places=3)).sway("x")
    assert sway.boosted == {0: 3, 2: 3}
    assert sway.buried == {3}  # what one rule boosts no other buries
    assert sway.promotes == {0, 2}


def test_what_is_hidden_is_neither_pinned_nor_boosted() -> None:
    sway = book(
        Rule(do="pin", items=("A", "B")), Rule(do="boost", items=("A",)), Rule(do="hide", items=("A", "gone"))
    ).sway("anything")
    assert sway.pinned == (1,)
    assert sway.boosted == {}
    assert np.array_equal(sway.hidden, [0])


def test_a_rule_of_yesterday_does_nothing() -> None:
    rules = book(Rule(do="hide", items=("A",), until=date(2030, 5, 1)))
    assert rules.sway("x", date(2030, 5, 1)).hidden.size == 1
    assert rules.sway("x", date(2030, 5, 2)).hidden.size == 0


@pytest.mark.parametrize(
    ("text", "read", "renamed"),
    [
        ("red trainers under 50", "red sneakers under 50", (("trainers", "sneakers"),)),
        ("Trainer", "sneakers", (("Trainer", "sneakers"),)),
        ("running shoes, not trainers", "jogging shoes, not sneakers", None),
        ("a personal coach", "a personal coach", ()),
        ("", "", ()),
    ],
)
def test_words_of_synonyms_are_put_as_the_catalog_has_them(
    text: str, read: str, renamed: tuple[tuple[str, str], ...] | None
) -> None:
    rules = book(
        Rule(do="synonym", when=("trainers", "gym shoes"), means="sneakers"),
        Rule(do="synonym", when=("running shoes", "running"), means="jogging shoes"),
    )
    assert rules.translate(text)[0] == read
    assert renamed is None or rules.translate(text)[1] == renamed


def test_a_rule_whose_condition_the_catalog_no_longer_knows_is_idle() -> None:
    rule = Rule(do="boost", where=("colour=red",), items=("B",))
    rules = book(rule)
    assert rules.idle == (rule,)
    assert rules.sway("x").boosted == {1: 5}


def test_rules_are_kept_in_the_workspace(tmp_path: Path) -> None:
    rules = (Rule(do="pin", items=("A",)), Rule(do="synonym", when=("trainers",), means="sneakers"))
    with Store.open(tmp_path / "t.db") as store:
        assert load_rules(store) == ()
        save_rules(store, rules)
        assert load_rules(store) == rules
