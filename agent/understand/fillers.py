"""What people say around a wish: it asks for nothing, and would be searched for like any other words."""

from __future__ import annotations

import re

from agent.language.patterns import patterns

_FILLERS = re.compile(patterns("agent.understand", "fillers")["fillers"], re.IGNORECASE)


def without_fillers(text: str) -> str:
    """`text` without what is said around a wish: `I love Heat, anything like it` becomes `Heat, like it`."""
    before = None
    while before != text:  # what stands around a wish may itself stand within something: `hi, can you show me a lamp`
        before, text = text, " ".join(_FILLERS.sub(" ", text).split())
    return text


__all__ = ["without_fillers"]
