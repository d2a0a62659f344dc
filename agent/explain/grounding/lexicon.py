"""Word lists for the check of explanations: what must be proven, what proves what, and what says nothing of an item."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

from retrieval.files.yaml_text import parsed
from retrieval.text.words import fold


def _read() -> Mapping[str, Any]:
    text = (files("agent.explain.grounding") / "words.yaml").read_text("utf-8")
    content: Mapping[str, Any] = parsed(text)
    return content


_CONTENT = _read()


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(text).split())


def _by_language(name: str) -> Mapping[str, frozenset[str]]:
    return {language: _words(text) for language, text in _CONTENT[name].items()}


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


COLOURS = _words(_CONTENT["colours"])
MATERIALS = _words(_CONTENT["materials"])
PLACED = _words(_CONTENT["placed"])
NEGATIONS_BY_LANGUAGE = _by_language("negations")
NEGATIONS = NEGATIONS_BY_LANGUAGE["en"]
# Of these only the very same word may be said; the others deny alike.
PARTICULAR_NEGATIONS = _words(_CONTENT["particular negations"])
# Words of one group mean the same.
SAME: Mapping[str, str] = {
    word: group.split()[0] for group in _CONTENT["same"].split(";") for word in fold(group).split()
}
# By word, what it proves beside itself.
BROADER: Mapping[str, str] = {word: kind for kind, text in _CONTENT["broader"].items() for word in text.split()}
DIGITS: Mapping[str, str] = {
    **{word: str(number) for number, word in enumerate(_CONTENT["numbers"].split(), start=2)},
    **{word: str(10 * number) for number, word in enumerate(_CONTENT["tens"].split(), start=2)},
    **{word: str(number) for word, number in _CONTENT["counts"].items()},
}
ALSO_NAMES = _words(_CONTENT["also names"])
DATES = _words(_CONTENT["dates"])
DATING = _words(_CONTENT["dating"])
# By what a field is called, the words that a sentence needs to tell its value.
FIELD_WORDS: Mapping[str, frozenset[str]] = {name: _words(text) for name, text in _CONTENT["field words"].items()}
ROLES: Mapping[str, frozenset[str]] = {name: _words(text) for name, text in _CONTENT["roles"].items()}
MEASURED_WORDS: Mapping[str, frozenset[str]] = {word: _words(text) for word, text in _CONTENT["measured words"].items()}
BEFORE_NUMBERS = _words(_CONTENT["before numbers"])
OPPOSITES: Mapping[str, str] = _CONTENT["opposites"]
INCLUDED = _words(_CONTENT["included"])
# By word of another language, the field that it names.
LABELS: Mapping[str, str] = {word: name for name, text in _CONTENT["labels"].items() for word in fold(text).split()}
# By unit, what it measures and how many of the smallest unit it is.
MEASURES: Mapping[str, tuple[str, float]] = {unit: (kind, size) for unit, (kind, size) in _CONTENT["measures"].items()}
# By field whose numbers stand without a unit, what they count.
BARE_UNITS: Mapping[str, str] = _CONTENT["bare units"]
# Words that keep a guess a guess.
HEDGES = _words(_CONTENT["hedges"])
# Plain words after which a clause tells what was asked for, and those that go on with it.
ASKING = _words(_CONTENT["asking"])
CONNECTIVES = _words(_CONTENT["connectives"])
# Words that carry a sentence without saying anything about an item that could be false.
PLAIN_BY_LANGUAGE = _by_language("plain")
PLAIN_WORDS = PLAIN_BY_LANGUAGE["en"]
REWRITES = tuple((re.compile(pattern, re.IGNORECASE), plain) for pattern, plain in _CONTENT["rewrites"].items())
WISHES: Mapping[str, re.Pattern[str]] = {
    name: _any_of(_CONTENT["wishes"][name]) for name in ("as asked", "refused", "asked")
}
TURNS = _words(_CONTENT["wishes"]["turns"])
BOUNDS: Mapping[str, Any] = _CONTENT["bounds"]
INSTEAD, CONTRASTED = re.compile(_CONTENT["instead"]), re.compile(_CONTENT["contrasted"])
UNTOLD_BEFORE, UNTOLD_BEHIND = (re.compile(_CONTENT["untold"][side]) for side in ("before", "behind"))
# By words for a figure, the fields that would hold it.
UNSAID: Mapping[str, frozenset[str]] = {
    label: frozenset(names.split(", ")) for label, names in _CONTENT["unsaid"].items()
}
UNNEEDED = re.compile(_CONTENT["unneeded"])
COMPANY: Mapping[str, str] = _CONTENT["company"]
