"""Falsehoods made by rule from true sentences, the same every time."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence

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


def planted(text: str, card: str, asked: str) -> Iterator[tuple[str, str]]:
    """What is false, and a false sentence, for each rule that has something to change in the true one."""
    seed = hashlib.sha256(text.encode()).digest()
    rules = (_number, _colour, _material, _name, _deny, _affirm, _opposite, _quotation, _field, _wish)
    for rule in rules:
        for kind, falsehood in rule(text, card, asked, seed):
            if falsehood != text:
                yield kind, falsehood


def _number(text: str, card: str, asked: str, seed: bytes) -> Iterator[tuple[str, str]]:
    numbers = list(_NUMBER.finditer(text))
    if not numbers:
        return
    number = numbers[seed[0] % len(numbers)]
    digits = [at for at, character in enumerate(number[0]) if character.isdigit()]
    at = digits[seed[1] % len(digits)]
    other = str((int(number[0][at]) + 1 + seed[2] % 7) % 10)
    changed = number[0][:at] + (other if at or other != "0" else "9") + number[0][at + 1 :]
    if changed not in card and changed not in asked and changed.rstrip("0.") != number[0].rstrip("0."):
        yield "number", text[: number.start()] + changed + text[number.end() :]


def _colour(text: str, card: str, asked: str, seed: bytes) -> Iterator[tuple[str, str]]:
    yield from _swapped_word("colour", _COLOURS, text, card, asked, seed)


def _material(text: str, card: str, asked: str, seed: bytes) -> Iterator[tuple[str, str]]:
    yield from _swapped_word("material", _MATERIALS, text, card, asked, seed)


def _swapped_word(
    kind: str, words: Sequence[str], text: str, card: str, asked: str, seed: bytes
) -> Iterator[tuple[str, str]]:
    present = [word for word in words if re.search(rf"\b{word}\b", text) and word in card.lower()]
    absent = [word for word in words if word not in f"{card} {asked}".lower()]
    if present and absent:
        word, other = present[seed[3] % len(present)], absent[seed[4] % len(absent)]
        yield kind, re.sub(rf"\b{word}\b", other, text, count=1)


def _name(text: str, card: str, asked: str, seed: bytes) -> Iterator[tuple[str, str]]:
    names = [match for match in _NAME.finditer(text) if match[0].removesuffix("'s") in card]
    if names:
        name, other = names[seed[5] % len(names)], _NAMES[seed[6] % len(_NAMES)]
        ending = "'s" if name[0].endswith("'s") else ""
        yield "name", text[: name.start()] + other + ending + text[name.end() :]


def _deny(text: str, card: str, asked: str, seed: bytes) -> Iterator[tuple[str, str]]:
    if (verb := _VERB.search(text)) and not _WISH.search(text):
        yield "polarity", f"{text[: verb.end()]} not{text[verb.end() :]}"


def _affirm(text: str, card: str, asked: str, seed: bytes) -> Iterator[tuple[str, str]]:
    denial = _DENIAL.search(text)
    if denial and not _WISH.search(text):
        yield "polarity", (text[: denial.start()] + text[denial.end() :]).strip()


def _opposite(text: str, card: str, asked: str, seed: bytes) -> Iterator[tuple[str, str]]:
    for pair in _OPPOSITES:
        for word, other in (pair, pair[::-1]):
            if re.search(rf"\b{word}\b", text) and not re.search(rf"\b{other}\b", f"{card} {asked}"):
                yield "order", re.sub(rf"\b{word}\b", other, text, count=1)
                return


def _quotation(text: str, card: str, asked: str, seed: bytes) -> Iterator[tuple[str, str]]:
    """A word of the card put into what is quoted, or into a quotation of its own."""
    title, *rest = card.splitlines()
    description = "" if _LINE.match(rest[-1]) else rest[-1]
    words = description.split(". ")[seed[7] % len(description.split(". "))].rstrip(".").split()
    if seed[14] % 2 or len(words) < 6 or not card.isascii():
        return
    at = 1 + seed[8] % (len(words) - 2)
    stranger = next((word for word in title.split() if word.lower() not in description.lower()), "")
    if stranger:
        yield "quotation", f"The description says “{' '.join([*words[:at], stranger, *words[at + 1 :]])}”."


def _field(text: str, card: str, asked: str, seed: bytes) -> Iterator[tuple[str, str]]:
    """The value of another field, behind a colon, `is` or a quotation."""
    lines = [(name, value) for name, value in _LINE.findall(card) if value not in ("no", "yes", "none")]
    if seed[14] % 2 == 0 or len(lines) < 2 or not card.isascii():
        return
    at = seed[9] % len(lines)
    other = (at + 1 + seed[10] % (len(lines) - 1)) % len(lines)
    (name, right), (_, value) = lines[at], lines[other]
    if {word[:4] for word in value.lower().split()} & {word[:4] for word in right.lower().split()}:
        return
    forms = (f"The {name}: {value}.", f"The {name} is {value}.", f"The {name} says “{value}”.")
    yield "field", forms[seed[11] % len(forms)]


def _wish(text: str, card: str, asked: str, seed: bytes) -> Iterator[tuple[str, str]]:
    """Words of the item credited to the person, and wishes that a fact has nothing to do with."""
    if seed[15] % 3 == 0 or not asked.isascii() or not card.isascii() or _WISH.search(text) or not asked:
        return
    description = card.splitlines()[-1]
    wished = {word[:4] for word in _WEIGHTY.findall(asked.lower())}
    unasked = [word for word in _WEIGHTY.findall(description) if word[:4] not in wished]
    if not unasked:
        return
    word = unasked[seed[12] % len(unasked)]
    forms = (f"You asked for {word}.", f"{text.rstrip('.')}, and you asked for {word}.")
    yield "wish", forms[seed[13] % len(forms)]


__all__ = ["planted"]
