"""Pointing: the numbers of the items shown last that a turn is about.

In this order: places in the list (`the second`), names (`the axe`), the list as a whole (`which of these`), the item
that was spoken of last (`it`, and a question that names nothing).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from agent.dialogue.shown_names import ShownNames
from agent.language.patterns import patterns
from agent.understand.pointing import (
    asks_which,
    counts_two,
    means_one,
    means_others,
    places,
    places_within,
    puts_beside,
    tells_all,
)
from agent.understand.spelling import mended
from agent.understand.tokens import flat

_WORDS = patterns("agent.dialogue", "pointing")
_DECISION = re.compile(
    rf"\W*(?:(?:{_WORDS.words('before choice')})\W*)*\|\W*(?:(?:{_WORDS.words('behind choice')})\W*)*"
)


def pointed_numbers(
    text: str,
    names: ShownNames,
    focus: int | None = None,
    *,
    freely: bool,
    also: Sequence[int] = (),
    pair: Sequence[int] = (),
) -> tuple[int, ...]:
    """The numbers of the items shown last that a turn points at, in the order it does.

    Args:
        names: Of the items shown last.
        focus: The number of the item spoken of last.
        freely: Whether the turn asks about what is shown, or judges it; else it asks for things, and points at less.
        also: Numbers of items that it names anyway, by their whole titles.
        pair: Numbers of the two items spoken of last, which `both` means; else the first two.
    """
    if not len(names):
        return ()
    explicit = tuple(dict.fromkeys((*numbers_named(text, names, freely=freely), *also)))
    low = spelled(text)
    if not freely:
        return explicit
    if explicit:
        beside = means_one(low) and puts_beside(low) and len(explicit) == 1
        return tuple(dict.fromkeys((focus or 1, *explicit))) if beside else explicit
    if focus and means_others(low):
        return tuple(number for number in range(1, len(names) + 1) if number != focus)
    if counts_two(low):
        return tuple(pair) or tuple(range(1, min(2, len(names)) + 1))
    if means_all(low):
        return tuple(range(1, len(names) + 1))
    if means_one(low):
        return (focus or 1,)
    return (focus,) if focus else ()


def numbers_named(text: str, names: ShownNames, *, freely: bool) -> tuple[int, ...]:
    """The numbers of the items that a turn points at by their place or their name."""
    low = spelled(text)
    found = places_within(low, len(names)) if freely else places(low)
    numbers = (number for place in found for number in place.numbers)
    told = [*_within(numbers, len(names)), *names.named(text, freely=freely)]
    return tuple(dict.fromkeys(told))


def means_all(low: str) -> bool:
    """Whether a flat text is about all that was shown: `any of these`, `which one`, `they`."""
    return tells_all(low) is not None or (asks_which(low) and not means_one(low))


def spelled(text: str) -> str:
    """The flat text to look for places in: slips are mended where nothing is pointed at without it."""
    low = flat(text)
    return low if any(True for _ in places(low)) else flat(mended(text))  # `secondo` is no slip of `second`


def chooses(text: str) -> bool:
    """Whether a turn does nothing but point at one place of the list, as who decides for it does."""
    low = spelled(text)
    found = places(low)
    return (
        len(found) == 1
        and "?" not in low
        and bool(_DECISION.fullmatch(f"{low[: found[0].start]}|{low[found[0].end :]}"))
    )


def _within(numbers: Iterable[int], n_shown: int) -> Iterator[int]:
    """Numbers of a list of this length, counted from its first item."""
    for number in numbers:
        counted = number if number > 0 else n_shown + 1 + number if number else (n_shown + 1) // 2
        if 0 < counted <= n_shown:
            yield counted


__all__ = ["chooses", "means_all", "numbers_named", "pointed_numbers", "spelled"]
