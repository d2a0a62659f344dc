"""What our planner says of what is refused: whether it is told as it is, and never turned round.

`python -m benchmarks.reasons.refusals [--half dev|held] [--show]` reads the rows of `refusals.yaml` and asks for the
reason of each item, in catalogs of one domain and language each.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.figures import at_least, at_most
from benchmarks.reasons.gold import HALVES, GoldReason, WordedReason, worded
from benchmarks.settings import Settings
from benchmarks.table import Row, table

ROWS = Path(__file__).with_name("refusals.yaml")
LEAST_TOLD = 0.9


@dataclass(frozen=True, slots=True)
class ToldRefusal:
    """A row of which `met` is what is to be said, `missed` what is never to be, and what was said."""

    worded: WordedReason

    @property
    def told(self) -> bool:
        """Whether it is said as it is."""
        return any(words in self.worded.text.lower() for words in self.worded.gold.met)

    @property
    def turned(self) -> bool:
        """Whether the opposite is said."""
        return any(words in self.worded.text.lower() for words in self.worded.gold.missed)


def read_refusals(half: str | None = None) -> Iterator[GoldReason]:
    """The rows of a half, or of both."""
    for row in yaml.safe_load(ROWS.read_text(encoding="utf-8")):
        gold = GoldReason(
            row["domain"], row["language"], row["request"], row["item"], tuple(row["says"]), tuple(row["never"]), ""
        )
        if half in (None, gold.half):
            yield gold


def refusals(half: str | None = None) -> list[ToldRefusal]:
    """What is said of each."""
    return [ToldRefusal(reason) for reason in worded(list(read_refusals(half)))]


def measured(told: Sequence[ToldRefusal], note: str) -> list[Row]:
    """The figures of what was said."""
    share = sum(each.told for each in told) / len(told)
    return [
        at_least("refusals told as they are", share, LEAST_TOLD, "", f"{len(told)} {note}"),
        at_most("refusals turned round", sum(each.turned for each in told), 0, "", f"of {len(told)} {note}"),
    ]


def rows(settings: Settings) -> list[Row]:
    """What is told of either half."""
    del settings
    return [row for half in HALVES for row in measured(refusals(half), half)]


def main() -> None:
    """Say how much is told as it is, and with `--show` what is not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=HALVES)
    parser.add_argument("--show", action="store_true", help="print what is not told as it is")
    options = parser.parse_args()
    told = refusals(options.half)
    for each in told if options.show else ():
        if not each.told or each.turned:
            gold = each.worded.gold
            print(f"{gold.request}  [{gold.item['title']}: {gold.item['description']}]\n    {each.worded.text}")
    print(table(measured(told, options.half or "both")))


if __name__ == "__main__":
    main()
