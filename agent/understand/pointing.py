"""Pointing: which places of a list a text names, in any language: `the second`, `les deux derniers`, `2 n 3`, `第三个`.

What it takes for an item is told by what stands around it: `the first` is one before a verb or the end of a clause, and
none in `the first time`; `for 3` may be one, and `for 3 people` is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from agent.language.patterns import data
from agent.recent import recent
from agent.understand.conditions.amounts import chinese_number
from agent.understand.parsed import Reference
from agent.understand.spans import is_free
from agent.understand.tokens import flat

MOST_CHARS = 1000  # of a text that are looked at: who points at something says so in few words

_FILE = "pointing.yaml"
_COUNTED = "counted"
_NONE = "(?!)"  # matches nowhere
_CLAUSE = r"(?:^|[.;:!?…。！？]\s*|,\s+)\W*"
_CLOSED = r"\s*(?:$|[.,;:!?…)，。；！？])"


@dataclass(frozen=True, slots=True)
class PlaceName:
    """Places of a list that a stretch of text names; -1 is the last one, 0 that in the middle."""

    numbers: tuple[int, ...]
    start: int
    end: int
    words: str

    def references(self) -> Iterator[Reference]:
        """One for each place."""
        for number in self.numbers:
            yield Reference(number, "like", self.words)


@recent(32)
def places(low: str) -> tuple[PlaceName, ...]:
    """The places of a list that a flat text names in so many words, in their order; none overlap."""
    return _apart(_read(low[:MOST_CHARS], freely=False))


@recent(32)
def places_within(low: str, n_shown: int) -> tuple[PlaceName, ...]:
    """The same of a text that asks about a list of this length, or judges it, where more can be taken for a place."""
    low = low[:MOST_CHARS]
    freely = (*_read(low, freely=True), *_digits().read(low))
    within = (place for place in freely if all(-n_shown <= number <= n_shown for number in place.numbers))
    return _apart([*places(low), *within])


def counts_two(low: str) -> bool:
    """Whether a flat text is about two items, or both."""
    return _whole("pair").search(low) is not None


def tells_all(low: str) -> re.Match[str] | None:
    """Where a flat text is about all that was shown in so many words: `these`, `all three`; group `n` is how many."""
    return _whole("several").search(low)


def asks_which(low: str) -> bool:
    """Whether a flat text asks which of the items shown it is, or whether any is."""
    return _whole("which").search(low) is not None


def means_others(low: str) -> bool:
    """Whether a flat text is about those items that were not spoken of last."""
    return _whole("others").search(low) is not None


def means_one(low: str) -> bool:
    """Whether a flat text is about a single item that it does not name: `it`, `that one`."""
    return _whole("single").search(low) is not None


def puts_beside(low: str) -> bool:
    """Whether a flat text puts an item beside another one."""
    return _whole("beside").search(low) is not None


def determiners() -> str:
    """The articles and pronouns that a name may stand behind, as the inside of a group."""
    return "|".join(word for words in _content().values() for word in words.get("articles", ()))


class _OrdinalReader:
    """Reads the ordinals of one language that sets spaces between its words."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self._ordinals: list[tuple[re.Pattern[str], int]] = [
            (re.compile(pattern), number) for pattern, number in words["ordinals"].items()
        ]
        self._spelled: list[tuple[re.Pattern[str], int]] = [
            (re.compile(pattern), number) for pattern, number in words["spelled"].items()
        ]
        ordinals = "|".join(words["ordinals"])
        spelled = "|".join(words["spelled"])
        ends = rf"(?={_CLOSED}|\s+(?:{_any(words['behind'])})(?!\w))"
        counts_none = rf"(?!\w|-\w|\s+(?:{_any(words['no items'])})(?!\w))"
        article = rf"(?:{_any(words['articles'])})(?:\s+|(?<='))" if words["articles"] else ""
        place = rf"(?:(?P<word>{ordinals})|(?P<digit>[1-9][0-9]?)(?:{_any(words['endings'])}))"
        place += rf"(?P<thing>\s+(?:{_any(words['things'])}))?{counts_none}"
        bare = rf"(?:{_CLAUSE}|(?<!\w)(?:{_any([*words['leads'], *words['joins']])})\s+)"
        number = rf"(?P<number>[1-9])|(?P<spelled>{spelled})"
        few = "|".join(pattern for pattern, place in words["ordinals"].items() if place in (1, -1))
        counted = rf"(?:(?P<few>{few})\s+(?:{number})(?!\w)|(?P<n2>[1-9]|{spelled})\s+(?P<few2>{few}))"
        start = r"(?<![\w'])"
        self._strict = [
            re.compile(rf"{start}(?P<item>{article}{place}){ends}"),
            re.compile(
                rf"{bare}(?P<item>{place})(?(thing)|(?=\s*(?:$|[.;:!?…)])|\s+(?:{_any(words['behind'])})(?!\w)))"
            ),
            re.compile(rf"{start}(?:{_any(words['before'])})\s+(?P<item>{article}{place})"),
            re.compile(rf"(?P<item>(?:{start}(?:{_any(words['number'])})\s*|#\s*)(?:{number}))(?!\w|[.,]\d)"),
        ]
        self._few = re.compile(rf"{start}(?:{article})?{counted}{ends}")
        self._freely = [re.compile(rf"{start}(?P<item>{article}{place})")]
        self._few_freely = re.compile(rf"{start}(?:{article})?{counted}{counts_none}")
        joined = rf"\s*(?:,|(?<!\w)(?:{_any(words['joins'])})(?!\w))\s*"
        named = rf"(?:(?:{_any(words['number'])})\s*|#\s*)?"
        self._further_number = re.compile(rf"{joined}(?P<item>{named}(?P<number>[1-9]))(?!\w|[.,]\d|\s+\w)")
        self._further = re.compile(rf"{joined}(?P<item>(?:{article})?{place})")

    def read(self, low: str, *, freely: bool) -> Iterator[PlaceName]:
        for match in (self._few_freely if freely else self._few).finditer(low):
            if (n := self._count(match["number"] or match["spelled"] or match["n2"])) > 1:
                first = self._number(match["few"] or match["few2"]) > 0
                yield PlaceName(tuple(range(1, n + 1) if first else range(-n, 0)), *match.span(), match[0].strip())
        for pattern in self._freely if freely else self._strict:
            for match in pattern.finditer(low):
                yield self._place(match)
                yield from self._behind(match.end(), low)

    def _behind(self, at: int, low: str) -> Iterator[PlaceName]:
        """`And third`, behind `the second`."""
        while match := self._further.match(low, at) or self._further_number.match(low, at):
            yield self._place(match)
            at = match.end()

    def _place(self, match: re.Match[str]) -> PlaceName:
        groups = match.groupdict()
        if word := groups.get("word"):
            number = self._number(word)
        else:
            number = self._count(groups.get("digit") or groups.get("number") or groups["spelled"])
        return PlaceName((number,), *match.span("item"), match["item"])

    def _number(self, ordinal: str) -> int:
        return next(number for pattern, number in self._ordinals if pattern.fullmatch(ordinal))

    def _count(self, cardinal: str) -> int:
        if cardinal.isdecimal():
            return int(cardinal)
        return next(number for pattern, number in self._spelled if pattern.fullmatch(cardinal))


class _CountedReader:
    """Reads ordinals that are made of a number, in languages that set no spaces there."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self._words = words["words"]
        self._places = [re.compile(pattern) for pattern in words["ordinals"]]
        self._last, self._middle = re.compile(_any(words["last"])), re.compile(_any(words["middle"]))
        self._first_few, self._last_few = re.compile(words["first few"][0]), re.compile(words["last few"][0])

    def read(self, low: str) -> Iterator[PlaceName]:
        for match in self._first_few.finditer(low):
            yield PlaceName(tuple(range(1, self._count(match) + 1)), *match.span(), match[0])
        for match in self._last_few.finditer(low):
            yield PlaceName(tuple(range(-self._count(match), 0)), *match.span(), match[0])
        for match in (match for pattern in self._places for match in pattern.finditer(low)):
            yield PlaceName((self._count(match),), *match.span(), match[0])
        for match in self._last.finditer(low):
            yield PlaceName((-1,), *match.span(), match[0].strip())
        for match in self._middle.finditer(low):
            yield PlaceName((0,), *match.span(), match[0])

    def _count(self, match: re.Match[str]) -> int:
        number = next(part for part in match.groupdict().values() if part)
        if number in self._words:
            return int(self._words[number])
        return int(number) if number.isdecimal() else int(chinese_number(number))


class _DigitReader:
    """Reads bare digits: `for 3`, `2 n 3`, `is 3 waterproof`; no amounts."""

    def __init__(self, languages: Iterable[Mapping[str, Any]]) -> None:
        words = {
            name: [one for own in languages for one in own[name]] for name in ("leads", "joins", "before", "units")
        }
        behind = [one for own in languages for one in own["behind"]]
        digit = r"(?P<digit>[1-9])(?![a-z0-9_%€$£]|[.,:]\d|['\"])"
        ends = rf"(?={_CLOSED}|\s+(?:{_any(behind)})(?!\w))"
        amount = rf"(?!\s*(?:{_any(words['units'])})(?!\w)|\s+(?!does|is|has|was|vs|versus)\w+[^\Ws]s(?!\w))"
        start = r"(?<![a-z0-9_.,€$£'])"
        joins = rf"(?:{_any(words['joins'])}|,|/|、|[+]|und|和|跟|与|还是)"
        self._alone = [
            re.compile(rf"(?:{_CLAUSE}|{start}(?:{_any(words['leads'])})\s+){digit}{amount}{ends}"),
            re.compile(rf"{start}(?:{_any(words['before'])})\s+{digit}{amount}"),
            re.compile(rf"{start}(?:than|als|que|di|do que|as)\s+{digit}{amount}{ends}"),
        ]
        lone = r"[1-9](?![a-z0-9_%€$£]|[.,:]\d)"
        self._several = re.compile(rf"{start}{lone}(?:\s*{joins}\s*{lone})+{amount}")

    def read(self, low: str) -> Iterator[PlaceName]:
        for match in self._several.finditer(low):
            yield PlaceName(tuple(int(digit) for digit in re.findall("[1-9]", match[0])), *match.span(), match[0])
        for match in (match for pattern in self._alone for match in pattern.finditer(low)):
            yield PlaceName((int(match["digit"]),), *match.span("digit"), match[0].strip(" ,.;:!?"))


def _read(low: str, *, freely: bool) -> Iterator[PlaceName]:
    for reader in _readers():
        yield from reader.read(low, freely=freely)
    yield from _counted().read(low)


def _apart(found: Iterable[PlaceName]) -> tuple[PlaceName, ...]:
    """Those that share no words with one before them, in the order of the text."""
    taken = list[PlaceName]()
    for place in found:
        if is_free(place.start, place.end, [(one.start, one.end) for one in taken]):
            taken.append(place)
    return tuple(sorted(taken, key=lambda place: place.start))


def _any(words: Iterable[str]) -> str:
    return "|".join(words) or _NONE


@cache
def _content() -> dict[str, dict[str, Any]]:
    """The words of the file, as flat texts have them."""
    content = data("agent.understand", _FILE)
    return {language: {name: _flat(entry) for name, entry in words.items()} for language, words in content.items()}


def _flat(entry: Any) -> Any:
    """An entry as a list, or a table, of patterns for flat text."""
    if isinstance(entry, Mapping):
        return {_flat_pattern(pattern): number for pattern, number in entry.items()}
    return [_flat_pattern(pattern) for pattern in ([entry] if isinstance(entry, str) else entry)]


def _flat_pattern(pattern: str) -> str:
    counter = data("agent.understand", _FILE)[_COUNTED]["counter"]
    flattened = "".join(character if character.isascii() else flat(character) for character in pattern)
    return flattened.replace("{{counter}}", counter)


@cache
def _readers() -> tuple[_OrdinalReader, ...]:
    return tuple(_OrdinalReader(words) for language, words in _content().items() if language != _COUNTED)


@cache
def _counted() -> _CountedReader:
    return _CountedReader(_content()[_COUNTED])


@cache
def _digits() -> _DigitReader:
    return _DigitReader([words for language, words in _content().items() if language != _COUNTED])


@cache
def _whole(name: str) -> re.Pattern[str]:
    """The words of all languages for something, as whole words where a language has such."""
    spaced = [_with_count(word, words) for words in _spaced() for word in words[name]]
    return re.compile(rf"(?<!\w)(?:{_any(spaced)})(?!\w)|{_any(_content()[_COUNTED].get(name, ()))}")


def _spaced() -> list[dict[str, Any]]:
    return [words for language, words in _content().items() if language != _COUNTED]


def _with_count(word: str, words: Mapping[str, Any]) -> str:
    return word.replace("{{count}}", rf"(?:{_any(words['spelled'])}|[2-9])(?!\w)")


__all__ = [
    "MOST_CHARS",
    "PlaceName",
    "asks_which",
    "counts_two",
    "determiners",
    "means_one",
    "means_others",
    "places",
    "places_within",
    "puts_beside",
    "tells_all",
]
