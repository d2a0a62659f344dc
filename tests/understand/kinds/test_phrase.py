"""The noun phrase of a wish: which words name the kind of thing."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from agent.understand.kinds.phrase import chunks
from agent.understand.kinds.table import KindTable
from tests.understand.kinds.catalogs import films, recipes, shop

WISHES = yaml.safe_load((Path(__file__).parent / "wishes.yaml").read_text(encoding="utf-8"))
LEAST = 0.9


@pytest.fixture(scope="module")
def tables() -> dict[str, KindTable]:
    return {"shop": shop(), "recipes": recipes(), "films": films()}


def test_the_head_of_nine_wishes_in_ten_is_found(tables: dict[str, KindTable]) -> None:
    wrong = []
    for catalog, wishes in WISHES.items():
        for language, wish, words in wishes:
            kind = tables[catalog].find(wish, language)
            if (kind.words if kind else None) != words:
                wrong.append((catalog, wish, words, kind))
    total = sum(map(len, WISHES.values()))
    assert len(wrong) <= (1 - LEAST) * total, wrong


@pytest.mark.parametrize(
    ("wish", "language", "words", "head"),
    [
        ("waterproof hiking boots", "en", "hiking boots", "hiking boot"),
        ("case for a phone", "en", "case", "case"),
        ("phone with a case", "en", "phone", "phone"),
        ("botas impermeables", "es", "botas", "boot"),
        ("Regenjacke", "de", "Regenjacke", "rain jacket"),
        ("防水的靴子", "zh", "靴子", "boot"),
        ("looking for a jaket", "en", "jaket", "jacket"),
        ("cookbooks or a torch", "en", "cookbooks", "cookbook"),
    ],
)
def test_the_head_of_a_wish(tables: dict[str, KindTable], wish: str, language: str, words: str, head: str) -> None:
    kind = tables["shop"].find(wish, language)
    assert kind is not None
    assert (kind.words, kind.head) == (words, head)
    assert wish[kind.start : kind.end] == words
    assert words in kind.phrase


@pytest.mark.parametrize(
    "wish",
    [
        "something for my dog",
        "a gift for a climber",
        "for kids",
        "waterproof",
        "",
        "?!",
        "XYZ-9999-QQ",
        "and the",
        "的",
    ],
)
def test_what_names_no_kind(tables: dict[str, KindTable], wish: str) -> None:
    assert tables["shop"].find(wish, "en") is None


def test_no_length_of_text_breaks_it(tables: dict[str, KindTable]) -> None:
    kind = tables["shop"].find("very " * 2_000 + "warm jacket", "en")
    assert kind is not None
    assert kind.head == "jacket"


def test_chunks_end_at_what_describes_and_at_commas() -> None:
    read = list(chunks("I need a warm jacket, and boots for my dad", "en"))
    assert [" ".join(token.form for token in chunk.words) for chunk in read] == ["warm jacket", "", "boot", "dad"]
    assert [chunk.ended for chunk in read] == ["soft", "soft", "hard", "end"]
