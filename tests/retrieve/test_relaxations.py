"""Relaxations: what could be given up, and what it would bring."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.retrieve.relaxations import relaxations, word_relaxations
from retrieval.filters import FilterColumns, mask, parse_filter
from retrieval.items import Item
from retrieval.schema import Field, Schema

SCHEMA = Schema(
    [Field.of("price", "number"), Field.of("made", "date"), Field.of("maker", "category"), Field.of("tags", "list")]
)
ITEMS = [
    Item("1", "A", price=10.0, attributes={"made": "1999-05-01", "maker": "Ann", "tags": ("red",)}),
    Item("2", "B", price=30.0, attributes={"made": "2005-01-01", "maker": "Bob", "tags": ("blue", "red")}),
    Item("3", "C", price=90.0, attributes={"made": "2020-12-31", "maker": "Ann"}),
]
COLUMNS = FilterColumns.build(ITEMS, SCHEMA)


def ways(*texts: str) -> list[tuple[tuple[str, ...], str | None, int]]:
    found = relaxations([parse_filter(text, SCHEMA) for text in texts], COLUMNS)
    return [(one.dropped, one.instead, one.n_items) for one in found]


def test_nothing_is_given_up_while_an_item_meets_all() -> None:
    assert ways("price<=30", "maker=Bob") == []
    assert ways() == []


def test_what_may_not_be_shown_is_no_way_out() -> None:
    within = np.array([True, False, False])
    musts = [parse_filter(text, SCHEMA) for text in ("price>50", "maker=Bob")]
    assert [(one.dropped, one.n_items) for one in relaxations(musts, COLUMNS, within)] == [
        (("price>50", "maker=Bob"), 1)
    ]


def test_a_bound_moves_to_the_nearest_value_that_gives_items_before_it_is_dropped() -> None:
    assert ways("price<5") == [(("price<5",), "price<=10", 1), (("price<5",), None, 3)]
    assert ways("price>=100") == [(("price>=100",), "price>=90", 1), (("price>=100",), None, 3)]
    assert ways("price 40..80")[0] == (("price 40..80",), "price 30..80", 1)
    assert ways("made>2021")[0] == (("made>2021-12-31",), "made>=2020-12-31", 1)


def test_each_must_have_is_dropped_alone_and_counted() -> None:
    found = ways("price<20", "maker=Bob")
    assert (("price<20",), "price<=30", 1) in found
    assert (("price<20",), None, 1) in found
    assert (("maker=Bob",), None, 1) in found


def test_pairs_are_dropped_where_no_single_one_helps() -> None:
    found = ways("price>50", "maker=Bob", "tags has green")
    assert (("maker=Bob", "tags has green"), None, 1) in found
    assert all(len(dropped) == 2 for dropped, _, _ in found)


def test_people_are_told_what_each_wish_leaves_and_are_asked() -> None:
    musts = [parse_filter(text, SCHEMA) for text in ("price<20", "maker=Bob")]
    notes = list(word_relaxations(musts, relaxations(musts, COLUMNS), COLUMNS))
    assert notes[0] == "Taken alone, price<20: 1 item; maker=Bob: 1 item."
    assert "With price<=30 in place of price<20 there is 1 item." in notes
    assert notes[-1] == "Nothing was left out of what you asked for: which of it may go?"
    assert list(word_relaxations(musts[:1], (), COLUMNS)) == []


TEXTS = [
    *("price<5", "price>=100", "price 40..80", "price=11", "maker=Ann", "maker!=Ann", "tags has red", "tags has green"),
    *("made<1980", "made>2021", "made=2004"),
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(TEXTS), max_size=4, unique=True))
def test_what_is_promised_is_there(texts: list[str]) -> None:
    musts = [parse_filter(text, SCHEMA) for text in texts]
    for way in relaxations(musts, COLUMNS):
        left = [one for one in musts if str(one) not in way.dropped]
        left += [parse_filter(way.instead, SCHEMA)] if way.instead else []
        assert int(mask(left, COLUMNS).sum()) == way.n_items > 0
