"""Names of works within a request: nothing in them states a wish."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.language.patterns import patterns

_SMALL = rf"(?:(?:{patterns('agent.understand', 'titles')['small']})\s+)*"
_WORD = r"[A-Z0-9][\w'’:.&-]*"
_DATED = re.compile(rf"(?:{_WORD}\s+{_SMALL})*{_WORD}\s*\((?:1[5-9]|20)[0-9]{{2}}\)")
_QUOTED = re.compile(r"“[^”]{2,80}”|《[^》]{1,40}》|「[^」]{1,40}」|(?<!\w)\"[^\"]{2,80}\"(?!\w)")


def titles(text: str) -> Iterator[tuple[int, int]]:
    """Where a text quotes, or names a work with its year, as in `30 Minutes or Less (2011)`."""
    for pattern in (_DATED, _QUOTED):
        for match in pattern.finditer(text):
            yield match.span()


__all__ = ["titles"]
