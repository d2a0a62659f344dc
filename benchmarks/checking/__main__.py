"""`python -m benchmarks.checking [--half dev|held] [--wrong]` prints what the check and `verify` caught and refused.

The sentences stand in `sentences`: true ones, false ones by hand, and false ones made by rule from the true ones. The
held half is a file of items of its own. With `--wrong` those of the developed half that came out wrong are printed too.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from agent.explain.grounding.check import Facts, check
from agent.verify.sentences import Entry, faults
from benchmarks.checking.gold import GoldItem, JudgedSentence, gold

LINE = re.compile(r"([^\W\d][\w -]{0,30}): (.+)")
LANGUAGES = ("zh", "es", "fr", "de")
CAUGHT, REFUSED = 0.99, 0.03
Passes = Callable[[JudgedSentence], bool]


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the sentences of one half."""

    checker: str
    half: str
    true: int
    refused: float
    false: int
    caught: float
    caught_by_kind: dict[str, tuple[int, int]]


def facts_of(item: GoldItem) -> Facts:
    """What the check may take for true of an item."""
    liked, people = item.liked or ("", 0)
    return Facts(
        (item.card,), item.guesses, item.asked, (item.first,) if item.first else (), (liked,) if liked else (), people
    )


def entry_of(item: GoldItem) -> Entry:
    """The same as `verify` reads it out of a catalog."""
    leaves = [*leaves_of(item.card), *([("people", str(item.liked[1]))] if item.liked else [])]
    leaves += [("guess", guess) for guess in item.guesses]
    language = item.name.rpartition("_")[2]
    return Entry(
        leaves,
        item.asked,
        language if language in LANGUAGES else "en",
        leaves_of(item.first),
        item.liked[0] if item.liked else "",
    )


def leaves_of(card: str) -> list[tuple[str, str]]:
    """The fields of a card by name."""
    title, *lines = card.splitlines() or [""]
    fields = [(line, LINE.fullmatch(line)) for line in lines]
    described = " ".join(line for line, field in fields if field is None)
    return [("title", title), *((field[1], field[2]) for _, field in fields if field), ("description", described)]


def checkers() -> dict[str, Passes]:
    """Whether a sentence passes the check, and `verify`."""
    items = {sentence.item.name: sentence.item for sentence in gold()}
    facts = {name: facts_of(item) for name, item in items.items()}
    entries = {name: entry_of(item) for name, item in items.items()}
    return {
        "check": lambda sentence: check(sentence.text, facts[sentence.item.name]).grounded,
        "verify": lambda sentence: not any(faults(sentence.text, entries[sentence.item.name])),
    }


def tally(checker: str, passes: Passes, half: str) -> Tally:
    """The figures of one half."""
    judged = [(sentence, passes(sentence)) for sentence in gold() if sentence.half == half]
    true = [passed for sentence, passed in judged if not sentence.kind]
    false = [(sentence.kind, passed) for sentence, passed in judged if sentence.kind]
    kinds = sorted({kind for kind, _ in false})
    by_kind = {kind: [passed for of, passed in false if of == kind] for kind in kinds}
    return Tally(
        checker,
        half,
        len(true),
        true.count(False) / len(true),
        len(false),
        sum(not passed for _, passed in false) / len(false),
        {kind: (passed.count(False), len(passed)) for kind, passed in by_kind.items()},
    )


def wrong(passes: Passes) -> Iterator[str]:
    """What came out wrong, of the half that may be looked at."""
    for sentence in gold():
        if sentence.half == "dev" and passes(sentence) is bool(sentence.kind):
            yield f"{sentence.kind or 'true, refused'} | {sentence.item.name} | {sentence.text}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.checking", description=__doc__)
    parser.add_argument("--half", choices=("dev", "held"), help="one half alone")
    parser.add_argument("--wrong", action="store_true", help="print what came out wrong of the developed half")
    given = parser.parse_args(arguments)
    print(f"{'':<7} half  true  refused (at most {REFUSED})  false  caught (at least {CAUGHT})")
    for name, passes in checkers().items():
        for half in [given.half] if given.half else ["dev", "held"]:
            row = tally(name, passes, half)
            print(f"{name:<7} {half:<5}{row.true:>5}  {row.refused:>21.3f}  {row.false:>5}  {row.caught:>23.3f}")
            print("        caught:", ", ".join(f"{kind} {n}/{of}" for kind, (n, of) in row.caught_by_kind.items()))
        if given.wrong:
            print("\n".join(wrong(passes)))


if __name__ == "__main__":
    main()
