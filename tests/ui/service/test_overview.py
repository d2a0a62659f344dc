"""The overview: counted of conversations that are kept and of what people did, and of nothing else."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from retrieval.interactions import Interaction
from retrieval.items import Item
from retrieval.storage.exchanges import StoredExchange
from retrieval.storage.store import Store
from ui.service.overview import ShownCount, WishCount, as_csv, overview

TODAY = date(2030, 5, 10)
NOON_S = datetime(2030, 5, 10, 12, tzinfo=UTC).timestamp()
DAY_S = 86_400.0
ITEMS = tuple(Item(id=id, title=f"Thing {id}") for id in "ABC")


def exchange(
    text: str, user: str = "ada", at_s: float = NOON_S, fits: dict[str, float | None] | None = None
) -> StoredExchange:
    cards = {id: {"fit": fit} for id, fit in ({"A": 0.9} if fits is None else fits).items()}
    body = {"said": {"text": text}, "request": {"text": text}, "cards": cards, "answer": {"choices": []}, "marks": {}}
    return StoredExchange(user, text, at_s, json.dumps(body))


def stored(folder: Path, *exchanges: StoredExchange, events: tuple[Interaction, ...] = ()) -> Store:
    store = Store.open(folder / "t.db")
    for number, kept in enumerate(exchanges):
        store.put_exchange(f"talk {number}", 1, kept)
    store.put_interactions(events)
    return store


def test_wishes_are_counted_however_they_are_spelled(tmp_path: Path) -> None:
    exchanges = [exchange("a red lamp"), exchange("A  red Lamp", "bob"), exchange("a boat", fits={})]
    with stored(tmp_path, *exchanges) as store:
        seen = overview(store, ITEMS, TODAY)
    assert seen.wishes == (WishCount("A red Lamp", 2, 0), WishCount("a boat", 1, 1))
    assert seen.in_vain == (WishCount("a boat", 1, 1),)
    assert seen.n_people == 2


def test_what_comes_near_nothing_was_asked_in_vain(tmp_path: Path) -> None:
    exchanges = [
        exchange("a boat", fits={"A": 0.01, "B": 0.0}),
        exchange("a lamp", fits={"A": 0.01, "B": 0.3}),
        exchange("like this picture", fits={"A": None}),
    ]
    with stored(tmp_path, *exchanges) as store:
        assert [wish.text for wish in overview(store, ITEMS, TODAY).in_vain] == ["a boat"]


def test_items_are_counted_by_the_answers_they_stood_in(tmp_path: Path) -> None:
    with stored(
        tmp_path, exchange("x", fits={"B": 1.0, "gone": 1.0}), exchange("y", fits={"B": 1.0, "A": 1.0})
    ) as store:
        seen = overview(store, ITEMS, TODAY)
    assert seen.shown == (ShownCount("B", "Thing B", 2), ShownCount("A", "Thing A", 1))
    assert seen.never == (ShownCount("C", "Thing C", 0),)


def test_days_count_what_happened_on_them(tmp_path: Path) -> None:
    events = (
        Interaction("ada", "A", "click", None, NOON_S),
        Interaction("ada", "A", "save", None, NOON_S - DAY_S),
        Interaction("ada", "A", "dislike", None, NOON_S),
        Interaction("ada", "A", "like", None, NOON_S - 40 * DAY_S),
    )
    with stored(tmp_path, exchange("x"), exchange("y", at_s=NOON_S - 2 * DAY_S), events=events) as store:
        days = overview(store, ITEMS, TODAY, days=3).days
    assert [(day.day.day, day.wishes, day.clicks, day.saves) for day in days] == [
        (8, 1, 0, 0),
        (9, 0, 0, 1),
        (10, 1, 1, 0),
    ]


def test_what_was_long_ago_is_left_out(tmp_path: Path) -> None:
    with stored(tmp_path, exchange("x", at_s=NOON_S - 31 * DAY_S)) as store:
        assert overview(store, ITEMS, TODAY).wishes == ()


def test_of_who_is_forgotten_nothing_is_counted(tmp_path: Path) -> None:
    with stored(tmp_path, exchange("x", "ada"), exchange("y", "bob")) as store:
        store.delete_user("ada")
        assert [wish.text for wish in overview(store, ITEMS, TODAY).wishes] == ["y"]


@given(st.text(max_size=20))
def test_no_cell_of_the_export_is_a_formula(text: str) -> None:
    from ui.service.overview import Overview

    rows = list(csv.reader(io.StringIO(as_csv(Overview(TODAY, 1, (WishCount(text, 1, 0),))))))
    assert rows[1][1][:1] not in ("=", "+", "-", "@", "\t", "\r")
