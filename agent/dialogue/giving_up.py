"""Words that give something up, by `giving_up.yaml`: that it is given up, and which parts of a request they name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from agent.language.patterns import UNSPACED, data
from agent.understand.spans import Span
from agent.understand.tokens import flat

_PIECES = re.compile(r"[,;.!?，。；！？]+(?=\s|$|[\u3400-\u9fff])")
_FILE = "giving_up.yaml"

Lists = Mapping[str, list[str]]


def gives_up(text: str) -> bool:
    """Whether words say that something which was asked is given up, or that something refused would do after all."""
    low = flat(text)
    return bool(is_given_up(low) or is_permitted(low))


def is_given_up(low: str) -> bool:
    """Whether a flat text says that something is given up."""
    return _pattern("cues").search(_pattern("no cues").sub(" ", low)) is not None


def is_permitted(low: str) -> bool:
    """Whether a flat text says that something would do after all."""
    return _pattern("permits").search(low) is not None


def is_everything(low: str) -> bool:
    """Whether a flat text speaks of all that was asked."""
    return _pattern("everything").search(low) is not None


def spares_newest(low: str) -> bool:
    """Whether a flat text points at what was asked last, which then stays."""
    return _pattern("newest").search(low) is not None


def replaces(low: str) -> bool:
    """Whether a flat text puts what it names in the place of something else."""
    return _pattern("instead").search(low) is not None and not _pattern("adds").search(low)


def others_end(low: str) -> int:
    """Where words of a flat text end that ask for others than those spoken of; -1 where none do."""
    match = _pattern("others").search(low)
    return match.end() if match else -1


def without_parts_named(low: str) -> str:
    """A flat text without the words for parts of a request: `who painted it` speaks of no year."""
    for part in named_parts(low):
        low = _part(part).sub(lambda match: " " * len(match[0]), low)
    return low


def named_parts(low: str) -> Iterator[str]:
    """The roles of fields, and sorts of refused things, that a flat text speaks of."""
    return (part for part in data(__package__, _FILE)["parts"] if _part(part).search(low))


def pieces(text: str) -> list[Span]:
    """Where the parts of a text between its marks stand; words that only give up belong to what stands before them."""
    cut = list[Span]()
    for start, end in _between_marks(text):
        if cut and not _rest(flat(text[start:end])):
            cut[-1] = (cut[-1][0], end)
        else:
            cut.append((start, end))
    return cut


def _between_marks(text: str) -> Iterator[Span]:
    at = 0
    for match in (*_PIECES.finditer(text), None):
        end = match.end() if match else len(text)
        if text[at:end].strip():
            yield at, end
        at = end


def _rest(low: str) -> str:
    """What a piece says beside giving up."""
    return re.sub(r"\W+|\b(?:i|it|ok|okay|that|so|now|any ?more)\b", "", _pattern("cues").sub(" ", low))


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return _joined(data(__package__, _FILE)[name])


@cache
def _part(name: str) -> re.Pattern[str]:
    return _joined(data(__package__, _FILE)["parts"][name])


def _joined(lists: Lists) -> re.Pattern[str]:
    """The words of all languages as one pattern."""
    return re.compile("|".join(_alternatives(lists)))


def _alternatives(lists: Lists) -> Iterator[str]:
    for language, words in lists.items():
        choice = "|".join(map(_with_parts, words))
        yield f"(?:{choice})" if language in UNSPACED else rf"(?<!\w)(?:{choice})(?!\w)"


def _with_parts(pattern: str) -> str:
    return pattern.replace("{part}", f"(?:{_any_part()})") if "{part}" in pattern else pattern


@cache
def _any_part() -> str:
    parts: Iterable[Lists] = data(__package__, _FILE)["parts"].values()
    return "|".join(word for lists in parts for words in lists.values() for word in words)


__all__ = [
    "gives_up",
    "is_everything",
    "is_given_up",
    "is_permitted",
    "named_parts",
    "others_end",
    "pieces",
    "replaces",
    "spares_newest",
    "without_parts_named",
]
