"""Words that point at what was shown before, and what the person thinks of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

from agent.understand.conditions.amounts import chinese_number
from agent.understand.conditions.comparators import ADJECTIVES
from agent.understand.parsed import Reference, ReferenceKind, Sentiment, Target
from agent.understand.vocabulary import Vocabulary

_NUMBERS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
_COUNTER = "[个件部张款幅把盏条只台种双]"
_ITEM = (
    rf"(?:the\s+)?(?:(?P<word>{'|'.join(_NUMBERS)}|last)|(?P<digit>[1-9][0-9]?)(?:st|nd|rd|th)"
    r"|(?:number|no\.?|nr\.?|item|#)\s*(?P<number>[1-9][0-9]?))"
    r"(?:\s+(?:one|item|picture|painting|film|movie|chair|lamp|sofa|table|rug|option|result|suggestion))?(?![a-z0-9-])"
    rf"|第(?P<chinese>[一二两三四五六七八九十]+|[1-9][0-9]?){_COUNTER}?|(?P<end>最后(?:一|那){_COUNTER})"
)
_LAST = (
    r"(?:that|this|the previous|the last shown) (?:one|item|film|picture|painting)|\bthat\b|\bthis\b|\bit\b|\bthose\b"
    rf"|上一?{_COUNTER}|刚才(?:那|的){_COUNTER}?|那{_COUNTER}|这{_COUNTER}"
)
_PICTURE = (
    r"(?:the|this|that|my)\s+(?:picture|photo|image|photograph|snapshot)"
    r"(?:\s+(?:i\s+)?(?:just\s+)?(?:sent|showed|uploaded|gave you))?|(?:这张|那张|我发的)?(?:图片|照片|图)(?:里的)?"
)
# After an ordinal that stands for an item nothing is named: `the first world war` is none.
_ENDS = (
    r"(?=\s*(?:$|[.,;:!?，。；！？]|\b(?:but|in|and|or|with|from|made|only|please|one|item|by|is|was|for|under|over|instead"
    r"|except)\b|一样|那样|但|更|便|贵|轻|重|大|小|早|晚|新|老|短|长|宽|窄|高|的))"
)

_TARGET = rf"(?:(?P<item>{_ITEM}){_ENDS}|(?P<picture>{_PICTURE})|(?P<last>{_LAST}))"
_LIKE = re.compile(
    r"(?P<un>(?:\bnot|\bnothing|n't|不要|不|别)\s*(?:anything\s+|something\s+)?)?"
    r"(?:\b(?:more\s+)?(?:like|similar to|same as|in the style of|resembling|along the lines of)\s+"
    r"|类似于?|像|跟|和|与)"
    rf"\s*{_TARGET}(?:\s*(?:一样|那样|差不多|相似|类似))?"
)
_SAME = re.compile(r"\b(?:the same(?: one| thing)?)\b(?=\s*(?:$|[,.]|but|in|only|with|from|made))|同样的|同款")
_BUT = re.compile(
    rf"(?P<item>{_ITEM})\s*(?:一样|那样)?\s*(?:,|，)?\s*(?:but|only|just|但是?|不过|只是)?"
    r"\s*(?:要|a bit|a little|slightly|much|somewhat)?\s*$"
)
_LIKES = re.compile(
    r"\b(?:i\s+)?(?P<no>(?:do not|don't|didn't|did not)\s+like|hate|dislike)"
    r"|\b(?:i\s+)?(?P<yes>(?:really\s+)?(?:like|love|liked|loved))|(?P<no_zh>不喜欢|讨厌)|(?P<yes_zh>喜欢|爱)"
)
# Behind `比第二个` a bare adjective compares.
_PLAIN: dict[str, tuple[Literal["<", ">"], tuple[str, ...]]] = {
    **dict.fromkeys("大", (">", ("width", "height", "length", "screen"))),
    **dict.fromkeys("小", ("<", ("width", "height", "length", "screen"))),
    **dict.fromkeys("新晚", (">", ("year",))),
    **dict.fromkeys("老早旧", ("<", ("year",))),
    **dict.fromkeys("贵", (">", ("price",))),
    **dict.fromkeys("重", (">", ("weight",))),
    **dict.fromkeys("高", (">", ("height",))),
    **dict.fromkeys("宽", (">", ("width",))),
    **dict.fromkeys("窄", ("<", ("width",))),
    **dict.fromkeys("亮浅", (">", ())),
    **dict.fromkeys("暗深", ("<", ())),
}
_JUDGED_AFTER = (
    rf"(?P<item>{_ITEM})\s*(?:one\s+)?(?:(?:is|was|looks|seems)\s+)?(?:(?:really|very|so|just|quite)\s+)?[我真很最还也都太挺]*\s*"
    r"(?:(?P<no>awful|ugly|boring|terrible|bad|horrible|not (?:for me|nice|good)|不喜欢|难看|不好看|丑|不好|不行)"
    r"|(?P<yes>nice|great|lovely|beautiful|good|perfect|wonderful|my favou?rite|喜欢|好看|漂亮|不错|最好))"
)
_SAID_OF = re.compile(rf"(?P<item>{_ITEM})\s*(?:one\s+)?(?:is|was|looks|seems|are|'s|有点|看起来|太|还|也|是)")
_OCCASION = re.compile(
    r"\b(?:(?:a\s+)?(?:present|gift)\s+for\s+(?:a\s+|an\s+|the\s+|my\s+|our\s+|his\s+|her\s+)?"
    r"[a-z-]+(?:'s\s+[a-z]+)?"
    r"|for\s+(?:a\s+|an\s+|the\s+|my\s+|our\s+|his\s+|her\s+)?(?:[a-z]+'s\s+)?"
    r"(?:birthday|wedding|christmas|anniversary|halloween|easter|graduation"
    r"|valentine's day|house-?warming|party|dinner party|picnic|holiday|family evening|date night|funeral"
    r"|interview|baby shower))\b"
    r"|送给?[\u4e00-\u9fff]{1,4}(?:的)?(?:生日|圣诞|结婚|新年|毕业|小)?礼物"
    r"|(?:生日|婚礼|圣诞节?|新年|春节|毕业|纪念日|情人节)(?:礼物|派对|聚会)?"
)


def references(text: str, vocabulary: Vocabulary) -> Iterator[tuple[Reference, int, int]]:
    """What a flat text points at, each with where its words stand; none overlap."""
    taken: list[tuple[int, int]] = []
    for found in (_compared(text, vocabulary), _but(text, vocabulary), _likened(text)):
        for reference, start, end in found:
            if not any(s < end and start < e for s, e in taken):
                taken.append((start, end))
                yield reference, start, end


def judged(text: str) -> list[tuple[int, int]]:
    """Where a flat text says what is thought of items shown before."""
    spans = [match.span() for pattern in (_JUDGED, _JUDGED_AFTER) for match in re.finditer(pattern, text)]
    return [*spans, *(match.span("item") for match in _SAID_OF.finditer(text))]


def sentiments(text: str) -> Iterator[Sentiment]:
    """What is thought of items shown before."""
    for match in re.finditer(_JUDGED, text):
        liking = 1 if match["yes"] or match["yes_zh"] else -1
        yield Sentiment(_target(match), liking, match[0].strip())  # type: ignore[arg-type]  # 1 or -1
    for match in re.finditer(_JUDGED_AFTER, text):
        yield Sentiment(_target(match), 1 if match["yes"] else -1, match[0].strip())


def spoken_of(text: str) -> Target | None:
    """The item of a list that a flat text says something of, as `the second is too dark` does."""
    match = _SAID_OF.search(text)
    return _target(match) if match else None


def pointed_at(text: str) -> Iterator[Reference]:
    """Every item of a list that a flat text points at, whatever it says of it."""
    for match in re.finditer(rf"(?P<item>{_ITEM})", text):
        yield Reference(_target(match), "like", match[0].strip())


def occasion(text: str) -> str | None:
    """What it is for: a birthday, a present for somebody."""
    match = _OCCASION.search(text)
    return match[0].strip() if match else None


def _compared(text: str, vocabulary: Vocabulary) -> Iterator[tuple[Reference, int, int]]:
    for match in _than().finditer(text):
        op, roles = _adjective(match)
        field = _field(vocabulary, roles)
        yield Reference(_target(match), "compare", match[0].strip(), field, op), match.start(), match.end()


def _but(text: str, vocabulary: Vocabulary) -> Iterator[tuple[Reference, int, int]]:
    """`The first, but cheaper`."""
    for adjective in _ADJECTIVE.finditer(text):
        match = _BUT.search(text, max(0, adjective.start() - 30), adjective.start())
        if match:
            op, roles = _adjective(adjective)
            words = text[match.start() : adjective.end()]
            found = Reference(_target(match), "compare", words, _field(vocabulary, roles), op)
            yield found, match.start(), adjective.end()


@cache
def _than() -> re.Pattern[str]:
    chinese = rf"(?:{_adjectives('b')}|(?P<plain>[{''.join(_PLAIN)}]))"
    return re.compile(rf"{_adjectives('a')}\s+than\s+{_TARGET}|比{_TARGET_ZH}(?:更|还|要)*{chinese}")


def _adjectives(prefix: str) -> str:
    """Each adjective of the table in a group that bears its number."""
    groups = (f"(?P<{prefix}{at}>{words})" for at, (words, _, _) in enumerate(ADJECTIVES))
    return f"(?<![a-z])(?:{'|'.join(groups)})"


def _adjective(match: re.Match[str]) -> tuple[Literal["<", ">"], tuple[str, ...]]:
    """What the adjective of a match asks, and the roles it compares."""
    groups = match.groupdict()
    if groups.get("plain"):
        return _PLAIN[groups["plain"]]
    found = (name for name, words in groups.items() if words and name[1:].isdecimal())
    _, op, roles = ADJECTIVES[int(next(found)[1:])]
    return op, roles


def _likened(text: str) -> Iterator[tuple[Reference, int, int]]:
    for match in _LIKE.finditer(text):
        kind: ReferenceKind = "unlike" if match["un"] else "like"
        yield Reference(_target(match), kind, match[0].strip()), match.start(), match.end()
    for match in _SAME.finditer(text):
        yield Reference("last", "like", match[0].strip()), match.start(), match.end()


def _field(vocabulary: Vocabulary, roles: tuple[str, ...]) -> str | None:
    for role in roles:
        for field in vocabulary.of_role(role):
            return field.name
    return None


def _target(match: re.Match[str]) -> Target:
    parts = {name: value for name, value in match.groupdict().items() if value}
    parts = {name.removesuffix("_zh"): value for name, value in parts.items()}
    if "picture" in parts:
        return "picture"
    if "word" in parts:
        return -1 if parts["word"] == "last" else _NUMBERS.index(parts["word"]) + 1
    if "digit" in parts or "number" in parts:
        return int(parts.get("digit") or parts["number"])
    if "chinese" in parts:
        return int(parts["chinese"]) if parts["chinese"].isdecimal() else int(chinese_number(parts["chinese"]))
    return -1 if "end" in parts else "last"


_TARGET_ZH = re.sub(r"\?P<(\w+)>", r"?P<\1_zh>", _TARGET)
_ADJECTIVE = re.compile(_adjectives("a"))
_JUDGED = rf"(?:{_LIKES.pattern})\s*{_TARGET}"

__all__ = ["judged", "occasion", "pointed_at", "references", "sentiments", "spoken_of"]
