"""Terms: the words of a text in one form each, clause by clause, denied or not."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from retrieval.text.words import fold

WORDS: dict[str, Any] = yaml.safe_load((files("agent.verify") / "words.yaml").read_text("utf-8"))
_SAME: dict[str, str] = {word: group.split()[0] for group in WORDS["same"].split(";") for word in group.split()}
_DIGITS: dict[str, str] = {word: str(at) for at, word in enumerate(WORDS["numbers"].split(), start=2)}
_DIGITS |= {word: str(10 * at) for at, word in enumerate(WORDS["tens"].split(), start=2)}
_UNITS = {unit: amount.split("*") for unit, _, amount in (part.partition("=") for part in WORDS["units"].split())}
_ENDINGS = (
    "ations",
    "ation",
    "able",
    "ator",
    "ions",
    "ion",
    "ings",
    "ing",
    "ers",
    "er",
    "or",
    "ed",
    "ly",
    "es",
    "os",
    "as",
    "e",
    "s",
    "o",
    "a",
    "n",
)
_SENTENCES = re.compile(r"[.;:!?。；：！？](?!\d)|\n|\b(?:but|aber|pero|mais)\b|但")
_CLAUSES = re.compile(r",(?!\d)|[，、()“”„«»\"（）]|\b(?:and|und|et|y)\b")
_WORD = re.compile(r"\d+(?:[.,:]\d+)*|[\u4e00-\u9fff]+|(?:(?![\u4e00-\u9fff])[^\W\d_])+(?:'t)?")
_IS = frozenset(["is", "are", "was", "were", "es", "son", "est", "sont", "ist", "sind"])


@dataclass(frozen=True, slots=True)
class EntryWord:
    """A word: as written, in one form, whether denied, in which clause, and what joins it to the last."""

    text: str
    form: str
    denied: bool
    place: tuple[int, int]
    link: str
    opens: bool


@cache
def _plain(language: str) -> frozenset[str]:
    return frozenset(fold(WORDS["plain"].get(language, "") + " " + WORDS["plain"]["en"]).split())


@cache
def _denials(language: str) -> frozenset[str]:
    return frozenset(fold(WORDS["denials"].get(language, "") + " " + WORDS["denials"]["en"]).split())


def form(word: str) -> str:
    """The one form of words of a family: `director` and `directed`, `rojo` and `roja`; a number without its noughts."""
    word = fold(word)
    if word[0].isdigit():
        plain = re.sub(r",(?=\d{3}\b)", "", word)
        return plain.rstrip("0").rstrip(".") if plain.count(".") == 1 else plain
    if word in _DIGITS:
        return _DIGITS[word]
    word = f"{word[:-3]}y" if word.endswith("ies") and len(word) > 4 else word
    word = _SAME.get(word, _SAME.get(word.removesuffix("s"), word))
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return _SAME.get(word.removesuffix(ending), word.removesuffix(ending))
    return word


def flat(text: str) -> str:
    """The text in small letters without accents, each at the place where it stood."""
    return text.lower() if text.isascii() else "".join(fold(letter)[:1] or letter for letter in text)


def terms(text: str, language: str) -> list[EntryWord]:
    """The words that tell something; what stands behind a denial in its clause, or before one at its end, is denied."""
    found: list[EntryWord] = []
    text = (
        re.sub(r"\b(\w+)-free\b(?! of)", r"no \1,", text.replace("’", "'"))
        .replace("sold separately", "not included")
        .replace("free of", "without")
    )
    text = re.sub(
        r"(\d)(g|kg|ml|cl|l|mm|cm|m|km|h|min|gb|tb)\b",
        r"\1 \2",
        re.sub(r"€ ?([\d.,]*\d)|(\d) ?€", r"\1\2 EUR", text),
        flags=re.I,
    )
    for number, sentence in enumerate(_SENTENCES.split(re.sub(r"'s\b", "", text))):
        for at, clause in enumerate(_CLAUSES.split(sentence)):
            found += _of_clause(clause, (number, at), language)
    return found


def _of_clause(clause: str, place: tuple[int, int], language: str) -> list[EntryWord]:
    found: list[EntryWord] = []
    denied, n_denials, link, n_words = 0, 0, "", 0
    for word in [part for match in _WORD.findall(clause) for part in _cut(match)]:
        folded, n_words = fold(word), n_words + 1
        is_name = word[0].isupper() and n_words > 1 and folded in WORDS["names too"].split()
        if folded in _denials(language) or folded.endswith("n't"):
            denied, n_denials, link = (2 if folded == "non" else 4), n_denials + 1, "no"
        elif folded in _IS or (
            (folded in _plain(language) or folded.removesuffix("s") in _plain(language)) and not is_name
        ):
            denied = 0 if folded in ("this", "these") else denied
            link = "is" if folded in _IS else link if folded in ("a", "an", "the") else folded
        elif unit := _UNITS.get(_SAME.get(folded, folded.removesuffix("s").removesuffix("e"))) or _UNITS.get(
            folded.removesuffix("s")
        ):
            if found and found[-1].form.replace(".", "", 1).isdigit() and not link:
                amount = f"{float(found[-1].form) * float(unit[1]):g} {unit[0]}"
                found[-1] = replace(found[-1], form=amount)
        else:
            found.append(EntryWord(word, form(word), denied > 0, place, link, not found))
            denied, link = denied - 1, ""
    is_elided = denied == 4 or (found and found[-1].denied and found[-1].form == form("included"))
    return [replace(each, denied=True) for each in found] if is_elided else found


@cache
def _wide() -> re.Pattern[str]:
    known = WORDS["plain"]["zh"].split() + WORDS["denials"]["zh"].split()
    return re.compile("(" + "|".join(sorted(known, key=len, reverse=True)) + ")")


def _cut(word: str) -> list[str]:
    return [part for part in _wide().split(word) if part] if "\u4e00" <= word[0] <= "\u9fff" else [word]
