"""The patterns by which reviews are read, from the data beside this file; each language by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from retrieval.files.yaml_text import parsed
from retrieval.text.words import fold

LANGUAGES = ("en", "de", "es", "fr", "zh")
_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class ReviewPatterns:
    """What one language praises, faults and names by.

    Attributes:
        judged: What judges an aspect by itself; its groups are named as in `groups`.
        named: What aspects are called.
        opinions: What praises (`good`) and faults (`bad`) whatever stands beside it.
        negates: What turns a judgement round.
        turns: Where one judgement ends and another begins.
        subject: What a catalog's own words stand between; its group is the word.
        groups: By name of a group of `judged` and `named` the aspect, and 1 for praise, -1 for fault, 0 for a name.
    """

    judged: re.Pattern[str]
    named: re.Pattern[str]
    opinions: re.Pattern[str]
    negates: re.Pattern[str]
    turns: re.Pattern[str]
    subject: re.Pattern[str]
    groups: Mapping[str, tuple[str, int]]


@cache
def aspect_names() -> tuple[str, ...]:
    """The aspects that are known whatever is sold."""
    return tuple(_data("aspects.yaml"))


@cache
def patterns_of(language: str) -> ReviewPatterns:
    """The patterns of one of `LANGUAGES`."""
    words, aspects, wide = _data("opinions.yaml"), _data("aspects.yaml"), language == "zh"
    too = f"(?:{'|'.join(map(str, words['too'][language]))})"
    groups: dict[str, tuple[str, int]] = {}

    def alternatives(kinds: Sequence[tuple[str, int]]) -> Iterator[str]:
        for name, aspect in aspects.items():
            for kind, polarity in kinds:
                if own := [str(part).replace("{too}", too) for part in aspect[kind][language]]:
                    groups[f"{name}_{kind}"] = (name, polarity)
                    yield f"(?P<{name}_{kind}>{'|'.join(own)})"

    says = words["says"][language]
    before, behind = ("|".join(map(str, says[side])) for side in ("before", "behind"))
    return ReviewPatterns(
        judged=_compiled("|".join(alternatives((("bad", -1), ("good", 1)))), wide=wide),
        named=_compiled("|".join(alternatives((("named", 0),))), wide=wide),
        opinions=_compiled(
            "|".join(f"(?P<{kind}>{'|'.join(map(str, words[kind][language]))})" for kind in ("bad", "good")), wide=wide
        ),
        negates=_compiled("|".join(map(str, words["negates"][language])), wide=wide),
        turns=_compiled("|".join(map(str, words["turns"][language])), wide=wide),
        subject=re.compile(rf"\b(?:{before}) ([^\W\d_]{{3,20}}) (?:{behind})\b") if before else _NOTHING,
        groups=groups,
    )


def language_of(text: str) -> str:
    """Which of `LANGUAGES` a review is written in, by its small words; English where nothing tells."""
    if re.search(r"[\u4e00-\u9fff]", text):
        return "zh"
    tokens = re.findall(r"[^\W\d_]+", fold(text))
    counts = {language: sum(token in own for token in tokens) for language, own in _small().items()}
    best = max(counts, key=lambda language: counts[language])
    if counts[best] > counts["en"]:
        return best
    # two words and no article, as `Très confortable`: what judges things in one language alone tells it
    if not counts["en"]:
        judged = {name: len(list(_judging(name, fold(text)))) for name in LANGUAGES[:-1]}
        best = max(judged, key=lambda language: judged[language])
        return best if judged[best] > judged["en"] else "en"
    return "en"


def _judging(language: str, text: str) -> Iterator[re.Match[str]]:
    own = patterns_of(language)
    for pattern in (own.judged, own.named, own.opinions):
        yield from pattern.finditer(text)


@cache
def _small() -> Mapping[str, frozenset[str]]:
    return {name: frozenset(map(str, listed)) for name, listed in _data("opinions.yaml")["small"].items()}


def _compiled(alternatives: str, *, wide: bool) -> re.Pattern[str]:
    return re.compile(alternatives if wide else rf"\b(?:{alternatives})\b")


@cache
def _data(name: str) -> Mapping[str, Any]:
    content: Mapping[str, Any] = parsed((files("retrieval.reviews") / name).read_text(encoding="utf-8"))
    return content


__all__ = ["LANGUAGES", "ReviewPatterns", "aspect_names", "language_of", "patterns_of"]
