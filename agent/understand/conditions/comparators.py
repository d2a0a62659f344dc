"""The words by which people compare with a number, in English and Chinese."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Direction = Literal["<", "<=", ">", ">=", "~", "<~"]
FLIPPED: dict[Direction, Direction] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "~": "~", "<~": ">"}


@dataclass(frozen=True, slots=True)
class Comparator:
    """Words that compare with a number.

    Attributes:
        pattern: The words.
        direction: What they ask; `~` is about as much, `<~` about as much at most.
        roles: What they compare, the first that the catalog has; empty where the number has to tell.
    """

    pattern: re.Pattern[str]
    direction: Direction
    roles: tuple[str, ...] = ()


LONG = ("duration", "length", "width")

# Comparative adjectives: also said of items shown before (`cheaper than the first`).
ADJECTIVES: tuple[tuple[str, Literal["<", ">"], tuple[str, ...]], ...] = (
    (r"cheaper|less expensive|less costly|less pricey|便宜(?:一点|一些|点|些)?|更便宜", "<", ("price",)),
    (r"more expensive|pricier|dearer|costlier|更贵|贵(?:一点|一些|点|些)", ">", ("price",)),
    (
        r"newer|more recent|more modern|younger|later|更新|新(?:一点|一些|点|些)|更晚|晚(?:一点|一些|点|些)",
        ">",
        ("year",),
    ),
    (r"older|earlier|更早|更老|早(?:一点|一些|点|些)|老(?:一点|一些|点|些)", "<", ("year",)),
    (r"lighter(?! (?:blue|green|red|in colou?r|colou?r))|轻(?:一点|一些|点|些)?|更轻", "<", ("weight",)),
    (r"heavier|更重|重(?:一点|一些|点|些)", ">", ("weight",)),
    (r"wider|broader|更宽|宽(?:一点|一些|点|些)", ">", ("width",)),
    (r"narrower|slimmer|更窄|窄(?:一点|一些|点|些)", "<", ("width",)),
    (r"taller|higher|更高|高(?:一点|一些|点|些)", ">", ("height",)),
    (r"deeper|更深", ">", ("depth",)),
    (r"longer|更长|长(?:一点|一些|点|些)?", ">", LONG),
    (r"shorter|更短|短(?:一点|一些|点|些)?", "<", ("duration", "length", "height")),
    (r"bigger|larger|更大|大(?:一点|一些|点|些)", ">", ("width", "height", "length", "screen")),
    (r"smaller|更小|小(?:一点|一些|点|些)", "<", ("width", "height", "length", "screen")),
    (r"better rated|better reviewed|higher rated|评分更高|口碑更好", ">", ("rating",)),
)

_BEFORE: tuple[tuple[str, Direction, tuple[str, ...]], ...] = (
    (r"less than|fewer than|lower than|smaller than|under|below|beneath|低于|少于|小于|不到|不足|未满|<", "<", ()),
    (
        r"at (?:the )?(?:very )?most|at max(?:imum)?|max(?:imum)?(?: of)?|up to|within|not exceeding|limit(?: is| of)?"
        r"|cap(?:ped)? at|<=|≤|(?:不要?|不能|不得|别)超过|不高于|不多于|不大于|不宽于|不重于|不长于|最多|至多|最高"
        r"|最贵|最长|最重|最宽|控制在|上限(?:是|为)?|顶多",
        "<=",
        (),
    ),
    (
        r"(?:my )?budget(?: of| is|:| around)?|(?:can|could|want to|would) (?:only )?(?:spend|pay|afford)"
        r"|预算(?:大概|大约)?(?:是|为|在|只有)?",
        "<=",
        ("price",),
    ),
    (r"more than|greater than|bigger than|larger than|upwards of|exceeding|over|above|超过|高于|大于|多于|>", ">", ()),
    (
        r"at (?:the )?(?:very )?least|atleast|min(?:imum)?(?: of)?|starting (?:at|from)|>=|≥|至少|最少"
        r"|起码|不少于|不低于|不小于|最低|最小",
        ">=",
        (),
    ),
    (r"before|prior to|早于", "<", ("year",)),
    (r"until|till|不晚于", "<=", ("year",)),
    (r"after|晚于", ">", ("year",)),
    (r"since|不早于", ">=", ("year",)),
    (r"weigh(?:s|ing)? (?:less than|under)", "<", ("weight",)),
    (r"around|about|roughly|approximately|circa|ca\.?|approx\.?|~|大约|大概|差不多|约", "~", ()),
)
_AFTER: tuple[tuple[str, Direction, tuple[str, ...]], ...] = (
    (
        r"(?:or|and) (?:less|under|below|fewer|lower|cheaper|smaller)|max(?:imum)?\b|at (?:the )?(?:very )?most|tops\b"
        r"|or so at most|(?:元|块)?以内|之内|(?:及|或)?以下|封顶|之下|(?<=[0-9a-z元块万千百十])内",
        "<=",
        (),
    ),
    (
        r"(?:or|and) (?:more|over|above|higher|better|up|upwards?|bigger)|at (?:the )?(?:very )?least|min(?:imum)?\b"
        r"|(?:及|或)?以上|起步|往上|起(?!来|码|居|床)",
        ">=",
        (),
    ),
    (r"(?:or|and) (?:earlier|older|before)", "<=", ("year",)),
    (r"(?:or|and) (?:later|newer|after|onwards?)|onwards?|以来", ">=", ("year",)),
    (r"(?:or|and) (?:lighter)", "<=", ("weight",)),
    (r"(?:or|and) (?:shorter)", "<=", ("duration", "length", "height")),
    (r"(?:or|and) (?:longer)", ">=", LONG),
    (r"以前|之前|前(?!后|面)", "<", ("year",)),
    (r"以后|之后|后(?!面)", ">", ("year",)),
    (r"左右|上下|or so\b", "~", ()),
)
_NEGATED = (
    r"(?:\bno|\bnot|\bnothing|\bnever|\bnone|n't|\bwithout)"
    r"(?:\s+(?:be|made|cost(?:s|ing)?|from|painted|released|anything|any|much))?\s+"
)


def _compiled(words: str) -> str:
    """The alternatives, Latin ones only as whole words."""
    return "|".join(rf"(?<![a-z])(?:{one})(?![a-z])" if re.match(r"[a-z(~]", one) else one for one in _split(words))


def _split(words: str) -> list[str]:
    """Alternatives on the outermost level."""
    found, depth, at = list[str](), 0, 0
    for position, character in enumerate(words):
        depth += (character == "(") - (character == ")")
        if character == "|" and not depth:
            found.append(words[at:position])
            at = position + 1
    return [*found, words[at:]]


BEFORE: tuple[Comparator, ...] = (
    *(Comparator(re.compile(rf"(?:{_compiled(words)})\s*(?:than)?\s*$"), op, roles) for words, op, roles in _BEFORE),
    *(
        Comparator(re.compile(rf"(?:{_compiled(words)}) than\s*$"), op, roles)
        for words, op, roles in ADJECTIVES
        if re.match(r"[a-z]", words)
    ),
)
AFTER: tuple[Comparator, ...] = tuple(
    Comparator(re.compile(rf"\s*(?:的)?(?:{_compiled(words)})"), op, roles) for words, op, roles in _AFTER
)
NEGATED = re.compile(rf"(?:{_NEGATED}|(?<!是)不能?(?:是|要)?)$")

__all__ = ["ADJECTIVES", "AFTER", "BEFORE", "FLIPPED", "LONG", "NEGATED", "Comparator", "Direction"]
