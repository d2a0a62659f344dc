"""Words that point at what was shown before, and what the person thinks of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from agent.language.patterns import patterns
from agent.understand.conditions.amounts import chinese_number
from agent.understand.conditions.comparators import ADJECTIVES, PLAIN, Side
from agent.understand.parsed import Reference, ReferenceKind, Sentiment, Target
from agent.understand.pointing import places
from agent.understand.spans import Span, is_free
from agent.understand.vocabulary import Vocabulary

_WORDS = patterns("agent.understand", "references")
_ENGLISH, _CHINESE = _WORDS.only("en"), _WORDS.only("zh")
_ORDINALS = _ENGLISH.alternatives("ordinals")
_SPELLED = _ENGLISH.alternatives("spelled numbers")
_ITEM = _WORDS["item"]
_ENDS = rf"(?=\s*(?:$|[.,;:!?，。；！？]|{_WORDS.words('behind item')}))"
_TARGET = rf"(?:(?P<item>{_ITEM}){_ENDS}|(?P<picture>{_WORDS['picture']})|(?P<last>{_WORDS['last']}))"
_LIKE = re.compile(
    rf"(?P<un>(?:{_WORDS['unlike']})\s*(?:{_WORDS['anything']})?)?(?:{_WORDS['like']})"
    rf"\s*{_TARGET}(?:\s*(?:{_WORDS['alike']}))?"
)
_SAME = re.compile(_WORDS["same"])
_BUT = re.compile(
    rf"(?P<item>{_ITEM})\s*(?:{_WORDS['likewise']})?\s*(?:,|，)?\s*(?:{_WORDS['but']})?"
    rf"\s*(?:{_WORDS['before adjective']})?\s*$"
)
_JUDGED = rf"(?:{_WORDS['liking']})\s*{_TARGET}"
_JUDGED_AFTER = (
    rf"(?P<item>{_ITEM})\s*{_ENGLISH['before judgement']}{_CHINESE['before judgement']}\s*"
    rf"(?:(?P<no>{_WORDS['bad']})|(?P<yes>{_WORDS['good']}))"
)
_SAID_OF = re.compile(rf"(?P<item>{_ITEM})\s*(?:{_WORDS['one']})?(?:{_WORDS['said of']})")
_OCCASION = re.compile(_WORDS["occasion"])


def references(text: str, vocabulary: Vocabulary) -> Iterator[tuple[Reference, int, int]]:
    """What a flat text points at, each with where its words stand; none overlap."""
    taken: list[Span] = []
    for pointing in (_compared(text, vocabulary), _but(text, vocabulary), _likened(text)):
        for reference, start, end in pointing:
            if is_free(start, end, taken):  # a comparison comes first: `cheaper than the first` is not only like it
                taken.append((start, end))
                yield reference, start, end


def judged(text: str) -> list[Span]:
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
    for place in places(text):
        yield from place.references()


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
        # The item stands right before the adjective: to look farther back would only take time.
        match = _BUT.search(text, max(0, adjective.start() - 30), adjective.start())
        if match:
            op, roles = _adjective(adjective)
            words = text[match.start() : adjective.end()]
            reference = Reference(_target(match), "compare", words, _field(vocabulary, roles), op)
            yield reference, match.start(), adjective.end()


@cache
def _than() -> re.Pattern[str]:
    english = rf"{_adjectives('a')}\s+{_ENGLISH['than']}\s+{_TARGET}"
    behind = rf"(?:{_adjectives('b')}|(?P<plain>[{''.join(PLAIN)}]))"
    return re.compile(rf"{english}|{_CHINESE['than']}{_TARGET_ZH}(?:{_CHINESE['even']})*{behind}")


def _adjectives(prefix: str) -> str:
    """Each adjective of the table in a group that bears its number."""
    groups = (f"(?P<{prefix}{at}>{words})" for at, (words, _, _) in enumerate(ADJECTIVES))
    return f"(?<![a-z])(?:{'|'.join(groups)})"


def _adjective(match: re.Match[str]) -> tuple[Side, tuple[str, ...]]:
    """What the adjective of a match asks, and the roles it compares."""
    groups = match.groupdict()
    if groups.get("plain"):
        return PLAIN[groups["plain"]]
    filled = (name for name, words in groups.items() if words and name[1:].isdecimal())
    _, op, roles = ADJECTIVES[int(next(filled)[1:])]
    return op, roles


def _likened(text: str) -> Iterator[tuple[Reference, int, int]]:
    for match in _LIKE.finditer(text):
        kind: ReferenceKind = "unlike" if match["un"] else "like"
        yield Reference(_target(match), kind, match[0].strip()), match.start(), match.end()
    for match in _SAME.finditer(text):
        yield Reference("last", "like", match[0].strip()), match.start(), match.end()


def _field(vocabulary: Vocabulary, roles: tuple[str, ...]) -> str | None:
    """The first field of the first role that the catalog has."""
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
        return _ORDINALS.index(parts["word"]) + 1 if parts["word"] in _ORDINALS else -1
    if "spelled" in parts:
        return _SPELLED.index(parts["spelled"]) + 1
    if "digit" in parts or "number" in parts:
        return int(parts.get("digit") or parts["number"])
    if "chinese" in parts:
        return int(parts["chinese"]) if parts["chinese"].isdecimal() else int(chinese_number(parts["chinese"]))
    return -1 if "end" in parts else "last"


_TARGET_ZH = re.sub(r"\?P<(\w+)>", r"?P<\1_zh>", _TARGET)
_ADJECTIVE = re.compile(_adjectives("a"))

__all__ = ["judged", "occasion", "pointed_at", "references", "sentiments", "spoken_of"]
