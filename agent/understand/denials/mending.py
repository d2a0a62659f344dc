"""A text with words of refusal spelled right, and where each place of it stands in the text as it was written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from agent.understand.denials.cues import APOSTROPHE, spelled
from agent.understand.spelling import Spelling
from agent.understand.tokens import flat

_LATIN = re.compile(r"[a-z]{4,14}")


class MendedText:
    """Flat text that is read in the place of another.

    Attributes:
        text: In lower case, without accents, with one kind of apostrophe, and with cues spelled right.
    """

    def __init__(self, text: str) -> None:
        low = flat(text).replace("'", APOSTROPHE)
        pieces, self._shifts, at = list[str](), list[tuple[int, int]](), 0
        for match in _LATIN.finditer(low):
            right = _spelling().mend(match[0])
            if right is not None and right not in low:
                pieces += [low[at : match.start()], right]
                at = match.end()
                self._shifts.append((sum(map(len, pieces)), at))
        self.text = "".join([*pieces, low[at:]])

    def place(self, at: int) -> int:
        """Where a place of the mended text stands in the text as it was written."""
        mended, written = next((shift for shift in reversed(self._shifts) if shift[0] <= at), (0, 0))
        return written + at - mended


@cache
def _spelling() -> Spelling:
    return Spelling(_words())


def _words() -> Iterable[str]:
    return spelled()


__all__ = ["MendedText"]
