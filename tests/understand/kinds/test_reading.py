"""What kind of thing whole turns are for."""

from __future__ import annotations

import pytest

from agent.understand.kinds import Kind
from agent.understand.kinds.reading import KindReader
from tests.understand.kinds.catalogs import recipes, shop


def head(kind: Kind | None) -> str | None:
    return kind.head if kind else None


@pytest.fixture(scope="module")
def reader() -> KindReader:
    return KindReader(shop())


@pytest.mark.parametrize(
    ("turn", "kind"),
    [
        ("we fly to the north in winter and never saw snow so obviously jackets", "jacket"),
        ("my sister comes with the boys on Friday and I would like to buy a tent", "tent"),
        ("my feet hurt. boots please", "boot"),
        ("sleping bag", "sleeping bag"),
        ("he slept long and laughed", None),
        ("boots or a jacket", None),
    ],
)
def test_the_kind_is_read_behind_chatter(reader: KindReader, turn: str, kind: str | None) -> None:
    assert head(reader.of_turn(turn, turn, "en")) == kind


def test_what_somebody_has_is_not_what_is_to_come_of_it() -> None:
    turn = "I have eggs and bread, what can I make"
    assert KindReader(recipes()).of_turn(turn, turn, "en") is None


def test_a_bare_name_is_no_more_than_a_name(reader: KindReader) -> None:
    assert reader.is_bare("a jacket please", "en")
    assert not reader.is_bare("a jacket that keeps me warm in the snow", "en")


def test_a_kind_leads_where_only_words_that_ask_for_nothing_stand_before_it(reader: KindReader) -> None:
    now, later = "now also a tent", "something that fits into a tent"
    for turn, leads in ((now, True), (later, False)):
        at = turn.index("tent")
        assert reader.leads(Kind("tent", "tent", at, at + 4, "tent"), turn, "en") is leads


def test_a_jacket_of_a_narrower_kind_is_the_same_kind_of_thing(reader: KindReader) -> None:
    jacket, narrower = (Kind(name, name, 0, len(name), name) for name in ("jacket", "rain jacket"))
    assert reader.same(narrower, jacket)
    assert not reader.same(jacket, Kind("tent", "tent", 0, 4, "tent"))
    assert not reader.is_alien(jacket)
