"""Verify: what an answer says is held against the catalog, and a signature against what was signed."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from agent.verify import Verified, sign, signature_of, verify
from agent.verify.answers import Verified as Row
from agent.verify.sentences import Entry, faults
from agent.verify.signature import KEY_FILE, key_of
from agent.verify.terms import form, plain, terms

ITEM: dict[str, Any] = {
    "id": "1",
    "title": "Ridge Boots",
    "description": "A waterproof leather upper and a durable rubber sole. Pot not included.",
    "category": "Footwear",
    "price": 109.99,
    "attributes": {"brand": "AirStrider", "designer": "Ann Berg", "narrator": "Hugo Trent", "lift": False},
    "media": [],
    "descriptions": [],
}
REQUEST = {"text": "waterproof red boots under 120, no nuts", "english": "", "language": "en", "must_haves": []}


def answer(text: str, pointer: str = "/item/attributes/brand", value: str = "AirStrider") -> dict[str, Any]:
    evidence = {"kind": "field", "pointer": pointer, "value": value, "start_s": None}
    claims = [{"text": f"brand: {value}", "evidence": [evidence]}]
    shown = {"rank": 1, "item": ITEM, "explanation": {"text": text, "claims": claims}, "together": None}
    return {"request": REQUEST, "recommendations": [shown]}


def stored(item_id: str) -> Mapping[str, Any] | None:
    return ITEM if item_id == "1" else None


def wrong(document: Mapping[str, Any]) -> list[Verified]:
    return [row for row in verify(document, stored) if row.fault]


@pytest.mark.parametrize(
    "text",
    [
        "Waterproof leather, durable rubber sole, and 10 under your limit.",
        "Waterproof, as you asked, and under 120.",
        "Brand: AirStrider. Price: 109.99 (you asked for “under 120”).",
        "The description says “a durable rubber sole”.",
        "Waterproof boots, but not red.",
        "Designed by Ann Berg.",
        "Lift: no.",
        "The brand is AirStrider.",
        "10 under your limit, and the cheapest of these.",
    ],
)
def test_what_stands_in_the_catalog_is_so(text: str) -> None:
    assert wrong(answer(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "20 under your limit.",
        "Waterproof boots for 119.99.",
        "A durable leather upper.",
        "Red boots, as you asked.",
        "You asked for nuts.",
        "The title says “AirStrider”.",
        "The brand: Ann Berg.",
        "Designed by Hugo Trent.",
        "Not waterproof.",
        "The pot is included.",
        "Cheaper than the first.",
        "You liked Part II.",
        "The brand is Ann Berg.",
        "The pot is included, and it is not waterproof.",
        "Rubber leather sole.",
        "Without a sole.",
        "You asked for shoes.",
    ],
)
def test_what_does_not_is_told_with_why(text: str) -> None:
    assert [row.part for row in wrong(answer(text))] == ["sentence"]


def test_pointers_citations_and_items_are_held_against_the_catalog() -> None:
    assert (
        wrong(answer("Brand: AirStrider.", "/item/attributes/maker"))[0].fault == "/item/attributes/maker leads nowhere"
    )
    assert "does not stand at" in wrong(answer("Brand: AirStrider.", value="Peak"))[0].fault
    document = copy.deepcopy(answer("Brand: AirStrider."))
    document["recommendations"][0]["item"]["price"] = 9.99
    assert wrong(document)[0] == Row("1", "item", "Ridge Boots", "the catalog has another price")
    document["recommendations"][0]["item"]["id"] = "2"
    assert [row.fault for row in wrong(document)] == ["the catalog has no such item"]


def test_a_signature_holds_until_anything_is_changed(tmp_path: Path) -> None:
    key = key_of(tmp_path, create=True)
    assert key is not None
    assert key == key_of(tmp_path)
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o077 == 0
    signed = sign({"reply": "é", "n": 1.5}, key)
    assert signature_of(signed, key) == "holds"
    assert signature_of({**signed, "reply": "e"}, key) == "broken"
    assert signature_of(signed, b"another") == signature_of(signed, None) == "unknown key"
    assert signature_of({"reply": ""}, key) == "none"


def test_terms_are_read_with_denials_and_accents() -> None:
    assert [term.form for term in terms("It weighs 3,200g", "en")] == ["weigh", "3200", "g"]
    assert [term.denied for term in terms("aprons are not included", "en")] == [True]
    assert [term.denied for term in terms("no red apron, but a blue cap", "en")] == [True, True, False, False]
    assert form("director") == form("directed")
    assert form("batteries") == form("battery")
    assert plain("Größe: sechs, 6.50 €") == "grosse: sechs, 6.5 eur"
    assert next(faults("", Entry([], "", "en")), "") == ""


def test_an_answer_in_chinese_is_read_by_its_own_words() -> None:
    document = answer("品牌：AirStrider。价格：109.99。")
    document["request"] = {**REQUEST, "language": "zh"}
    assert wrong(document) == []
    document["recommendations"][0]["explanation"]["text"] = "品牌：Ann Berg。"
    assert [row.part for row in wrong(document)] == ["sentence"]


@pytest.mark.parametrize(
    ("sentence", "holds"),
    [
        ("Its data does not mention a young woman.", True),
        ("Nothing is said of a young woman or a boat.", True),
        ("Its data does not mention a woman.", False),
        ("Nothing is said of a boat or a woman.", False),
    ],
)
def test_what_is_admitted_is_held_thing_by_thing(sentence: str, holds: bool) -> None:
    entry = Entry([("title", "Portrait of a woman")], "a young woman in a boat", "en")
    assert (next(faults(sentence, entry), "") == "") is holds
