"""Names of kinds, and which are wider."""

from __future__ import annotations

import pytest

from agent.understand.kinds.names import kind_names
from agent.understand.tokens import forms


@pytest.mark.parametrize(
    ("name", "language", "kind"),
    [
        ("couch", "en", "sofa"),
        ("Couches", "en", "sofa"),
        ("rucksack", "en", "backpack"),
        ("Wanderschuhe", "de", "hiking shoe"),
        ("Sommerjacke", "de", "jacket"),
        ("mochilas", "es", "backpack"),
        ("scarpe", "it", "shoe"),
        ("chaussures", "fr", "shoe"),
        ("睡袋", "zh", "sleeping bag"),
        ("borscht", "en", "borscht"),
    ],
)
def test_a_kind_is_found_by_its_names(name: str, language: str, kind: str) -> None:
    assert kind_names().find(forms(name), language) == kind


def test_narrower_kinds_are_of_wider_ones() -> None:
    names = kind_names()
    assert {"boot", "hiking boot", "shoe", "sandal"} <= names.narrower["footwear"]
    assert {"jacket", "clothing"} <= names.wider["parka"]
    assert "bag" not in names.wider["sleeping bag"]
    assert names.wider["borscht"] == {"borscht", "soup", "food"}


def test_a_word_that_names_nothing() -> None:
    assert kind_names().find(("zxcv",), "en") is None
