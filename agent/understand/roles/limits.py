"""Amounts that say what several things may cost, together or each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from agent.understand.conditions.amounts import Amount, amounts
from agent.understand.phrases import PhraseBook

_EDGE = r"[\s,，、:]*"
_NUMBER = r"[0-9]+(?![0-9])"
_BEFORE = ("total", "limit", "weak limit", "each")
_AFTER = ("total", "limit behind", "currency", "each")


@dataclass(frozen=True, slots=True)
class SpendingLimit:
    """An amount of money with the words around it.

    Attributes:
        amount: What it limits to.
        currency: Its code, where one is named.
        start: Where its words begin, in characters.
        end: Where they end.
        total: Whether they say that it is for all.
        each: Whether they say that it is for each.
    """

    amount: float
    currency: str | None
    start: int
    end: int
    total: bool
    each: bool


def spending_limits(low: str, phrases: PhraseBook) -> list[SpendingLimit]:
    """The amounts that limit what things may cost, from left to right; the ends of a range are one, its upper end."""
    limits = list[SpendingLimit]()
    for limit in _limits(low, phrases):
        if limits and limit.start < limits[-1].end:
            limits[-1] = _joined(limits[-1], limit)
        else:
            limits.append(limit)
    return _with_distant_total(low, limits, phrases)


def _limits(low: str, phrases: PhraseBook) -> Iterator[SpendingLimit]:
    for amount in amounts(low):
        if amount.unit is None:
            limit = _limit(low, amount, phrases)
            if limit is not None:
                yield limit


def _limit(low: str, amount: Amount, phrases: PhraseBook) -> SpendingLimit | None:
    """The limit that the words around an amount make of it; None where they make none."""
    before, behind = low[: amount.start], low[amount.end :]
    around = _around(phrases, *_BEFORE, "small")
    start = _first(around.search(before), before, phrases)
    if phrases.regex("no role").match(low, amount.start):
        return None  # `3 kids`, `30 min tops in total`
    behind_words = _behind(phrases).match(behind)
    end = amount.end + _last(behind_words, behind, phrases)
    words = f"{low[start : amount.start]} \1 {low[amount.end : end]}"
    says_total = bool(phrases.regex("total").search(words))
    money = amount.currency is not None or bool(phrases.regex("currency", before=r"^\s*").search(behind))
    bounded = bool(phrases.regex("limit").search(words) or phrases.regex("limit behind").search(words))
    # `For two`, `around the house`: a weak word alone makes no limit of a number.
    if not (says_total or money or bounded):
        return None
    each = bool(phrases.regex("each").search(words))
    return SpendingLimit(amount.value, amount.currency, start, end, says_total and not each, each)


def _around(phrases: PhraseBook, *names: str) -> re.Pattern[str]:
    """Words before an amount up to it."""
    words = "|".join(phrases.source(name) for name in names)
    return re.compile(rf"(?:(?:{words}|{_NUMBER}){_EDGE})+$")


def _behind(phrases: PhraseBook) -> re.Pattern[str]:
    """Words behind an amount."""
    words = "|".join(phrases.source(name) for name in (*_AFTER, "small"))
    return re.compile(rf"(?:{_EDGE}(?:{words}|{_NUMBER}))+")


def _first(around: re.Match[str] | None, before: str, phrases: PhraseBook) -> int:
    """Where the first word stands that limits, of the words before an amount."""
    if around is None:
        return len(before)
    places = [match.start() for name in _BEFORE if (match := phrases.regex(name).search(before, around.start()))]
    return min(places, default=len(before))


def _last(around: re.Match[str] | None, behind: str, phrases: PhraseBook) -> int:
    """Where the last word ends that limits, of the words behind an amount."""
    if around is None:
        return 0
    text = behind[: around.end()]
    return max((match.end() for name in _AFTER for match in phrases.regex(name).finditer(text)), default=0)


def _joined(limit: SpendingLimit, other: SpendingLimit) -> SpendingLimit:
    return SpendingLimit(
        max(limit.amount, other.amount),
        limit.currency or other.currency,
        limit.start,
        max(limit.end, other.end),
        limit.total or other.total,
        limit.each or other.each,
    )


def _with_distant_total(low: str, limits: Sequence[SpendingLimit], phrases: PhraseBook) -> list[SpendingLimit]:
    """The limits; a word for all that stands apart from the only one is said of it as well."""
    if len(limits) == 1 and not limits[0].each and phrases.regex("total").search(low):
        return [replace(limits[0], total=True)]
    return list(limits)


__all__ = ["SpendingLimit", "spending_limits"]
