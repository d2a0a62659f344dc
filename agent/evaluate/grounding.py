"""How well the check of explanations tells true sentences from false ones, on those that come with the product.

The false ones were made from the true ones by rules, and read: another number, colour or name, a denial put in or
taken out, or the sentence of another item. Half of all, by hash, was never looked at while the check was written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from agent.explain.grounding.check import Facts, check

Half = Literal["dev", "held"]
Planted = Literal["number", "colour", "name", "negation", "swap"]


@dataclass(frozen=True, slots=True)
class GoldSentence:
    """One sentence about an item.

    Attributes:
        item: Key of the item it is said of.
        planted: What makes it false; None for a true one.
    """

    item: str
    text: str
    planted: Planted | None

    @property
    def half(self) -> Half:
        """`held` for the half that was not looked at while the check was written."""
        return "held" if hashlib.sha256(f"{self.item} {self.text}".encode()).digest()[0] % 2 else "dev"


@dataclass(frozen=True, slots=True)
class CheckFigure:
    """One row of the report.

    Attributes:
        half: Half of the sentences, or `all`.
        true: How many true sentences.
        rejected: Share of them that the check refused.
        false: How many false ones.
        caught: Share of them that the check refused.
        caught_by_kind: The same by what was planted.
    """

    half: Half | Literal["all"]
    true: int
    rejected: float
    false: int
    caught: float
    caught_by_kind: Mapping[Planted, float]


@cache
def gold_sentences() -> tuple[GoldSentence, ...]:
    """All of them."""
    return tuple(GoldSentence(row["item"], row["text"], row["planted"]) for row in _rows("sentences"))


@cache
def gold_facts() -> Mapping[str, Facts]:
    """By item what may be said of it."""
    return {row["item"]: Facts((row["card"],), tuple(row["guesses"]), row["asked"]) for row in _rows("items")}


def check_figures() -> list[CheckFigure]:
    """The check judged on both halves, and on all."""
    verdicts = [(sentence, check(sentence.text, gold_facts()[sentence.item]).grounded) for sentence in gold_sentences()]
    halves: tuple[Half, Half] = ("dev", "held")
    parts = [
        _figure(half, [(sentence, passed) for sentence, passed in verdicts if sentence.half == half]) for half in halves
    ]
    return [*parts, _figure("all", verdicts)]


def _figure(half: Half | Literal["all"], verdicts: Sequence[tuple[GoldSentence, bool]]) -> CheckFigure:
    true = [passed for sentence, passed in verdicts if sentence.planted is None]
    false = [(sentence.planted, passed) for sentence, passed in verdicts if sentence.planted is not None]
    kinds: list[Planted] = list(dict.fromkeys(kind for kind, _ in false))
    return CheckFigure(
        half=half,
        true=len(true),
        rejected=_share_refused(true),
        false=len(false),
        caught=_share_refused([passed for _, passed in false]),
        caught_by_kind={kind: _share_refused([passed for of, passed in false if of == kind]) for kind in kinds},
    )


def _share_refused(passed: Sequence[bool]) -> float:
    return passed.count(False) / len(passed) if passed else 0.0


def _rows(name: str) -> list[dict[str, Any]]:
    text = (files("agent.evaluate.gold.grounding") / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


__all__ = ["CheckFigure", "GoldSentence", "check_figures", "gold_facts", "gold_sentences"]
