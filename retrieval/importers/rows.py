"""A row of a file, whatever its format, becomes an event, or a reason why it is none."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from retrieval.catalog.problems import RowRefused, shown
from retrieval.interactions import KINDS, Interaction, InteractionKind, unseen_character
from retrieval.text.values import parse_number

Row = Mapping[str, object]
Rows = Iterator[tuple[int, Row | RowRefused]]
"""Each row with its line, from 1; its keys are `user`, `item`, `value`, `kind`, `time`, as far as the file has them."""

MAX_ID_CHARS = 512
_MILLISECONDS, _MICROSECONDS, _NANOSECONDS = 1e11, 1e14, 1e17  # a time in seconds reaches the first in the year 5138
_DAY_S = 86_400.0

# Names that columns go by, in the order in which they are looked for.
COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "user": ("user", "user_id", "userid", "uid", "visitorid", "customer_id", "reviewerid", "person"),
        "item": (
            "item",
            "item_id",
            "itemid",
            "iid",
            "parent_asin",
            "asin",
            "movieid",
            "movie_id",
            "product_id",
            "productid",
        ),
        "value": ("rating", "value", "score", "stars", "overall"),
        "kind": ("kind", "event", "event_type", "action", "behavior", "behaviour", "type"),
        "time": ("timestamp", "time", "at", "at_s", "date", "datetime", "unixreviewtime", "created_at", "ts"),
    }
)
_SYNONYMS: Mapping[str, InteractionKind] = MappingProxyType(
    {
        "rate": "rating",
        "review": "rating",
        "liked": "like",
        "thumbs_up": "like",
        "disliked": "dislike",
        "thumbs_down": "dislike",
        "viewed": "view",
        "pv": "view",
        "watch": "view",
        "play": "view",
        "listen": "view",
        "clicked": "click",
        "add_to_cart": "cart",
        "addtocart": "cart",
        "buy": "purchase",
        "order": "purchase",
        "transaction": "purchase",
        "fav": "save",
        "favourite": "save",
        "favorite": "save",
        "bookmark": "save",
        "wishlist": "save",
        "skip": "hide",
    }
)


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """An event, and what had to be left out of it.

    Attributes:
        flaw: Why it has no time though the row gives one; None when nothing is wrong.
    """

    event: Interaction
    flaw: str | None = None


def columns_of(names: Mapping[str, str]) -> dict[str, str]:
    """Which column holds what: by `user`, `item`, ... the name the file uses.

    Args:
        names: By folded name the name as the file spells it.
    """
    columns = {}
    for what, candidates in COLUMNS.items():
        name = next((names[candidate] for candidate in candidates if candidate in names), None)
        if name is not None:
            columns[what] = name
    return columns


def event_of(row: Row, now_s: float) -> ReadEvent:
    """The event a row tells of.

    Args:
        now_s: The present, in seconds since 1970; later times are not believed.

    Raises:
        RowRefused: the row does not say who, or what with, or says it in a way that cannot be read.
    """
    value = _value(row.get("value"))
    kind = _kind(row.get("kind"), "rating" if "value" in row else "view")
    at_s, flaw = _moment(row.get("time"), now_s)
    event = Interaction(_id(row, "user"), _id(row, "item"), kind, value if kind == "rating" else None, at_s)
    return ReadEvent(event, flaw)


def _id(row: Row, what: str) -> str:
    value = row.get(what)
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a table that holds numbers only writes 7 as 7.0
    text = "" if value is None or isinstance(value, bool | float | list | dict) else str(value).strip()
    if len(text) > MAX_ID_CHARS:
        reason = f"The {what} has {len(text):,} characters, {text[:20]}…, and may have {MAX_ID_CHARS}."
        raise RowRefused(f"long {what}", reason, f"Give every {what} a shorter id.")
    # two names that look the same to people must not be two persons
    if what == "user" and unseen_character(text):
        raise RowRefused("bad user", f"The user {shown(value)} holds a control character.", "Leave it out of the name.")
    if not text:
        raise RowRefused(f"no {what}", f"The {what} is {shown(value)}.", f"Give every row the id of its {what}.")
    return text


def _value(value: object) -> float | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        number = float(value) if isinstance(value, int | float) else parse_number(str(value).strip())
    except (ValueError, OverflowError) as error:
        raise RowRefused("bad rating", f"The rating is {shown(value)}.", "Give a number.") from error
    if not math.isfinite(number):
        raise RowRefused("bad rating", f"The rating is {shown(value)}.", "Give a finite number, or leave it empty.")
    return number


def _kind(value: object, otherwise: InteractionKind) -> InteractionKind:
    if value is None or value == "":
        return otherwise
    name = str(value).strip().lower().replace(" ", "_").replace("-", "_")
    kind = next((known for known in KINDS if known == name), _SYNONYMS.get(name))
    if kind is None:
        raise RowRefused("unknown kind", f"The kind of event is {shown(value)}.", f"Known are {', '.join(KINDS)}.")
    return kind


def _moment(value: object, now_s: float) -> tuple[float | None, str | None]:
    """Seconds since 1970 where they can be told and are not to come, and else why not."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None, None
    try:
        at_s = _seconds(value)
    except (ValueError, OverflowError):
        return None, "unreadable time"
    if not math.isfinite(at_s):
        return None, "unreadable time"
    # a day's grace for clocks and time zones
    return (None, "time in the future") if at_s > now_s + _DAY_S else (at_s, None)


def _seconds(value: object) -> float:
    if isinstance(value, str):
        try:
            number = parse_number(value.strip())
        except ValueError:
            moment = datetime.fromisoformat(value.strip())
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    elif isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value)
    else:
        raise ValueError(value)
    for limit, parts in ((_NANOSECONDS, 1e9), (_MICROSECONDS, 1e6), (_MILLISECONDS, 1e3)):
        if number >= limit:
            return number / parts
    return number
