"""The sentences that the check and `verify` are judged by: written by hand, and false ones made from the true ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from benchmarks.checking.planting import planted

FOLDER = Path(__file__).parent / "sentences"
HELD = "unseen.yaml"
Half = Literal["dev", "held"]


@dataclass(frozen=True, slots=True)
class GoldItem:
    """An item, and for whom it was chosen.

    Attributes:
        card: Its title, then a line `name: value` for each field, then its description.
        asked: The request.
        guesses: What its picture may show.
        first: The card of the item that it is compared with; empty where it is the first itself.
        liked: Title of what the person liked, and how many liked both; None where that is not known.
    """

    name: str
    card: str
    asked: str = ""
    guesses: tuple[str, ...] = ()
    first: str = ""
    liked: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class JudgedSentence:
    """A sentence about an item.

    Attributes:
        kind: What is false in it; empty where it is true.
        by_rule: Whether a rule made it from a true one.
        held: Whether it is of the half that was not looked at while the check was written, of items of its own.
    """

    item: GoldItem
    text: str
    kind: str
    by_rule: bool
    held: bool

    @property
    def half(self) -> Half:
        """`held` for the half that was not looked at while the check was written."""
        return "held" if self.held else "dev"


@cache
def gold() -> tuple[JudgedSentence, ...]:
    """All sentences."""
    return tuple(
        sentence
        for path in sorted(FOLDER.glob("*.yaml"))
        for name, row in yaml.safe_load(path.read_text("utf-8")).items()
        for sentence in _sentences(name, row, held=path.name == HELD)
    )


def _sentences(name: str, row: dict[Any, Any], *, held: bool) -> Iterator[JudgedSentence]:
    liked = (str(row["liked"][0]), int(row["liked"][1])) if row.get("liked") else None
    first = row.get("first", "").strip()
    item = GoldItem(name, row["card"].strip(), row["asked"], tuple(row.get("guesses", ())), first, liked)
    true = row[True].strip().splitlines()
    for text in true:
        yield JudgedSentence(item, text, "", False, held)
    for line in row[False].strip().splitlines():
        kind, _, text = line.partition(" | ")
        yield JudgedSentence(item, text, kind, False, held)
    for text in true:
        for kind, falsehood in planted(text, item.card, item.asked):
            yield JudgedSentence(item, falsehood, kind, True, held)
