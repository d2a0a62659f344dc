"""What has happened lately: what people asked, what was asked in vain, what they did, what was and was not shown."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from agent.language.beside import MAY_FIT
from retrieval.items import Item
from retrieval.storage.exchanges import StoredExchange
from retrieval.storage.store import Store

DAYS = 30
MOST_LINES = 20  # of a list on the page; the export holds all
CLICKS, SAVES = frozenset({"click", "view", "cart", "purchase"}), frozenset({"save", "like"})


@dataclass(frozen=True, slots=True)
class WishCount:
    """A wish in the words it was asked in last.

    Attributes:
        n: How often it was asked.
        in_vain: How often nothing in the answer fitted it.
    """

    text: str
    n: int
    in_vain: int


@dataclass(frozen=True, slots=True)
class ShownCount:
    """An item, and in how many answers it stood."""

    item_id: str
    title: str
    n: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """What happened on a day: wishes, clicks (also views, baskets and purchases), and saves (also likes)."""

    day: date
    wishes: int
    clicks: int
    saves: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What has happened since a day, today included.

    Attributes:
        n_people: How many have asked.
        wishes: The most frequent first.
        in_vain: Those of them that nothing fitted, the most frequent first.
        days: Every day, the oldest first.
        shown: The most shown item first.
        never: Items that stood in no answer.
    """

    since: date
    n_people: int
    wishes: tuple[WishCount, ...] = ()
    in_vain: tuple[WishCount, ...] = ()
    days: tuple[DayCount, ...] = ()
    shown: tuple[ShownCount, ...] = ()
    never: tuple[ShownCount, ...] = ()


@dataclass(slots=True)
class _ExchangeTally:
    """Counts over exchanges."""

    people: set[str] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    in_vain: Counter[str] = field(default_factory=Counter)
    days: Counter[date] = field(default_factory=Counter)
    shown: Counter[str] = field(default_factory=Counter)

    def add(self, exchange: StoredExchange) -> None:
        body: Mapping[str, Any] = json.loads(exchange.body)
        cards: Mapping[str, Mapping[str, Any]] = body.get("cards") or {}
        self.people.add(exchange.user)
        self.days[_day(exchange.at_s)] += 1
        self.shown.update(cards.keys())
        text = " ".join(str((body.get("said") or {}).get("text", "")).split())
        if text:
            self.texts[text.casefold()] = text
            self.asked[text.casefold()] += 1
            self.in_vain[text.casefold()] += _is_in_vain(body, cards.values())

    def wishes(self) -> tuple[WishCount, ...]:
        return tuple(WishCount(self.texts[key], n, self.in_vain[key]) for key, n in self.asked.most_common())


def overview(store: Store, items: Sequence[Item], today: date, days: int = DAYS) -> Overview:
    """What has happened in so many days, of the conversations that are kept.

    Args:
        items: Of the catalog.
        days: Today included.
    """
    since = today - timedelta(days=days - 1)
    start_s = datetime(since.year, since.month, since.day, tzinfo=UTC).timestamp()
    tally = _ExchangeTally()
    for exchange in store.exchanges_since(start_s):
        tally.add(exchange)
    wishes = tally.wishes()
    counts = [ShownCount(item.id, item.title, tally.shown[item.id]) for item in items]
    return Overview(
        since,
        len(tally.people),
        wishes,
        tuple(sorted((wish for wish in wishes if wish.in_vain), key=lambda wish: -wish.in_vain)),
        tuple(_days(since, days, tally.days, store.events_by_day(start_s))),
        tuple(sorted((count for count in counts if count.n), key=lambda count: -count.n)),
        tuple(count for count in counts if not count.n),
    )


def as_csv(seen: Overview) -> str:
    """An overview as a table with the columns what, name, count, of which in vain."""
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow(("what", "name", "count", "in vain"))
    rows.writerows(("wish", _cell(wish.text), wish.n, wish.in_vain) for wish in seen.wishes)
    for what in ("wishes", "clicks", "saves"):
        rows.writerows((what, day.day.isoformat(), getattr(day, what), "") for day in seen.days)
    rows.writerows(("shown", _cell(shown.item_id), shown.n, "") for shown in (*seen.shown, *seen.never))
    return file.getvalue()


def _cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _day(at_s: float) -> date:
    return datetime.fromtimestamp(at_s, UTC).date()


def _is_in_vain(body: Mapping[str, Any], cards: Iterable[Mapping[str, Any]]) -> bool:
    """Whether items were asked for and none came that may fit; talk is not in vain."""
    fits = [card.get("fit") for card in cards]
    if not fits:
        return bool(body.get("request")) and not (body.get("answer") or {}).get("choices")
    return all(fit is not None and fit < MAY_FIT for fit in fits)


def _days(
    since: date, n: int, wishes: Mapping[date, int], events: Iterable[tuple[str, str, int]]
) -> Iterator[DayCount]:
    clicks, saves = Counter[str](), Counter[str]()
    for on, kind, count in events:
        (clicks if kind in CLICKS else saves if kind in SAVES else Counter[str]())[on] += count
    for day in (since + timedelta(days=at) for at in range(n)):
        yield DayCount(day, wishes[day], clicks[day.isoformat()], saves[day.isoformat()])


__all__ = ["DAYS", "DayCount", "Overview", "ShownCount", "WishCount", "as_csv", "overview"]
