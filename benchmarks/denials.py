"""Whether refusals are understood, and whether any item that holds what was refused goes unnoticed.

`python -m benchmarks.denials [--data KITS] [--half dev|held]` reads the requests of `understanding/denials.yaml` and of
`understanding/refusals.yaml`, sets what it read beside what each refuses, and then looks for every refused thing of the
first in the catalogs. A scan of its own, which
knows nothing of indexes and fields, looks for the plain words of each thing in all that stands in an item's row: an
item in which they stand in earnest must count as holding the thing.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import yaml

from agent.understand.denials import FREE, HOLDS, DeniedTerm, HoldingTable, denials, taxonomy
from agent.understand.tokens import forms
from benchmarks.figures import at_least, at_most, observed
from benchmarks.settings import Settings
from benchmarks.table import Row, table
from benchmarks.workspaces import artworks_catalog
from retrieval.catalog import infer_schema, read_catalog
from retrieval.channels.lexical import LexicalIndex, item_words
from retrieval.items import Item

_FOLDER = Path(__file__).parent / "understanding"
REQUESTS = _FOLDER / "denials.yaml"
REFUSALS = _FOLDER / "refusals.yaml"  # as they come in the middle of a conversation
HALVES = ("dev", "held")
KITS = ("eshop", "recipes", "movies", "icecat")
TARGET = 0.9

_DENIED = r"\b(?:no|non|not|without|free (?:of|from)|contains? no|zero|0 ?%|lacks?)[\s-]+(?:any |the |a |an |added )?"
_MIMICS = "vegan|vegetarian|plant-based|meatless|dairy-free|gluten-free|meat-free|nut-free|faux|fake"
_MIMICKED = rf"\b(?:{_MIMICS})[\s-]+(?:[\w-]+[\s-]+)?"
_ELSEWHERE = frozenset({"country", "country_of_origin", "language", "author", "supplier", "culture", "brand"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request, and what it refuses."""

    catalog: str
    language: str
    text: str
    denied: tuple[str, ...]
    lasting: bool
    half: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """A catalog, what its items hold, and all that stands in each row as one text in small letters."""

    items: Sequence[Item]
    holdings: HoldingTable
    texts: Sequence[str]


def requests(path: Path = REQUESTS) -> list[tuple[Refusal, Refusal | None]]:
    """Each request with its twin, which refuses nothing."""
    entries: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [(_refusal(entry, "say"), _refusal(entry, "twin") if "twin" in entry else None) for entry in entries]


def _refusal(entry: dict[str, Any], key: Literal["say", "twin"]) -> Refusal:
    half = HALVES[hashlib.sha256(entry["say"].encode()).digest()[0] % 2]  # of a pair, both lie in one half
    refused = tuple(entry["denied"]) if key == "say" else ()
    lasting = key == "say" and bool(entry.get("lasting"))
    return Refusal(entry["catalog"], entry["language"], entry[key], refused, lasting, half)


def rows(settings: Settings) -> list[Row]:
    """What is read, by half, and what is held, by catalog."""
    reading = [row for path in (REQUESTS, REFUSALS) for half in HALVES for row in reading_rows(half, path)]
    return [*reading, *(row for name, path in _catalogs(settings) for row in holding_rows(name, path))]


def reading_rows(half: str, path: Path = REQUESTS) -> list[Row]:
    """Precision and recall of the things refused, and the share of pairs of which both are read right."""
    pairs, name = [pair for pair in requests(path) if pair[0].half == half], path.stem
    found = [(wanted(one), read(one)) for pair in pairs for one in pair if one]
    right = sum(len(gold & got) for gold, got in found)
    told, all_of = sum(len(got) for _, got in found), sum(len(gold) for gold, _ in found)
    both = sum(all(wanted(one) == read(one) for one in pair if one) for pair in pairs)
    good = [all(term.lasting for term in denials(one.text, one.language)) for one, _ in pairs if one.lasting]
    note = f"{len(found)} requests, {len(pairs)} pairs, {len({one.language for one, _ in pairs})} languages"
    return [
        at_least(f"{name}, {half}: precision of what is refused", right / told, TARGET, "", note),
        at_least(f"{name}, {half}: recall of what is refused", right / all_of, TARGET, "", note),
        at_least(f"{name}, {half}: pairs read right", both / len(pairs), TARGET, "", note),
        observed(f"{name}, {half}: said for good, read so", sum(good) / len(good), "", f"{len(good)} requests"),
    ]


def wanted(refusal: Refusal) -> frozenset[str]:
    """What the request refuses, each by its plain name."""
    return frozenset(_plain(term, refusal.language) for term in refusal.denied)


def read(refusal: Refusal) -> frozenset[str]:
    """What it is read to refuse."""
    return frozenset(_plain(term.term, refusal.language) for term in denials(refusal.text, refusal.language))


def _plain(term: str, language: str) -> str:
    return taxonomy().named(term) or taxonomy().named(term, language) or " ".join(forms(term))


def holding_rows(name: str, path: Path) -> list[Row]:
    """What the items of a catalog hold of all that is refused of it, beside the scan."""
    shelf = _shelf(path)
    refused = {
        term.term: term for one, _ in requests() if one.catalog == name for term in denials(one.text, one.language)
    }
    started = time.process_time()
    missed = [(term, row) for term in refused for row in _missed(shelf, term)]
    cold = _milliseconds(shelf, refused.values())
    states = np.stack([shelf.holdings.states(term) for term in refused])
    for term, row in missed[:20]:
        print(f"  {name}: {term!r} stands in {shelf.items[row].title!r} and is not held to be there")
    untold = [
        (term, int(row))
        for term in refused
        for row in np.flatnonzero(shelf.holdings.states(term))[:50]
        if not shelf.holdings.evidence(int(row), term)
    ]
    note = f"{len(refused)} things refused, {len(shelf.items):,} items; {time.process_time() - started:.0f} s"
    shares = f"held {np.mean(states == HOLDS):.3f}, free {np.mean(states == FREE):.3f} of all pairs; {note}"
    return [
        at_most(f"denials, {name}: items that hold a thing and pass", len(missed), 0, "", note),
        at_most(f"denials, {name}: states without evidence", len(untold), 0, "", "the first 50 items of each thing"),
        observed(f"denials, {name}: a thing asked for the first time", cold, "ms", shares),
    ]


def _milliseconds(shelf: Shelf, refused: Iterable[DeniedTerm]) -> float:
    """CPU time of the slowest thing, worked out anew."""
    spent = []
    for term in refused:
        shelf.holdings._states.clear()
        started = time.process_time()
        shelf.holdings.states(term.term)
        spent.append((time.process_time() - started) * 1000)
    return max(spent)


def _missed(shelf: Shelf, term: str) -> Iterator[int]:
    """Rows in whose texts the plain words of a thing stand in earnest, and that are not held to hold it."""
    names = taxonomy().diets[term].excludes if term in taxonomy().diets else (term,)
    states = shelf.holdings.states(term)
    for name in names:
        words, spared = _scan(name)
        beginnings = {re.split(r"[\s-]", word)[0] for word in _plain_words(name)}
        for row in np.flatnonzero(states != HOLDS):
            text = shelf.texts[row]
            near = any(beginning in text for beginning in beginnings)  # a hundred times as quick as the pattern
            if near and words.search(text) and words.search(spared.sub(" ~ ", text)):
                yield int(row)


@cache
def _scan(term: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The plain words of a thing, and the phrases around them that say something else."""
    known = taxonomy()
    concepts = known.closure(term) if term in known.concepts else ()
    spared = [word for concept in concepts for word in concept.spared.get("en", ())]
    one = "|".join(sorted(map(_flexible, set(_plain_words(term))), key=len, reverse=True))
    others = [
        *map(_flexible, spared),
        rf"{_DENIED}(?:{one})",
        rf"{_MIMICKED}(?:{one})",
        rf"(?:{one})[\s-](?:free|less)\b",
    ]
    if any(concept.sort == "colour" for concept in concepts):
        others.append(r"on an? [\w ]{2,20} background")
    return re.compile(rf"\b(?:{one})\b"), re.compile(rf"(?<!\w)(?:{'|'.join(others)})(?!\w)")


def _plain_words(term: str) -> Iterator[str]:
    """What the taxonomy lists in English for a thing and its kinds; else the word itself."""
    known = taxonomy()
    if term not in known.concepts:
        yield term
        return
    for concept in known.closure(term):
        if not concept.narrow:
            yield from (concept.name, *concept.called.get("en", ()))
        yield from concept.holds.get("en", ())


def _flexible(word: str) -> str:
    """A word in singular and plural, with a space or a hyphen."""
    parts = [re.escape(part) for part in re.split(r"[\s-]+", word.lower())]
    return r"[\s-]".join(parts) + "s?"


def _catalogs(settings: Settings) -> Iterator[tuple[str, Path]]:
    yield "demo", artworks_catalog(settings)
    for name in KITS if settings.data else ():
        path = settings.data / name / "catalog.jsonl" if settings.data else Path()
        if path.is_file():
            yield name, path


def _shelf(path: Path) -> Shelf:
    items = [row for row in read_catalog(path) if isinstance(row, Item)]
    schema = infer_schema(items)
    index = LexicalIndex(item_words(item, schema) for item in items)
    return Shelf(items, HoldingTable(items, schema, index), [_whole(item) for item in items])


def _whole(item: Item) -> str:
    """All that stands in an item's row, but for the fields in which a food is the name of something else."""
    values = [item.title, item.description, item.category or ""]
    for name, value in item.attributes.items():
        if name not in _ELSEWHERE:
            values += value if isinstance(value, tuple) else [value] if isinstance(value, str) else []
    return "\n".join(values).lower()


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of evaluation kits (eshop, recipes, movies, icecat)")
    parser.add_argument("--half", choices=HALVES, help="list what of this half is read otherwise than it should be")
    options = parser.parse_args()
    pairs = [*requests(), *requests(REFUSALS)]
    for one in (one for pair in pairs for one in pair if one and one.half == options.half):
        if wanted(one) != read(one):
            print(f"  {one.text!r}: {sorted(read(one))} for {sorted(wanted(one))}")
    print(table(rows(Settings(options.data))))


if __name__ == "__main__":
    main()
