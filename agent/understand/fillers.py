"""What people say around a wish: it asks for nothing, and would be searched for like any other words."""

from __future__ import annotations

import re

_WHO = r"(?:i|we|you|he|she|they|my (?:\w+))"
_HOW = (
    r"(?:['’](?:ve|d|m|re)"
    r"|\s+(?:have|had|has|would|do|did|also|really|just|absolutely|always|am|are|was|were|been))*"
)
_DOES = (
    r"(?:lov(?:e|ed|es)|lik(?:e|ed|es)|enjoy(?:ed|s)?|ador(?:e|ed|es)|want(?:ed|s)?|need(?:ed|s)?|prefer(?:red|s)?"
    r"|watch(?:ed)?|seen|saw|looking for|searching for|think|thought|hope)"
)
_FILLERS = re.compile(
    rf"\b{_WHO}{_HOW}\s+{_DOES}\b"
    rf"|\b(?:have|had|did|do)\s+you\s+(?:ever\s+)?{_DOES}\b"
    r"|\b(?:can|could|would|will)\s+you\s+(?:please\s+)?(?:recommend|suggest|find|show|tell)(?:\s+me)?\b"
    r"|\b(?:recommend|suggest|show|find|give)\s+me\b"
    r"|\b(?:anything|something|please|thanks|thank\s+you|hello|hi)\b",
    re.IGNORECASE,
)


def without_fillers(text: str) -> str:
    """`text` without what is said around a wish: `I love Heat, anything like it` becomes `Heat, like it`."""
    return " ".join(_FILLERS.sub(" ", text).split())


__all__ = ["without_fillers"]
