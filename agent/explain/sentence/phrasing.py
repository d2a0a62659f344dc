"""The phrases of card sentences in one language, and amounts as people write them there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from agent.explain.sentence.grammar import ROOM
from agent.language.patterns import data
from retrieval.text.values import number_text
from retrieval.text.words import fold

COMMA_DECIMALS = frozenset({"de", "es", "fr"})
WIDE = "zh"
_SPACED = re.compile(r"[A-Za-z][A-Za-z'’-]*\s?")  # words of another language
_THOUSANDS = {"en": ",", "zh": ",", "es": ".", "de": ".", "fr": "\u202f"}
_SETS = ("joints", "also", "misses", "bare", "admitted", "told")
LEAST_GROUPED = 5  # digits
LEAST_ROUNDED, A_CENT = 5, 0.011


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a sentence.

    Attributes:
        leans: Whether it says something of what stands before it.
        apart: Whether it is of another sort than the others, as a price is.
        told_of: Whether it tells of what stands before it: `Bread: a dark loaf`.
        tight: Whether it follows without a comma: `oil on canvas by …`.
        whole: Whether it could be a sentence.
    """

    text: str
    leans: bool = False
    apart: bool = False
    tight: bool = False
    told_of: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Phrasing:
    """The phrases of `phrases.yaml` in one language."""

    language: str
    joints: Mapping[str, str]
    also: Sequence[str]
    misses: Mapping[str, str | Sequence[str]]
    bare: Mapping[str, str]
    admitted: Mapping[str, str]
    told: Mapping[str, str]

    def tell(self, name: str, **values: str) -> str:
        """A phrase of `told`, filled in."""
        return self.told[name].format(**values)

    def miss(self, name: str, at: int) -> str:
        """The phrase of `misses`; of several that say the same another one for each item of a list."""
        phrase = self.misses[name]
        return phrase if isinstance(phrase, str) else phrase[at % len(phrase)]

    def admission(self, name: str, wish: str, other: str, text: str) -> str:
        """What is missed, as a few words of a list."""
        return (self.admitted.get(name) or self.alone(name)).format(wish=wish, other=other, text=text)

    def further(self, tail: str) -> str:
        """What is admitted behind an admission, joined to it by `and`."""
        return self.joints["last"] + re.sub(self.joints["joins"], "", tail)

    def alone(self, name: str) -> str:
        """The phrase of a miss where it stands alone: its own there, else without the words that join it."""
        return self.bare.get(name) or re.sub(self.joints["joins"], "", self.miss(name, 0))

    def quoted(self, text: str) -> str:
        """Words of another language, marked as such."""
        return self.joints["quote"].format(text=text)

    def joined(self, parts: Sequence[Fragment]) -> str:
        """Fragments as a list: `a, b and c`; what leans on the one before it is not joined by a word."""
        clause = ""
        for at, part in enumerate(parts):
            joint = self.joints["list"]
            if part.tight:
                joint = self.joints["gap"] or joint
            elif part.told_of:
                joint = self.joints["colon"]
            elif at and part.whole and parts[at - 1].whole:
                joint = self.joints["apart"]
            elif at and at == len(parts) - 1 and not part.leans:
                long = part.apart or parts[at - 1].apart or at > 1 or self.joints["holds"] in clause or "," in clause
                joint = self.joints["last long" if long else "last"]
            clause = f"{clause}{joint}{part.text}" if at else part.text
        return clause

    def either(self, parts: Sequence[str]) -> str:
        """Words of which none is met: `a or b`."""
        return self.joints["or"].join(parts)

    def ended(self, clause: str) -> str:
        """A clause as a sentence."""
        first = clause if self.language == WIDE else clause[:1].upper() + clause[1:]
        return first if first.endswith((".", "!", "?", "…", "。")) else first + self.joints["stop"]

    def people(self, count: int) -> str:
        """How many people."""
        return self.told["person"] if count == 1 else self.tell("people", count=self.number(count))

    def number(self, value: float) -> str:
        """A number as people write it."""
        text = number_text(float(value))
        return text.replace(".", ",") if self.language in COMMA_DECIMALS else text

    def money(self, amount: float, unit: str | None) -> str:
        """An amount of money, with its currency where that is known."""
        plain = self._grouped(f"{amount:.2f}".removesuffix(".00"))
        if not unit:
            return plain
        known: Mapping[str, str] = data(ROOM, "fields.yaml")["currencies"]
        sign = known.get(unit.upper(), unit)
        if sign.isalpha() or self.language in COMMA_DECIMALS:
            return f"{plain} {sign}"
        return f"{sign}{plain}"

    def difference(self, amount: float, unit: str | None) -> str:
        """How much less or more something costs; so much less a cent is so much."""
        plain = round(amount) if amount >= LEAST_ROUNDED and abs(amount - round(amount)) <= A_CENT else round(amount, 2)
        return self.money(plain, unit)

    def _grouped(self, number: str) -> str:
        """A number with marks between its thousands, and its own mark before decimals."""
        whole, _, decimals = number.partition(".")
        mark = _THOUSANDS[self.language]
        grouped = f"{int(whole):,}".replace(",", mark) if len(whole) >= LEAST_GROUPED else whole
        point = "," if self.language in COMMA_DECIMALS else "."
        return f"{grouped}{point}{decimals}" if decimals else grouped

    def n_words(self, text: str) -> int:
        """How many words a text has; of a script without spaces half its characters."""
        if self.language != WIDE:
            return len(text.split())
        return (len(_SPACED.sub("", text)) + 1) // 2 + len(_SPACED.findall(text))


def phrasing_languages() -> tuple[str, ...]:
    """The languages in which card sentences are told."""
    return tuple(data(ROOM, "phrases.yaml")["joints"])


@cache
def phrasing(language: str) -> Phrasing:
    """The phrases of a language; English where it has none."""
    content = data(ROOM, "phrases.yaml")
    own = language if language in content["joints"] else "en"
    return Phrasing(own, **{name: content[name][own] for name in _SETS})


def plain_name(name: str) -> str:
    """A field's name as words: `cook_time` is `cook time`."""
    return " ".join(fold(name).replace("_", " ").split())


__all__ = ["Fragment", "Phrasing", "phrasing", "phrasing_languages", "plain_name"]
