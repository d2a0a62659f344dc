"""Yes and no in five languages."""

from __future__ import annotations

from retrieval.spelling.grammar import folded, words


def truth_of(text: str) -> bool | None:
    """Whether a cell says yes or no; None where it says something else. `1` and `0` do where their column is such."""
    low = folded(text)
    if low == "1" or low in words("affirmed"):
        return True
    return False if low == "0" or low in words("denied") else None
