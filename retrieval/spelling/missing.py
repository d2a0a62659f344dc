"""What stands in cells for nothing: `N/A`, `-`, `null`, `(no genres listed)`."""

from __future__ import annotations

from functools import cache

from retrieval.spelling.grammar import folded, words

_LONGEST = 24  # characters


def is_missing(text: str) -> bool:
    """Whether a cell says that there is nothing."""
    # the hot path: every cell comes by here, and hardly any begins so
    return 0 < len(text) <= _LONGEST and text[0] in _beginnings() and folded(text) in words("missing")


@cache
def _beginnings() -> frozenset[str]:
    letters = {word[0] for word in words("missing")}
    return frozenset(letters | {letter.upper() for letter in letters} | set(" \t\n\u00a0"))
