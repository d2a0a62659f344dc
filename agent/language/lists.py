"""Lists in plain English."""

from __future__ import annotations

from collections.abc import Sequence


def listed(names: Sequence[str]) -> str:
    """Names as one would say them: `red`, `red and white`, `red, white and blue`; empty for none."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


__all__ = ["listed"]
