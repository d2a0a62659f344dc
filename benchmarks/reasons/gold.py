"""What our planner says of items beside what a good assistant would say of them.

`python -m benchmarks.reasons.gold [--half dev|held] [--show]` reads the rows of `gold.yaml`, puts the items of each
domain and language into a catalog, and asks for the reason of each. A wish that is met is told where a word of it
stands in the sentence or in the title, which stands above it; one that is missed is admitted where it is named.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from agent.config import AgentConfig
from agent.evaluate.cards import OUT_OF_PLACE
from agent.explain.sentence.grammar import stems_of
from agent.explain.sentence.phrasing import phrasing
from agent.recommender import RecommendationAgent
from benchmarks.figures import at_least, at_most
from benchmarks.settings import Settings
from benchmarks.table import Row, table

ROWS = Path(__file__).with_name("gold.yaml")
HALVES = ("dev", "held")
LEAST_TOLD, LEAST_ADMITTED, MOST_WORDS = 0.95, 0.9, 20


@dataclass(frozen=True, slots=True)
class GoldReason:
    """A request, what is known of an item, and what a good assistant says of it."""

    domain: str
    language: str
    request: str
    item: dict[str, Any]
    met: tuple[str, ...]
    missed: tuple[str, ...]
    says: str

    @property
    def half(self) -> str:
        """By the hash of the request and the title, so that no row moves when others come."""
        return HALVES[hashlib.sha256(f"{self.request}\n{self.item['title']}".encode()).digest()[0] % 2]


@dataclass(frozen=True, slots=True)
class WordedReason:
    """A row, and what was said."""

    gold: GoldReason
    text: str

    def tells(self, wish: str) -> bool:
        """Whether a word of a wish stands in the sentence or in the title."""
        language = self.gold.language
        shown = stems_of(f"{self.text} {self.gold.item['title']}", language)
        return bool(stems_of(wish, language) & shown) or any(mark.isdigit() for mark in wish)

    def admits(self, wish: str) -> bool:
        """Whether a wish is named in what follows the clause."""
        return bool(stems_of(wish, self.gold.language) & stems_of(self.text, self.gold.language))


def read_gold(half: str | None = None) -> list[GoldReason]:
    """The rows that are asked for in words."""
    rows = [
        GoldReason(
            row["domain"],
            row["language"],
            row["request"],
            row["item"],
            tuple(row["met"]),
            tuple(row["missed"]),
            row["says"],
        )
        for row in yaml.safe_load(ROWS.read_text(encoding="utf-8"))
    ]
    return [row for row in rows if row.request and half in (None, row.half)]


def worded(gold: Sequence[GoldReason]) -> Iterator[WordedReason]:
    """What is said of each, in catalogs of one domain and language each."""
    ordered = sorted(gold, key=lambda row: (row.domain, row.language))
    for _, group in groupby(ordered, key=lambda row: (row.domain, row.language)):
        rows = list(group)
        with tempfile.TemporaryDirectory() as folder, _agent(rows, Path(folder)) as agent:
            for at, row in enumerate(rows):
                yield WordedReason(row, agent.explain(str(at), row.request).text)


def _agent(rows: Sequence[GoldReason], folder: Path) -> RecommendationAgent:
    catalog = folder / "catalog.jsonl"
    lines = [json.dumps({"id": str(at), **_columns(row.item)}, ensure_ascii=False) for at, row in enumerate(rows)]
    catalog.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return RecommendationAgent.from_catalog(catalog, folder / "w", AgentConfig(llm="none"))


def _columns(item: dict[str, Any]) -> dict[str, Any]:
    """An item as a catalog has it; what a picture shows is none of its columns."""
    return {name: value for name, value in item.items() if name != "picture"}


def measured(reasons: Sequence[WordedReason], note: str) -> list[Row]:
    """The figures of what was said."""
    told = [reason.tells(wish) for reason in reasons for wish in reason.gold.met]
    admitted = [reason.admits(wish) for reason in reasons for wish in reason.gold.missed]
    # Wishes are looked for by words, which sentences written by hand do not always use either.
    theirs = [WordedReason(reason.gold, reason.gold.says) for reason in reasons]
    theirs_told = [reason.tells(wish) for reason in theirs for wish in reason.gold.met]
    theirs_admitted = [reason.admits(wish) for reason in theirs for wish in reason.gold.missed]
    n_words = [phrasing(reason.gold.language).n_words(reason.text) for reason in reasons]
    strange = sum(bool(OUT_OF_PLACE.search(reason.text)) for reason in reasons)
    return [
        at_least(
            "wishes met that are told",
            sum(told) / len(told),
            LEAST_TOLD,
            "",
            f"{len(told)} {note}; the peer is the sentence written by hand",
            peer=sum(theirs_told) / len(theirs_told),
        ),
        at_least(
            "wishes missed that are admitted",
            sum(admitted) / len(admitted),
            LEAST_ADMITTED,
            "",
            f"{len(admitted)} {note}",
            peer=sum(theirs_admitted) / len(theirs_admitted),
        ),
        at_most("words of a reason, median", statistics.median(n_words), MOST_WORDS, "", f"{len(reasons)} {note}"),
        at_most("reasons with words out of place", strange, 0, "", f"of {len(reasons)} {note}"),
    ]


def rows(settings: Settings) -> list[Row]:
    """What is told of the rows of either half."""
    del settings
    return [row for half in HALVES for row in measured(list(worded(read_gold(half))), half)]


def main() -> None:
    """Say what was said, and how much of what there was to say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=HALVES)
    parser.add_argument("--show", action="store_true", help="print each sentence beside the gold one")
    options = parser.parse_args()
    began = time.perf_counter()
    reasons = list(worded(read_gold(options.half)))
    for reason in reasons if options.show else ():
        print(f"{reason.gold.domain} {reason.gold.language}  {reason.gold.request}  [{reason.gold.item['title']}]")
        print(f"    {reason.text}\n    {reason.gold.says}")
    print(table(measured(reasons, options.half or "both")))
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
