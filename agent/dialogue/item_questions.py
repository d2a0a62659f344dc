"""Questions about items instead of for items: why one is shown, why another is not, how two compare."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agent.understand.conditions.amounts import chinese_number
from agent.understand.parsed import Reference
from agent.understand.references import pointed_at
from agent.understand.tokens import flat

AskedKind = Literal["why", "compare"]

_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5}
_WHY = re.compile(
    r"^(?:(?:but|and|so|ok|okay|well|please)[,\s]+)*(?:why\b|how come\b|what(?:'s| is) wrong with\b|explain\b"
    r"|(?:can|could) you explain\b)"
    r"|为什么|为何|为啥|怎么(?:没有?|不)|解释(?:一下)?"
)
_COMPARE = re.compile(
    r"\bcompare\b|\bdifferences? between\b|\bversus\b|\bvs\b"
    r"|\bhow (?:do|does|are|is)\b.*\b(?:differ|different|compare)\b"
    r"|比较(?:一下)?(?=第|前|这|那|它们)|对比|(?:有什么|有何)(?:不同|区别|差别)|(?:区别|差别)是什么"
)
_FIRST_FEW = re.compile(
    r"\bfirst\s+(?P<count>two|three|four|five|[2-9])\b|前(?P<chinese>[两二三四五2-9])[个件部张款幅]?"
)
_NOT = re.compile(r"\bnot\b|n't\b|不|没")
_THAT = re.compile(r"\b(?:it|this|that)(?: one)?\b|[这那][个件部张款幅]")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about items.

    Attributes:
        targets: The items of the list shown last that it points at; empty where it names some, or means all.
        refuses: Whether it asks why something is not so.
    """

    kind: AskedKind
    targets: tuple[Reference, ...]
    refuses: bool = False


def asked_about(text: str) -> Asked | None:
    """What a text asks about items; None where it asks nothing of the kind."""
    low = flat(text)
    if _COMPARE.search(low):
        return Asked("compare", tuple(_targets(low)))
    if _WHY.search(low):
        found = _targets(low)
        if not found and (match := _THAT.search(low)):
            found = [Reference("last", "like", match[0])]
        return Asked("why", tuple(found), _NOT.search(low) is not None)
    return None


def _targets(low: str) -> Sequence[Reference]:
    few = _FIRST_FEW.search(low)
    if few is None:
        return list(pointed_at(low))
    count = few["count"] or few["chinese"]
    n = _COUNTS.get(count) or (int(count) if count.isdecimal() else int(chinese_number(count)))
    return [Reference(at, "like", few[0]) for at in range(1, n + 1)]


__all__ = ["Asked", "asked_about"]
