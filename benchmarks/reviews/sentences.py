"""Sentences of reviews: how often what they praise and fault is read as it was written down."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.figures import observed
from benchmarks.table import Row
from retrieval.reviews.patterns import language_of
from retrieval.reviews.reading import OVERALL, judgements

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class GoldSentence:
    """A sentence with what it says: each aspect with a + or a -."""

    language: str
    text: str
    said: frozenset[str]

    @property
    def held_back(self) -> bool:
        """Whether the rules were made without looking at it."""
        return hashlib.sha256(self.text.encode()).digest()[0] % 2 == 1


def gold(name: str) -> Iterator[GoldSentence]:
    """The sentences of a file."""
    for entries in yaml.safe_load((HERE / name).read_text("utf-8")).values():
        yield from (GoldSentence(language, text, frozenset(said.split())) for language, said, text in entries)


def read(text: str) -> frozenset[str]:
    """What our rules say of a sentence, in the same form."""
    said = judgements(text, language_of(text))
    return frozenset(f"{each.aspect}{'+' if each.polarity > 0 else '-'}" for each in said if each.aspect != OVERALL)


def rows() -> list[Row]:
    """Precision and recall of aspects with their polarity, and how often the polarity of a found aspect is right."""
    known, fresh = list(gold("gold.yaml")), list(gold("fresh.yaml"))
    sets = {
        "written before the rules, seen": [sentence for sentence in known if not sentence.held_back],
        "written before the rules, held back": [sentence for sentence in known if sentence.held_back],
        "written after the rules, unseen": fresh,
    }
    return [row for name, sentences in sets.items() for row in _rows(name, sentences)]


def _rows(name: str, sentences: list[GoldSentence]) -> Iterator[Row]:
    found = [(sentence.said, read(sentence.text)) for sentence in sentences]
    right = sum(len(said & ours) for said, ours in found)
    aspects = [({each[:-1]: each[-1] for each in said}, {each[:-1]: each[-1] for each in ours}) for said, ours in found]
    both = [(said[aspect], ours[aspect]) for said, ours in aspects for aspect in said.keys() & ours.keys()]
    note = f"{len(sentences)} sentences, five languages"
    yield observed(f"{name}: precision", right / max(1, sum(len(ours) for _, ours in found)), "share", note)
    yield observed(f"{name}: recall", right / max(1, sum(len(said) for said, _ in found)), "share", note)
    polarity = sum(said == ours for said, ours in both) / max(1, len(both))
    yield observed(f"{name}: polarity of found aspects", polarity, "share", f"{len(both)} aspects")
