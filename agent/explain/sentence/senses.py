"""Senses: what a Chinese word of a wish means, and what of an item's text meets it or says the contrary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from agent.explain.sentence.grammar import ROOM
from agent.language.patterns import data
from agent.recent import recent
from agent.retrieve.fit.contrasts import contrasts, excluded_by, same_as
from agent.understand.kinds.names import kind_names
from agent.understand.lexicon import lexicon
from agent.understand.tokens import forms
from retrieval.text.words import fold

Standing = Literal["met", "against", "near", ""]
SORTS = ("traits", "uses", "parts", "things", "origins", "people")
HALF = 2  # of a word's characters one in so many makes it likely that it is spoken of
_DENIES = re.compile(r"[不没无非未]|谢绝|禁止")
_ENGLISH_DENIAL = re.compile(r"\b(?:no|not|non|without|never|isn['’]t|doesn['’]t)\b[^,.;:]*$|\bnon-$")
_WIDE = re.compile(r"[\u3400-\u9fff]")
_CLAUSE = re.compile(r"[^，。；：！？,;:!?()（）\s\"“”]+")


@dataclass(frozen=True, slots=True)
class Sense:
    """What a word of a wish means.

    Attributes:
        name: The word.
        sort: Which of the sorts of `chinese.yaml` it is of; empty for a word that no list has.
        same: Chinese words that say the same, its own first.
        against: Chinese words that say the contrary.
        english: English words that say the same.
        english_against: English words that say the contrary.
    """

    name: str
    sort: str
    same: tuple[str, ...]
    against: tuple[str, ...] = ()
    english: tuple[str, ...] = ()
    english_against: tuple[str, ...] = ()

    @property
    def question(self) -> str:
        """How it is asked after: `是否防水`, `辣不辣`, `能不能机洗`."""
        if self.sort == "traits":
            return f"{self.name}不{self.name}" if len(self.name) == 1 else f"是否{self.name}"
        return {"uses": "能不能", "people": "适不适合"}.get(self.sort, "") + self.name


def standing(sense: Sense, text: str, language: str) -> Standing:
    """Whether a text meets a wish, says the contrary, or may speak of it in other words."""
    if language != "zh" or not _WIDE.search(text):
        return _english_standing(sense, text)
    each = [_standing(sense, clause[0]) for clause in _CLAUSE.finditer(text)]
    return next((found for found in ("met", "against", "near") if found in each), "")


def spoken(sense: Sense, text: str, wanted: Standing) -> str:
    """The word of an English text that meets a wish, or says the contrary; empty where there is none."""
    listed = sense.english if wanted == "met" else sense.english_against
    match = next((match for word in listed if (match := _pattern(word).search(text))), None)
    return match[0] if match else ""


def against_word(sense: Sense, text: str) -> str:
    """The Chinese word of a text that says the contrary of a wish; empty where the wish itself is denied."""
    return max((word for word in sense.against if word in text), key=len, default="")


def sense_of(word: str) -> Sense:
    """The sense of a word of a request; of one that no list has, what dictionaries of the house say of it."""
    return senses().get(word) or _unlisted(word)


@cache
def senses() -> Mapping[str, Sense]:
    """The senses of `chinese.yaml`, by each of the words that a request may say them with."""
    content = data(ROOM, "chinese.yaml")
    own = {name: _sense(name, sort, row) for sort in SORTS for name, row in content[sort].items()}
    for group in content["groups"]:
        for name in group:
            others = [word for other in group if other != name for word in own[other].same]
            own[name] = replace(own[name], against=tuple(dict.fromkeys([*own[name].against, *others])))
    by_word = {word: sense for sense in own.values() for word in sense.same if len(word) > 1}
    return by_word | own


def _sense(name: str, sort: str, row: Sequence[str | Sequence[str]]) -> Sense:
    same, english, against = (str(column).split("/") if column else [] for column in row)
    plain = [word.replace("-", " ") for word in against if word.isascii()]
    return Sense(
        name,
        sort,
        (name, *same),
        tuple(word for word in against if not word.isascii()),
        tuple(word.replace("-", " ") for word in english),
        tuple(plain),
    )


@recent(4_096)
def _unlisted(word: str) -> Sense:
    """What the lists of equal words, of kinds and of contrasts say of a word."""
    english = [" ".join(form) for form in lexicon().equal.get(forms(word), ()) if " ".join(form).isascii()]
    if kind := kind_names().by_language.get("zh", {}).get(forms(word)):
        english.append(kind)
    token = fold(word)
    same, excluded = same_as(token), excluded_by(token)
    return Sense(
        word,
        "things" if token in contrasts() else "",
        (word, *(other for other in same if not other.isascii() and other != word)),
        tuple(other for other in excluded if not other.isascii()),
        tuple(dict.fromkeys([*english, *(other for other in same if other.isascii())])),
        tuple(other for other in excluded if other.isascii()),
    )


def _standing(sense: Sense, clause: str) -> Standing:
    said = _places(clause, sense.same)
    contrary = _places(clause, sense.against)
    denied_at = denial_in(clause)
    free = [place for place in said if not _is_covered(place, contrary)]
    affirmed = [place for place in free if place[0] <= denied_at and not _is_spoiled(clause, place[0])]
    if affirmed:
        return "met"
    if free or any(place[0] <= denied_at for place in contrary if not _is_covered(place, said)):
        return "against"
    if len(sense.name) == 1:
        return ""
    open_part = clause[:denied_at]
    held = sum(mark in open_part for mark in set(sense.name))
    if held == len(set(sense.name)):
        return "met"
    if sense.sort not in ("", "things", "parts", "origins"):
        return ""  # its list has what says the same
    return "near" if HALF * sum(mark in clause for mark in set(sense.name)) >= len(set(sense.name)) else ""


@recent(4_096)
def denial_in(clause: str) -> int:
    """Where a clause begins to deny; its length where it does not."""
    for word in _lists("undenied"):
        clause = clause.replace(word, "　" * len(word))
    match = _DENIES.search(clause)
    return match.start() if match else len(clause)


def is_nominal(clause: str) -> bool:
    """Whether a clause names a thing, so that `是` may stand before it."""
    return not any(mark in clause for mark in _lists("verbal"))


def contrary(sense: Sense, clause: str) -> str:
    """What a clause that breaks a wish amounts to, `谈不上轻松`; empty where it says so itself."""
    word = against_word(sense, clause)
    plain = not word or all(mark in word for mark in sense.name) or word[0] in _lists("spoiled")
    return "" if plain or sense.sort == "parts" or not sense.sort else worded(f"not {sense.sort}", sense.name)


def measure_of(sense: Sense) -> str:
    """The name of the field that tells by an amount whether a wish is met; empty where none does."""
    measured: Mapping[str, str] = data(ROOM, "chinese.yaml")["measured"]
    return measured.get(sense.name, "")


def worded(name: str, text: str = "") -> str:
    """A phrase that only Chinese has, filled in."""
    phrases: Mapping[str, str] = data(ROOM, "chinese.yaml")["phrases"]
    return phrases[name].format(text=text)


def _places(clause: str, listed: Sequence[str]) -> list[tuple[int, int]]:
    """Where words stand in a clause, and are not part of another word."""
    return [place for word in listed if word and word in clause for place in _occurrences(clause, word)]


def _occurrences(clause: str, word: str) -> Iterator[tuple[int, int]]:
    others = [other for other in _lists("within") if word in other and word != other and other in clause]
    hidden = [(match.start(), match.end()) for other in others for match in re.finditer(re.escape(other), clause)]
    for match in re.finditer(re.escape(word), clause):
        place = (match.start(), match.end())
        if not _is_covered(place, hidden):
            yield place


def _is_covered(place: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    """Whether a longer word stands around one."""
    return any(start <= place[0] and place[1] <= end and end - start > place[1] - place[0] for start, end in others)


def _is_spoiled(clause: str, at: int) -> bool:
    """Whether what stands before a word makes it another thing: `仿羊绒`."""
    return at > 0 and clause[at - 1] in _lists("spoiled")


def _english_standing(sense: Sense, text: str) -> Standing:
    said = [match for word in sense.english for match in _pattern(word).finditer(text)]
    contrary = [match for word in sense.english_against for match in _pattern(word).finditer(text)]
    if any(not _ENGLISH_DENIAL.search(text[: match.start()].lower()) for match in said):
        return "met"
    plain = [match for match in contrary if not _ENGLISH_DENIAL.search(text[: match.start()].lower())]
    return "against" if said or plain else ""


@recent(4_096)
def _pattern(word: str) -> re.Pattern[str]:
    spaced = r"[\s-]".join(map(re.escape, word.split()))
    return re.compile(rf"\b{spaced}(?:e?s)?\b", re.IGNORECASE)


@cache
def _lists(name: str) -> tuple[str, ...]:
    return tuple(data(ROOM, "chinese.yaml")[name])


__all__ = [
    "Sense",
    "Standing",
    "against_word",
    "contrary",
    "denial_in",
    "is_nominal",
    "measure_of",
    "sense_of",
    "senses",
    "spoken",
    "standing",
    "worded",
]
