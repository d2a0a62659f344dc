"""Falsehoods made by rule from true sentences, the same every time."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_COLOURS = ("black", "white", "red", "green", "blue", "brown", "pink", "grey", "orange", "yellow", "purple", "navy")
_MATERIALS = ("leather", "rubber", "cotton", "wool", "linen", "brass", "steel", "oak", "beech", "nylon", "aluminium")
_NAMES = ("Marek", "Solberg", "Quinby", "Tarrant", "Belmont", "Ostrava", "Kilmore", "Vandry")
_OPPOSITES = (
    ("less", "more"), ("cheaper", "dearer"), ("under", "over"), ("below", "above"), ("first", "last"),
    ("younger", "older"), ("foreground", "background"), ("left", "right"), ("at most", "at least"),
    ("upper", "lower"), ("nearest", "farthest"), ("second", "third"), ("summer", "winter"),
)  # fmt: skip
# Another bound may be as true: what stands below 300 stands below 400.
_NUMBER = re.compile(r"(?<![\w.,])(?<!under )(?<!below )(?<!most )(?<!about )(?<!over )\d+(?:[.,]\d+)*(?![\w]*\d)")
_NAME = re.compile(r"(?<=[a-z,;:] )(?:[A-Z][a-zà-ü]{3,})(?:'s)?")
_VERB = re.compile(r"\b(is|are|has|can|was)\b(?! (?:not|no)\b)")
_DENIAL = re.compile(r"\b(?:not|no|without|never)\b ")
_QUOTED = re.compile(r"“([^”]+)”")
_LINE = re.compile(r"^([a-z][\w -]*): (.+)$", re.MULTILINE)
_WISH = re.compile(r"as you asked|you (?:asked|wanted)|your|you liked", re.IGNORECASE)
_WEIGHTY = re.compile(r"\b(?!until|without|there|every|inside|among|under|still|where)[a-z]{5,}")


@dataclass(frozen=True, slots=True)
class TrueSentence:
    """A true sentence, the card and the request that it rests on, and what decides how it is changed."""

    text: str
    card: str
    asked: str
    seed: bytes


def planted(text: str, card: str, asked: str) -> Iterator[tuple[str, str]]:
    """What is false, and a false sentence, for each rule that has something to change in the true one."""
    source = TrueSentence(text, card, asked, hashlib.sha256(text.encode()).digest())
    rules = (_number, _colour, _material, _name, _deny, _affirm, _opposite, _quotation, _field, _wish)
    for rule in rules:
        for kind, falsehood in rule(source):
            if falsehood != text:
                yield kind, falsehood


def _number(source: TrueSentence) -> Iterator[tuple[str, str]]:
    numbers = list(_NUMBER.finditer(source.text))
    if not numbers:
        return
    number = numbers[source.seed[0] % len(numbers)]
    digits = [at for at, character in enumerate(number[0]) if character.isdigit()]
    at = digits[source.seed[1] % len(digits)]
    other = str((int(number[0][at]) + 1 + source.seed[2] % 7) % 10)
    changed = number[0][:at] + (other if at or other != "0" else "9") + number[0][at + 1 :]
    if changed not in source.card and changed not in source.asked and changed.rstrip("0.") != number[0].rstrip("0."):
        yield "number", source.text[: number.start()] + changed + source.text[number.end() :]


def _colour(source: TrueSentence) -> Iterator[tuple[str, str]]:
    yield from _swapped_word("colour", _COLOURS, source)


def _material(source: TrueSentence) -> Iterator[tuple[str, str]]:
    yield from _swapped_word("material", _MATERIALS, source)


def _swapped_word(kind: str, words: Sequence[str], source: TrueSentence) -> Iterator[tuple[str, str]]:
    present = [word for word in words if re.search(rf"\b{word}\b", source.text) and word in source.card.lower()]
    absent = [word for word in words if word not in f"{source.card} {source.asked}".lower()]
    if present and absent:
        word, other = present[source.seed[3] % len(present)], absent[source.seed[4] % len(absent)]
        yield kind, re.sub(rf"\b{word}\b", other, source.text, count=1)


def _name(source: TrueSentence) -> Iterator[tuple[str, str]]:
    names = [match for match in _NAME.finditer(source.text) if match[0].removesuffix("'s") in source.card]
    if names:
        name, other = names[source.seed[5] % len(names)], _NAMES[source.seed[6] % len(_NAMES)]
        ending = "'s" if name[0].endswith("'s") else ""
        yield "name", source.text[: name.start()] + other + ending + source.text[name.end() :]


def _deny(source: TrueSentence) -> Iterator[tuple[str, str]]:
    if (verb := _VERB.search(source.text)) and not _WISH.search(source.text):
        yield "polarity", f"{source.text[: verb.end()]} not{source.text[verb.end() :]}"


def _affirm(source: TrueSentence) -> Iterator[tuple[str, str]]:
    denial = _DENIAL.search(source.text)
    if denial and not _WISH.search(source.text):
        yield "polarity", (source.text[: denial.start()] + source.text[denial.end() :]).strip()


def _opposite(source: TrueSentence) -> Iterator[tuple[str, str]]:
    for pair in _OPPOSITES:
        for word, other in (pair, pair[::-1]):
            if re.search(rf"\b{word}\b", source.text) and not re.search(
                rf"\b{other}\b", f"{source.card} {source.asked}"
            ):
                yield "order", re.sub(rf"\b{word}\b", other, source.text, count=1)
                return


def _quotation(source: TrueSentence) -> Iterator[tuple[str, str]]:
    """A word of the card put into what is quoted, or into a quotation of its own."""
    title, *rest = source.card.splitlines()
    description = "" if _LINE.match(rest[-1]) else rest[-1]
    words = description.split(". ")[source.seed[7] % len(description.split(". "))].rstrip(".").split()
    if source.seed[14] % 2 or len(words) < 6 or not source.card.isascii():
        return
    at = 1 + source.seed[8] % (len(words) - 2)
    stranger = next((word for word in title.split() if word.lower() not in description.lower()), "")
    if stranger:
        yield "quotation", f"The description says “{' '.join([*words[:at], stranger, *words[at + 1 :]])}”."


def _field(source: TrueSentence) -> Iterator[tuple[str, str]]:
    """The value of another field, behind a colon, `is` or a quotation."""
    lines = [(name, value) for name, value in _LINE.findall(source.card) if value not in ("no", "yes", "none")]
    if source.seed[14] % 2 == 0 or len(lines) < 2 or not source.card.isascii():
        return
    at = source.seed[9] % len(lines)
    other = (at + 1 + source.seed[10] % (len(lines) - 1)) % len(lines)
    (name, right), (_, value) = lines[at], lines[other]
    if {word[:4] for word in value.lower().split()} & {word[:4] for word in right.lower().split()}:
        return
    forms = (f"The {name}: {value}.", f"The {name} is {value}.", f"The {name} says “{value}”.")
    yield "field", forms[source.seed[11] % len(forms)]


def _wish(source: TrueSentence) -> Iterator[tuple[str, str]]:
    """Words of the item credited to the person, and wishes that a fact has nothing to do with."""
    if (
        source.seed[15] % 3 == 0
        or not source.asked.isascii()
        or not source.card.isascii()
        or _WISH.search(source.text)
        or not source.asked
    ):
        return
    description = source.card.splitlines()[-1]
    wished = {word[:4] for word in _WEIGHTY.findall(source.asked.lower())}
    unasked = [word for word in _WEIGHTY.findall(description) if word[:4] not in wished]
    if not unasked:
        return
    word = unasked[source.seed[12] % len(unasked)]
    forms = (f"You asked for {word}.", f"{source.text.rstrip('.')}, and you asked for {word}.")
    yield "wish", forms[source.seed[13] % len(forms)]


__all__ = ["planted"]
