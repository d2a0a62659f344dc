"""How tables are written: what parts cells, and where the header stands."""

from __future__ import annotations

import pytest

from retrieval.catalog.dialect import Dialect, dialect_of


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("id,title,price\n1,Cup,5", Dialect(",")),
        ("id;title\n1;Cup, blue, small\n2;Pot, red", Dialect(";")),
        ("id\ttitle\n1\tCup", Dialect("\t")),
        ("id|title|price\n1|Cup|5", Dialect("|")),
        ("id,title,kinds\n1,Cup,a|b\n2,Pot,c|d", Dialect(",")),
        ("sep=;\nid;title\n1;Cup", Dialect(";", 1, told=True)),
        ('"sep=,"\nid,title', Dialect(",", 1, told=True)),
        ("sep=\\t\nid\ttitle", Dialect("\t", 1, told=True)),
        ("Stock list,,\nMay 2024,,\nid,title,price\n1,Cup,5", Dialect(",", 2)),
        ("Stock list\nid;title;price\n1;Cup;5", Dialect(";", 1)),
        ("Stock, all of it\nid;title;price\n1;Cup;5\n2;Pot;6\n3;Pan;7", Dialect(";", 1)),
        ("Report;;;\nsku;name;price;colour\nA1;Cup;5;blue\nA2;Pot;6;red", Dialect(";", 1)),
        ("sku,name\nA1,Cup", Dialect(",")),
        ("only", Dialect(",")),
    ],
)
def test_a_table_is_read_as_it_is_written(text: str, dialect: Dialect) -> None:
    assert dialect_of(text.split("\n")) == dialect
