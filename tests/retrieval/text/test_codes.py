"""Codes are known however they are written, and what only looks like one is none."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import pytest

from retrieval.items import Item
from retrieval.schema import Schema
from retrieval.text.codes import CodeTable, is_model_number, model_numbers

NAMES = {  # as sellers write them, and what else the title says
    "drill": "Borma GX-480 cordless drill",
    "saw": "Borma GX-48 jigsaw",
    "lamp": "Lumeo BL75T desk lamp",
    "switch": "Netrix TE-1024D switch, 24 ports",
    "cable": "Cable 3RW4028-1BB14 for soft starters",
    "toner": "Toner 0047B812 black",
    "filter": "Filter KF/220.5 for hoods",
    "board": "Board Z690 AORUS",
    "knob": "Knob 887-30412",
    "watch": "Watch SRPD 55K1",
    "bolt": "Belt 400 mm with bolts",
    "phone": "Phone 12 mini",
}
SPELLINGS = (  # of real people: what they type, and what they mean
    ("GX480", "drill"), ("gx 480", "drill"), ("gx-480", "drill"), ("Gx.480", "drill"), ("GX - 480", "drill"),
    ("BL-75T", "lamp"), ("bl 75t", "lamp"), ("bl75t", "lamp"), ("BL 75 T", "lamp"), ("lumeo bl-75-t", "lamp"),
    ("TE1024D", "switch"), ("te 1024 d", "switch"), ("te-1024-d", "switch"), ("TE_1024D", "switch"),
    ("3RW40281BB14", "cable"), ("3rw4028 1bb14", "cable"), ("3RW4028–1BB14", "cable"), ("3rw 4028-1bb14", "cable"),
    ("0047-B812", "toner"), ("0047b 812", "toner"), ("0047 B812", "toner"), ("toner 0047B812", "toner"),
    ("KF220.5", "filter"), ("kf 220.5", "filter"), ("KF-2205", "filter"), ("kf2205", "filter"),
    ("z-690", "board"), ("Z 690", "board"), ("ＧＸ－４８０", "drill"),
    ("88730412", "knob"), ("887 30412", "knob"), ("887-30412", "knob"),
    ("SRPD55K1", "watch"), ("srpd-55k1", "watch"), ("型号GX-480", "drill"), ("I need the GX480 please", "drill"),
)  # fmt: skip
NONE = (
    "256gb", "4-person tent", "under 400", "rope 60 m", "a 3-4-year-old", "2-in-1", "50x70cm", "1990s", "12 pack",
    "size 42", "for 2 people", "top 10", "1080p", "10-12 kg", "24/7", "two lamps", "3.5mm", "5-star", "1.5l bottle",
)  # fmt: skip


@pytest.fixture(scope="module")
def table() -> CodeTable:
    return CodeTable([Item(name, title) for name, title in NAMES.items()], Schema([]))


def halves(cases: Sequence[tuple[str, str]]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    split: tuple[list[tuple[str, str]], list[tuple[str, str]]] = ([], [])
    for case in cases:
        split[zlib.crc32(case[0].encode()) % 2].append(case)
    return split


@pytest.mark.parametrize(("wish", "name"), SPELLINGS)
def test_a_code_is_known_in_every_spelling(table: CodeTable, wish: str, name: str) -> None:
    asked = table.asked(wish)
    assert [list(NAMES)[row] for row in asked.rows] == [name]
    assert (asked.unknown, asked.near) == ((), frozenset())


@pytest.mark.parametrize("wish", NONE)
def test_amounts_and_words_are_no_codes(table: CodeTable, wish: str) -> None:
    assert (table.asked(wish).rows, table.asked(wish).unknown) == (frozenset(), ())


@pytest.mark.parametrize(
    "wish", ["QRT-7777-ZZ", "qrt7777zz", "qrt 7777 zz", "GX-481", "lamp XK-3090", "5550123987", "LT400", "XB12C"]
)
def test_a_code_that_stands_nowhere_is_told(table: CodeTable, wish: str) -> None:
    asked = table.asked(wish)
    assert asked.rows == frozenset()
    assert asked.unknown == (wish.removeprefix("lamp "),)


def test_a_code_is_no_part_of_a_longer_one_but_leads_to_it(table: CodeTable) -> None:
    assert table.asked("GX48").rows == {1}
    asked = table.asked("47B812")
    assert (asked.rows, asked.near, asked.unknown) == (frozenset(), {5}, ("47B812",))
    assert table.asked("7B81").near == frozenset()


def test_several_codes_are_met_by_what_has_them_all_or_by_what_has_any(table: CodeTable) -> None:
    assert table.asked("GX-480 or BL75T").rows == {0, 2}
    both = CodeTable([Item("a", "Case for GX-480"), Item("b", "Case for GX-480 and BL75T")], Schema([]))
    assert both.asked("GX480 BL-75T").rows == {1}
    assert table.asked("GX-480 or QRT-7777").unknown == ("QRT-7777",)


def test_a_wish_may_be_nothing_but_a_number() -> None:
    assert is_model_number("gx-480 ")
    assert not is_model_number("drill gx-480")
    assert model_numbers("drill gx-480, 256gb and 887304") == ["gx-480", "887304"]


def test_ids_are_codes_and_a_catalog_of_nothing_has_none() -> None:
    assert CodeTable([Item("SKU-0099", "red lamp")], Schema([])).asked("sku0099").rows == {0}
    assert CodeTable([], Schema([])).asked("sku0099").unknown == ("sku0099",)
