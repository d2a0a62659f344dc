"""The words that make a value a must-have or a must-not, in English and Chinese.

`A red chair` is a wish; `in red`, `only red`, `made of oak`, `by Monet`, `no leather` say plainly what must be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Polarity = Literal["must", "not"]
ANY: tuple[str, ...] = ()

WINDOW = 40  # characters before a value in which its mark stands

_NOT_EN = (
    r"no|not|without|except(?: for)?|excluding|avoid(?:ing)?|neither|nor|minus|anything but|everything but"
    r"|all but|other than|apart from"
    r"|(?:do not|don't|dont|does not|doesn't|didn't) (?:want|like|need|have|be|use|contain)"
    r"|hates?|dislikes?|can't stand|cannot stand|allergic to|free of|free from|nothing|none|isn't|aren't|not a fan of"
    r"|rather than|instead of|non|!=|≠|<>"
)
_NOT_ZH = (
    r"也?不(?:要|想要|含|带|是|喜欢|用|能有|能是|吃|看|想看|需要|选|考虑)(?!紧|求)"
    r"|(?<![特分区差个性级类])别(?:要|用|有|选|是|给我)?(?:推荐|看|来)?(?!的)"
    r"|没有|讨厌|避免|拒绝|除了|除去|除|排除|非|无(?!所谓|论)|忌"
)
# Small words between the mark and the value.
_FILL_EN = (
    r"(?:(?:a|an|the|any|another|more|much|too much|in|by|with|from|made|of|out|using|use|contains?|containing"
    r"|something|anything|things?|painted|directed|be|is|it|style|brand|films?|movies?|paintings?|works?|colou?rs?|material|please"
    r"|all|those|these|have|has|having)\s+)*"
)
_FILL_ZH = r"(?:任何|用|有|是|带|含有?|太多|那种|这种|的|颜色|材质|\s)*"
# `no chairs in red`: a thing, and then what it must not be.
_THING = r"(?:[a-z]+s?\s+(?:in|by|with|from|made of|made from)\s+(?:a\s+|the\s+)?)?"

NOT = re.compile(rf"(?:(?<![a-z'])(?:{_NOT_EN})[\s-]+{_FILL_EN}{_THING}|(?:{_NOT_ZH}){_FILL_ZH}|(?:!=|≠|<>)\s*)$")
NOT_AFTER = re.compile(r"[\s-]+free\b|\s*(?:免谈|就算了|不要|除外|不行)")
# Words that look like a refusal and are none.
_NO_REFUSAL = re.compile(
    r"(?:not (?:only|just|necessarily|sure|certain)|no (?:problem|matter|preference)|why not|mind|不一定要?|不只|不仅"
    r"|没有特别)[\w\s]*$"
)
PERMITTED = re.compile(
    r"\s*(?:[a-z]+\s+)?(?:is|are|would be|works?)\s+(?:also\s+|just\s+)?"
    r"(?:fine|ok|okay|good too|alright|welcome|acceptable|great too|too)\b"
    r"|\s*(?:的)?(?:也行|也可以|也好|也不错|无所谓|都可以|都行)"
)
STILL_WANTED = re.compile(r"[^。！？.!?]{0,6}(?:还要|也要)")

_ONLY = (
    r"only|exclusively|nothing but|must be|has to be|have to be|must have|has to have|should be|needs? to be|it must be"
    r"|only in|strictly|definitely in"
)
_ONLY_ZH = r"只要|只看|只想要|只想看|只限|仅限|只能是|必须要?(?:是|为|有)?|(?<!不)一定(?:要|得)(?:是|有)?|就要"
_A = r"(?:a\s+|an\s+|the\s+)?"


@dataclass(frozen=True, slots=True)
class Mark:
    """Words before or behind a value that make it a must-have.

    Attributes:
        pattern: The words; they end at the value where they stand before it, and begin there else.
        roles: What the value's field must be about; empty for any.
    """

    pattern: re.Pattern[str]
    roles: tuple[str, ...] = ANY


def _before(words: str, *roles: str) -> Mark:
    return Mark(re.compile(rf"(?:{words})$"), roles)


BEFORE: tuple[Mark, ...] = (
    _before(rf"\b(?:{_ONLY})\s+{_A}"),
    _before(rf"(?:{_ONLY_ZH})(?:用|是|有)?\s*"),
    _before(rf"\b(?:in|comes in|available in)\s+{_A}", "colour", "material", "size", "language"),
    _before(
        r"\b(?:made|crafted|built|woven|carved|cast|painted|done)\s+(?:out\s+)?(?:of|from|in|on|with)\s+(?:real\s+|solid\s+|pure\s+)?",
        "material",
    ),
    _before(r"\b(?:out of|of solid|in solid)\s+", "material"),
    _before(
        rf"\b(?:by|directed by|painted by|drawn by|sculpted by|designed by|written by|films? of"
        rf"|works? of|from the brand)\s+{_A}",
        "maker",
    ),
    _before(rf"\b(?:from|made in|produced in|shot in|originally from)\s+{_A}", "origin", "maker", "category"),
    _before(r"\b(?:starring|featuring|with|and starring)\s+", "cast"),
    _before(r"来自\s*", "origin", "maker"),
    _before(r"(?:产自|产于)\s*", "origin"),
)


def _after(words: str, *roles: str) -> Mark:
    return Mark(re.compile(rf"(?:{words})"), roles)


AFTER: tuple[Mark, ...] = (
    _after(r"\s+(?:ones?\s+)?only\b(?!\s+(?:in|by|from|with|if|when|on)\b)"),
    _after(r"\s+brand\b", "maker"),
    _after(r"(?:做的?|制成的?|制的|材质的?|制作的|打造的)", "material"),
    _after(r"(?:制造的?|生产的?|产的?|出产的?|原产)", "origin"),
    _after(r"\s*(?:牌子?的?|品牌的?|家的|导演的?|执导的?|画的|拍的|绘制的|的作品|的画|的电影|的片子|创作的)", "maker"),
    _after(r"(?:的作品|的电影)", "origin"),
    _after(r"(?:主演的?|出演的?|演的)", "cast"),
    _after(r"码的?", "size"),
)
_NEGATED = re.compile(r"(?:\bnot|n't|\bnever|\bno)\s+$|不$")
SAID = re.compile(r"\s*(?:is|are|should be|must be|has to be|=|==|:|要|是|为|选|必须是)\s*(?:a\s+|the\s+)?")
NAMED = re.compile(
    r"\s*(?:(?:is|are|should be|must be|has to be|=|==|:|of|in)\s*|要|是|为|选|必须是)*\s*(?:a\s+|the\s+)?"
)
JOIN = re.compile(
    r"\s*(?:,|、|/|\bor\b|\band\b|\bnor\b|,\s*(?:or|and|nor)\b|和|或者?|以及|跟|与)\s*(?:(?:any|also|in|by|a|an|the|from)\s+){0,2}"
)
ALL_OF = re.compile(r"\band\b|和|以及|跟|与")


def refused(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where a value at `start` to `end` is refused: the stretch from the mark to the end of the value."""
    left = text[max(0, start - WINDOW) : start]
    match = NOT.search(left)
    if match and not _NO_REFUSAL.search(left):
        return max(0, start - WINDOW) + match.start(), end
    after = NOT_AFTER.match(text, end)
    return (start, after.end()) if after else None


def demanded(text: str, start: int, end: int) -> Iterator[tuple[int, int, Sequence[str]]]:
    """Marks that make a value a must-have: their stretch with the value's, and the roles they are for."""
    begin = max(0, start - WINDOW)
    for mark in BEFORE:
        match = mark.pattern.search(text[begin:start])
        if match and not _NEGATED.search(text[begin : begin + match.start()]):
            yield begin + match.start(), end, mark.roles
    for mark in AFTER:
        match = mark.pattern.match(text, end)
        if match:
            yield start, match.end(), mark.roles


__all__ = ["ALL_OF", "ANY", "JOIN", "NAMED", "PERMITTED", "SAID", "STILL_WANTED", "WINDOW", "demanded", "refused"]
