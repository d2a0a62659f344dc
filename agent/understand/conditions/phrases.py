"""Patterns of phrases, made ready to be looked for in flat text."""

from __future__ import annotations

import re

from agent.understand.tokens import flat

_ACCENTED = re.compile(r"[^\x00-\x7f]")
NEVER = "(?!)"  # what a language without such words looks for


def compiled(pattern: str, before: str = "", behind: str = "") -> re.Pattern[str]:
    """A pattern as it is looked for: its letters without accents, as flat text has them.

    Args:
        pattern: Nothing is looked for where it is empty.
        before: Put before the pattern.
        behind: Put behind it.
    """
    return re.compile(f"{before}(?:{flattened(pattern) or NEVER}){behind}")


def flattened(pattern: str) -> str:
    """A pattern with its accents taken off, as flat text has them; all else stays, since it may be of the pattern."""
    return _ACCENTED.sub(lambda letter: flat(letter[0]) if letter[0].isalpha() else letter[0], pattern)


__all__ = ["NEVER", "compiled", "flattened"]
