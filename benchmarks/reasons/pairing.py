"""What our planner says beside what a good assistant says, for some 1,400 items in English and 300 in Chinese.

`python -m benchmarks.reasons.pairing [--half dev|held] [--language en|zh] [--worst N]` reads the rows of `pairs/`, puts
the items of each domain into a catalog, and compares content words: the share of ours that the other sentence has too,
and the share of its words that ours has. What the title says counts in neither.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from agent.explain.grounding.lexicon import CONNECTIVES
from agent.explain.sentence.grammar import grammar, stems_of
from agent.explain.sentence.phrasing import phrasing
from benchmarks.figures import at_most, observed
from benchmarks.reasons.gold import HALVES, MOST_WORDS, GoldReason, WordedReason, worded
from benchmarks.settings import Settings
from benchmarks.table import Row, table

FOLDER = Path(__file__).with_name("pairs")
LANGUAGES = {"en": "english.jsonl", "zh": "chinese.jsonl"}


def read_pairs(language: str, half: str | None = None) -> list[GoldReason]:
    """The rows of one language."""
    lines = (FOLDER / LANGUAGES[language]).read_text(encoding="utf-8").splitlines()
    pairs = [GoldReason(**json.loads(line), met=(), missed=()) for line in lines]
    return [pair for pair in pairs if half in (None, pair.half)]


def overlap(reason: WordedReason) -> tuple[float, float]:
    """Precision and recall of the content words of a sentence, beside what was to be said."""
    title = _content(str(reason.gold.item["title"]), reason.gold.language)
    ours = _content(reason.text, reason.gold.language) - title
    wanted = _content(reason.gold.says, reason.gold.language) - title
    shared = len(ours & wanted)
    return shared / len(ours) if ours else 1.0, shared / len(wanted) if wanted else 1.0


def _content(text: str, language: str) -> frozenset[str]:
    own = grammar(language)
    return frozenset(stem for stem in stems_of(text, language) if stem not in CONNECTIVES and stem not in own.negations)


def measured(reasons: Sequence[WordedReason], note: str) -> Iterator[Row]:
    """The figures of what was said."""
    shares = [overlap(reason) for reason in reasons]
    n_words = [phrasing(reason.gold.language).n_words(reason.text) for reason in reasons]
    rows = f"{len(reasons)} {note}"
    yield observed("our words that a good assistant says too", statistics.mean(own for own, _ in shares), "", rows)
    yield observed("its words that ours has", statistics.mean(theirs for _, theirs in shares), "", rows)
    yield at_most("words of a reason, median", statistics.median(n_words), MOST_WORDS, "", rows)


def rows(settings: Settings) -> list[Row]:
    """The overlap of either half in either language."""
    del settings
    parts = [(language, half) for language in LANGUAGES for half in HALVES]
    return [
        row
        for language, half in parts
        for row in measured(list(worded(read_pairs(language, half))), f"{language} {half}")
    ]


def main() -> None:
    """Say how near our sentences are, and show those that are furthest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=HALVES)
    parser.add_argument("--language", choices=tuple(LANGUAGES), default="en")
    parser.add_argument("--worst", type=int, default=0, help="print so many of the sentences that differ most")
    options = parser.parse_args()
    began = time.perf_counter()
    reasons = list(worded(read_pairs(options.language, options.half)))
    for reason in sorted(reasons, key=lambda each: sum(overlap(each)))[: options.worst]:
        print(f"{reason.gold.domain}  {reason.gold.request}  [{reason.gold.item['title']}]")
        print(f"    {reason.text}\n    {reason.gold.says}")
    print(table(list(measured(reasons, f"{options.language} {options.half or 'both'}"))))
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
