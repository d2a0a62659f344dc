"""A text with words of refusal spelled right and in full, and where each place of it stands in it as it was written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from agent.understand.denials.cues import APOSTROPHE, shorthand, spelled
from agent.understand.spelling import Spelling
from agent.understand.tokens import flat

_LATIN = re.compile(r"[a-z]{4,14}")
_DOUBLED = re.compile(
    r"(?<!\w)(?:like )?(?!like )([^\W\d_]{3,})(?:[ -]\1)+(?!\w)"
)  # `scary scary`, `not like gore gore`


class MendedText:
    """Flat text that is read in the place of another.

    Attributes:
        text: In lower case, without accents, with one kind of apostrophe, with cues spelled right, shorthand written
            out, and a doubled word written once.
    """

    def __init__(self, text: str) -> None:
        low = flat(text).replace("'", APOSTROPHE)
        pieces, self._shifts, at = list[str](), list[tuple[int, int]](), 0
        for start, end, right in sorted(_edits(low)):
            if start >= at:
                pieces += [low[at:start], right]
                at = end
                self._shifts.append((sum(map(len, pieces)), at))
        self.text = "".join([*pieces, low[at:]])

    def place(self, at: int) -> int:
        """Where a place of the mended text stands in the text as it was written."""
        mended, written = next((shift for shift in reversed(self._shifts) if shift[0] <= at), (0, 0))
        return written + at - mended


def _edits(low: str) -> Iterator[tuple[int, int, str]]:
    """What is to be written in the place of which stretches of a text."""
    for match in _DOUBLED.finditer(low):
        yield *match.span(), match[1]
    for right, pattern in shorthand():
        yield from ((*match.span(), right) for match in pattern.finditer(low))
    for match in _LATIN.finditer(low):
        right_word = _spelling().mend(match[0])
        if right_word is not None and right_word not in low:
            yield *match.span(), right_word


@cache
def _spelling() -> Spelling:
    return Spelling(_words())


def _words() -> Iterable[str]:
    return spelled()


__all__ = ["MendedText"]
