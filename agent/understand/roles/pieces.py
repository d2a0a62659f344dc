"""A request cut into the things that it names, and what is known of each piece."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from agent.language.patterns import UNSPACED
from agent.understand.phrases import PhraseBook
from agent.understand.spans import Span, is_free

Joint = Literal["sign", "and", "or"]
IsKind = Callable[[str], bool]

MOST_WORDS, MOST_CHARACTERS = 4, 8  # of what a kind goes by
_SIGN = re.compile(r"(?<![0-9])[,&+](?!\d)|(?<=[0-9])[,&+](?=\D)|[;，；、。\n]|[.!?！？](?=\s)|(?<=\s)[+](?=\s)")
_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_EDGE = " \t\n,;:.!?，。；、：！？-–\0"


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands between two joints.

    Attributes:
        start: Where it begins, in characters, without what leads to it.
        end: Where it ends.
        joint: What joins it to the one before it.
        kind: The words in it that name a kind of thing, where some do.
        quantity: How many are asked for.
        anew: Whether an article or a number begins it.
        refused: Whether it asks for nothing.
        bent: Whether it goes on with what the thing is with, for or about.
        object_kind: Whether a kind is named in that.
    """

    start: int
    end: int
    joint: Joint
    kind: str
    quantity: int
    anew: bool
    refused: bool
    bent: bool
    object_kind: bool


class PieceCutter:
    """Cuts one text.

    Args:
        low: The plain text, with blanks for what was read already.
        text: As the person wrote it.
        phrases: Of the language that it is read in.
        is_kind: Whether words name a kind of thing that some catalog has.
        spaced: Whether the language sets spaces between words.
    """

    def __init__(self, low: str, text: str, phrases: PhraseBook, is_kind: IsKind, *, spaced: bool) -> None:
        self._low = low
        self._text = text
        self._phrases = phrases
        self._is_kind = is_kind
        self._spaced = spaced

    def cut(self) -> Iterator[Piece]:
        """The pieces from left to right; what `or` joins is one of them."""
        start, joint = 0, "sign"
        for begin, end, kind in [*self._joints(), (len(self._low), len(self._low), "and")]:
            if kind == "or":
                continue
            if self._low[start:begin].strip(_EDGE):
                yield self._piece(start, begin, joint)  # type: ignore[arg-type]  # one of the joints above
            start, joint = end, kind

    def _joints(self) -> list[tuple[int, int, Joint]]:
        """Where the text is joined: signs as the word that follows them, so that `a, b or c` is one of three."""
        idioms = [match.span() for match in self._phrases.regex("idioms").finditer(self._low)]
        raw = sorted(self._raw_joints())
        joints, following = list[tuple[int, int, Joint]](), "sign"
        for start, end, kind in reversed(raw):
            if is_free(start, end, idioms):
                following = following if kind == "sign" else kind
                joints.append((start, end, "or" if following == "or" else kind))
        return joints[::-1]

    def _raw_joints(self) -> Iterator[tuple[int, int, Joint]]:
        yield from ((*match.span(), "sign") for match in _SIGN.finditer(self._low))
        yield from ((*match.span(), "and") for match in self._phrases.regex("and").finditer(self._low))
        yield from ((*match.span(), "or") for match in self._phrases.regex("or").finditer(self._low))
        if self._spaced:
            yield from ((match.start(), match.start() + 1, "sign") for match in self._run_on())

    def _run_on(self) -> Iterator[re.Match[str]]:
        """Where a thing begins right behind another, as in `a starter a main`."""
        for match in self._phrases.regex("indefinite", before=r"(?<=\w) ", behind=r"(?= \w)").finditer(self._low):
            before = [token.span() for token in _TOKEN.finditer(self._low, 0, match.start())][-MOST_WORDS:]
            behind = [token.span() for token in _TOKEN.finditer(self._low, match.end())][:MOST_WORDS]
            ends = any(self._is_kind(self._text[start : match.start()]) for start, _ in before)
            if ends and behind and any(self._is_kind(self._text[start:end]) for start, end in behind):
                yield match

    def _piece(self, start: int, end: int, joint: Joint) -> Piece:
        start, end = self._trimmed(start, end)
        start, anew, quantity = self._begun(start, end)
        bend = self._phrases.regex("behind").search(self._low, start + 1, end)
        head_end = bend.start() if bend else end
        refused = bool(
            self._phrases.regex("no role").match(self._low, start, end)
            or self._phrases.regex("clause").search(self._low, start, head_end)
        )
        return Piece(
            start,
            end,
            joint,
            "" if refused else self._kind(start, end, head_end),
            quantity,
            anew,
            refused,
            bend is not None,
            bool(bend and self._kind(bend.end(), end, end)),
        )

    def _begun(self, start: int, end: int) -> tuple[int, bool, int]:
        """Where a thing begins behind what leads to it, whether it begins anew, and how many of it there are."""
        anew, quantity, before = False, 1, -1
        while before != start:
            before = start
            start = start if anew else self._behind("lead", start, end)
            after = self._behind("article", start, end)
            anew, start = anew or after != start, after
            number, after = self._number(start, end)
            counted = number and self._low[after:end].strip(_EDGE)
            if counted and not self._phrases.regex("measured", before=r"[\s-]*").match(self._low, after, end):
                anew, quantity, start = True, number, self._behind("counter", after, end)
        return start, anew, quantity

    def _behind(self, name: str, start: int, end: int) -> int:
        """The place behind a phrase that stands at `start`, unless nothing would be left."""
        match = self._phrases.regex(name, behind=r"[\s'’]*").match(self._low, start, end)
        return match.end() if match and self._low[match.end() : end].strip(_EDGE) else start

    def _number(self, start: int, end: int) -> tuple[int, int]:
        """A number of things that stands at `start`, and the place behind it; 0 where there is none."""
        if digits := re.compile(r"([1-9][0-9]?)(?![0-9.,])\s*[x×]?\s*").match(self._low, start, end):
            return int(digits[1]), digits.end()
        for pattern, number in self._phrases.table("quantity"):
            if match := pattern.match(self._low, start, end):
                space = re.compile(r"\s*").match(self._low, match.end(), end)
                return int(number), space.end() if space else match.end()
        return 0, start

    def _trimmed(self, start: int, end: int) -> Span:
        while start < end and self._low[start] in _EDGE:
            start += 1
        while end > start and self._low[end - 1] in _EDGE:
            end -= 1
        return start, end

    def _kind(self, start: int, end: int, before: int) -> str:
        """The longest words that name a kind, the last of those as long; empty where none begin before a place."""
        for first, last in self._stretches(start, end):
            if first >= before:
                continue
            words = self._text[first:last]
            if self._is_kind(words):
                return words
        return ""

    def _stretches(self, start: int, end: int) -> Iterator[Span]:
        """Stretches that may name a kind, the longest first, from right to left."""
        if self._spaced:
            tokens = [match.span() for match in _TOKEN.finditer(self._low, start, end)]
            for length in range(min(MOST_WORDS, len(tokens)), 0, -1):
                for at in range(len(tokens) - length, -1, -1):
                    yield tokens[at][0], tokens[at + length - 1][1]
        else:
            for length in range(min(MOST_CHARACTERS, end - start), 0, -1):
                for at in range(end - length, start - 1, -1):
                    yield at, at + length


def is_spaced(language: str) -> bool:
    """Whether a language sets spaces between words."""
    return language not in UNSPACED


__all__ = ["IsKind", "Joint", "Piece", "PieceCutter", "is_spaced"]
