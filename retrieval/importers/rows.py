"""A row of a file, whatever its format, becomes an event, or a reason why it is none."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from retrieval.catalog.problems import RowRefused, shown
from retrieval.importers.customs import Customs
from retrieval.importers.ratings import rating_of
from retrieval.importers.times import DayOrderUnknown, seconds
from retrieval.importers.words import by_language, folded, is_missing
from retrieval.interactions import KINDS, Interaction, InteractionKind, unseen_character

Row = Mapping[str, object]
Rows = Iterator[tuple[int, Row | RowRefused]]
"""Each row with its line, from 1; its keys are `user`, `item`, `value`, `kind`, `time`, as far as the file has them."""

MAX_ID_CHARS = 512
_DAY_S = 86_400.0
PLAIN = Customs()


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """An event, and what had to be left out of it.

    Attributes:
        flaw: Why it has no time though the row gives one; None when nothing is wrong.
        unrated: The value by which the row says that there is no rating; None where it gives one, or nothing.
    """

    event: Interaction
    flaw: str | None = None
    unrated: float | None = None


def event_of(row: Row, now_s: float, customs: Customs = PLAIN) -> ReadEvent:
    """The event a row tells of.

    Args:
        now_s: The present, in seconds since 1970; later times are not believed.
        customs: What the cells of its file mean.

    Raises:
        RowRefused: the row does not say who, or what with, or says it in a way that cannot be read.
    """
    given = None if customs.counts else _value(row.get("value"))
    value = None if given in customs.unrated else given
    unrated = given if value is None else None
    rated = "value" in row and not customs.counts and unrated is None
    kind = _kind(row.get("kind"), "rating" if rated else customs.kind)
    if kind == "rating" and unrated is not None:
        kind = "view"
    at_s, flaw = _moment(row.get("time"), now_s, customs)
    user, item = (_id(row, what, whole=what in customs.whole) for what in ("user", "item"))
    return ReadEvent(Interaction(user, item, kind, value if kind == "rating" else None, at_s), flaw, unrated)


def _id(row: Row, what: str, *, whole: bool) -> str:
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
    if is_missing(text):
        raise RowRefused(f"no {what}", f"The {what} is {shown(value)}.", f"Give every row the id of its {what}.")
    return text.partition(".")[0] if whole else text


def _value(value: object) -> float | None:
    try:
        return rating_of(value)
    except (ValueError, OverflowError) as error:
        raise RowRefused("bad rating", f"The rating is {shown(value)}.", "Give a number, or leave it empty.") from error


def _kind(value: object, otherwise: InteractionKind) -> InteractionKind:
    if value is None or is_missing(str(value)):
        return otherwise
    kind = _kinds().get(_plain(str(value)))
    if kind is None:
        raise RowRefused("unknown kind", f"The kind of event is {shown(value)}.", f"Known are {', '.join(KINDS)}.")
    return kind


@cache
def _kinds() -> Mapping[str, InteractionKind]:
    known: dict[str, InteractionKind] = {kind: kind for kind in KINDS}
    for kind in KINDS:
        known |= {_plain(name): kind for names in by_language("kinds")[kind].values() for name in names}
    return known


def _plain(name: str) -> str:
    return "".join(character for character in folded(name[:100]) if character.isalnum())


def _moment(value: object, now_s: float, customs: Customs) -> tuple[float | None, str | None]:
    """Seconds since 1970 where they can be told and are not to come, and else why not."""
    if value is None or (isinstance(value, str) and is_missing(value)):
        return None, None
    try:
        at_s = seconds(value, customs.order)
    except DayOrderUnknown:
        return None, "day and month cannot be told apart"
    except (ValueError, OverflowError):
        return None, "unreadable time"
    if not math.isfinite(at_s):
        return None, "unreadable time"
    # a day's grace for clocks and time zones
    return (None, "time in the future") if at_s > now_s + _DAY_S else (at_s, None)
