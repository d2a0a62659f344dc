"""How programs, shops and people write events: a table of their ways, each read as it is meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from retrieval.catalog.problems import RowRefused
from retrieval.errors import InteractionsError
from retrieval.importers.columns import NEEDED, WHATS, EventColumns, names_of, parse_columns, plain
from retrieval.importers.customs import Customs, custom_notes, customs_of, unrated_in
from retrieval.importers.ratings import rating_of
from retrieval.importers.rows import event_of
from retrieval.importers.times import DayOrderUnknown, order_of, seconds
from retrieval.importers.words import LANGUAGES, by_language, folded, is_missing

TABLE: dict[str, list[Any]] = yaml.safe_load(Path(__file__).with_name("customs.yaml").read_text(encoding="utf-8"))
NOW = 2_000_000_000.0
REFUSED = "refused"


def given(read: Callable[..., float | None], *cell: str | None) -> float | str | None:
    """What a cell is read as."""
    try:
        return read(*cell)
    except ValueError:
        return REFUSED


@pytest.mark.parametrize("case", TABLE["columns"], ids=lambda case: case["header"][:40])
def test_columns_are_known_by_what_they_are_called(case: dict[str, Any]) -> None:
    columns = EventColumns()
    assert columns.of(case["header"].split(",")) == {what: case[what] for what in WHATS if what in case}
    assert columns.purchases == case.get("purchases", False)


@pytest.mark.parametrize("case", TABLE["times"], ids=str)
def test_moments_are_read_in_many_customs(case: list[Any]) -> None:
    text, moment, order = (*case, None)[:3]
    expected = datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp() if moment else REFUSED
    assert given(seconds, text, order) == expected


@pytest.mark.parametrize("case", TABLE["ratings"], ids=str)
def test_ratings_are_read_in_many_customs(case: list[Any]) -> None:
    text, rating = case
    assert given(rating_of, text) == rating


@pytest.mark.parametrize("case", TABLE["ids"], ids=str)
def test_ids_are_what_their_column_means(case: list[list[str | None]]) -> None:
    cells, ids = case
    rows = [{"user": "ada", "item": cell} for cell in cells]
    customs = customs_of(rows)

    def id_of(row: dict[str, Any]) -> str:
        try:
            return event_of(row, NOW, customs).event.item_id
        except RowRefused as refused:
            return refused.kind

    assert [id_of(row) for row in rows] == [id_ or "no item" for id_ in ids]


@pytest.mark.parametrize("case", TABLE["scales"], ids=str)
def test_what_is_no_rating_is_told_from_all_of_them(case: list[Any]) -> None:
    values, expected = case
    unrated = unrated_in(Counter(map(float, values)))
    assert (unrated if unrated is None else sorted(unrated)) == (None if expected == "counts" else sorted(expected))


def test_an_id_that_the_catalog_spells_so_stays() -> None:
    assert customs_of([{"user": "a", "item": "7.0"}], {"7.0"}).whole == frozenset()
    assert customs_of([{"user": "1.0", "item": "7.0"}]).whole == {"user", "item"}


def test_one_date_tells_how_the_others_of_its_column_are_meant() -> None:
    rows = [{"user": "a", "item": "1", "time": text} for text in ("03/04/2013", "29/07/2013")]
    customs = customs_of(rows)
    assert customs.order == "day"
    assert event_of(rows[0], NOW, customs).event.at_s == datetime(2013, 4, 3, tzinfo=UTC).timestamp()
    both = customs_of([*rows, {"user": "a", "item": "1", "time": "07/29/2013"}])
    assert both.order is None
    assert event_of(rows[0], NOW, both).flaw == "day and month cannot be told apart"
    with pytest.raises(DayOrderUnknown):
        seconds("03/04/2013")
    assert order_of("2013-07-29") is order_of("soon") is None


def test_what_is_not_rated_is_a_view_and_what_is_bought_a_purchase() -> None:
    row = {"user": "a", "item": "1", "value": "-1"}
    read = event_of(row, NOW, Customs(unrated=frozenset({-1.0})))
    assert (read.event.kind, read.event.value, read.unrated) == ("view", None, -1.0)
    assert event_of({"user": "a", "item": "1"}, NOW, Customs(kind="purchase")).event.kind == "purchase"
    counted = event_of({**row, "value": "13883"}, NOW, Customs(counts=True))
    assert (counted.event.kind, counted.event.value) == ("view", None)


def test_what_was_taken_otherwise_than_written_is_said() -> None:
    customs = Customs(unrated=frozenset({-1.0, 0.0}), whole=frozenset({"item"}), order="month")
    notes = list(custom_notes(customs, {-1.0: 3, 0.0: 1}))
    assert notes[0] == "Ratings of -1 and 0 lie outside of the scale and say “not rated”: 4, taken as views."
    assert "7.0 are taken as 7 (item)" in notes[1]
    assert "the month comes first" in notes[2]
    assert "counts or amounts" in next(custom_notes(Customs(counts=True), {}))
    assert not list(custom_notes(Customs(), {}))


def test_columns_are_what_somebody_says() -> None:
    given = parse_columns(["user=Who, item = What thing", "rating=n"])
    assert given == {"user": "Who", "item": "What thing", "value": "n"}
    columns = EventColumns(given)
    assert columns.places("x", ["user_id", "what_thing", "who", "n"]) == {"user": 2, "item": 1, "value": 3}
    assert columns.taken == {"user": "who", "item": "what_thing", "value": "n"}
    with pytest.raises(InteractionsError, match="no column 'Who' for the user; the columns are a, b"):
        EventColumns(given).of(["a", "b"])


@pytest.mark.parametrize("text", ["user", "user=", "=x", "customer=x"])
def test_what_says_of_no_column_what_it_holds_is_refused(text: str) -> None:
    with pytest.raises(InteractionsError, match="says of no column what it holds"):
        parse_columns([text])


def test_columns_without_names_are_given_by_number() -> None:
    columns = EventColumns({"user": "2", "item": "1"})
    assert columns.numbered
    assert columns.places("x", ["7", "ada", "5"]) == {"user": 1, "item": 0}
    for given, words in (({"user": "4", "item": "1"}, "has 3 columns"), ({"user": "1"}, "which column holds the item")):
        with pytest.raises(InteractionsError, match=words):
            EventColumns(given).places("x", ["7", "ada", "5"])


def test_a_word_of_another_language_counts_among_its_own_alone() -> None:
    assert "value" not in EventColumns().of(["user", "item", "note"])
    assert EventColumns().of(["client", "produit", "note"])["value"] == "note"


def test_of_several_columns_that_may_be_the_item_none_is_guessed() -> None:
    assert "item" not in EventColumns().of(["user_id", "shelf_id", "box_id"])
    assert EventColumns().of(["user_id", "shelf_id"])["item"] == "shelf_id"
    with pytest.raises(InteractionsError, match="names no column with the item") as caught:
        EventColumns().places("x", ["user_id", "shelf_id", "box_id"])
    assert "--map item=COLUMN" in caught.value.hint


def test_every_list_has_every_language_and_no_name_is_two_things() -> None:
    for name in ("columns", "times", "ratings", "kinds"):
        assert all(set(lists) == set(LANGUAGES) for lists in by_language(name).values())
    assert all(len(names) == 12 for names in by_language("times")["months"].values())
    assert not set(map(plain, names_of("user"))) & set(map(plain, names_of("item")))
    assert set(NEEDED) < set(WHATS)
    assert folded(" Été ") == "ete"
    assert is_missing(" NaN ")
