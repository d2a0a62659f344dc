"""Requests in bands: those that a catalog can answer, and those that it cannot, from far off to all but answered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

import numpy as np

from agent.evaluate.known_items.words import sentence_requests, title_requests
from agent.language.patterns import data
from agent.retrieve.fit.contrasts import contrasts
from agent.understand.kinds.census import title_head
from benchmarks.fit.catalogs import FitCatalog
from retrieval.text.words import fold, placed_words, words

Band = Literal["written", "judged", "tagged", "known item", "nothing", "other", "left out", "flipped"]
"""Requests written for a catalog; with judgments or tags of people; made from its own items; written for it although it
has nothing of the sort; written for another catalog; with every right item taken out; with one word changed."""

CAN = ("written", "judged", "tagged", "known item")
NAMES = ("brand", "supplier", "author", "artist", "director", "cast")  # fields that say who made a thing
FROM_OTHERS, FROM_ITEMS, FLIPPED, TAGGED, CODES, SENSELESS = 100, 25, 60, 40, 20, 10
CODE = re.compile(r"\b(?=[A-Z0-9-]*\d)(?=[A-Z0-9-]*[A-Z])[A-Z0-9][A-Z0-9-]{4,}\b")
MOST_RIGHT = 0.3  # share of a catalog: what more of it answers cannot be taken out
GOOD = 2  # grade from which a judged item is right

# Catalogs that may answer requests of each other: they are no negatives.
SHARED = frozenset(
    frozenset(pair)
    for pair in (
        ("movies", "books"),
        ("demo", "movies"),
        ("demo", "books"),
        ("demo", "home"),
        ("eshop", "icecat"),
        ("home", "icecat"),
        ("movies", "icecat"),
        ("books", "icecat"),
        ("recipes", "books"),
        ("recipes", "icecat"),
    )
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request put to a catalog.

    Attributes:
        right: Rows of the right items, where all of them are known.
        judged: By row whether it is right, where only some are known; then nothing else is judged.
        hidden: Rows that are taken out.
    """

    catalog: str
    band: Band
    text: str
    language: str = "en"
    right: frozenset[int] = frozenset()
    judged: Mapping[int, bool] = field(default_factory=dict)
    hidden: tuple[int, ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether the catalog has what is asked for."""
        return self.band in CAN


def asked_of(catalogs: Sequence[FitCatalog], judged: Mapping[str, Mapping[str, Mapping[str, int]]]) -> list[Asked]:
    """All requests, the same at each call.

    Args:
        judged: By catalog and text the grades of judged items.
    """
    every = list[Asked]()
    for catalog in catalogs:
        every += _written(catalog)
        every += _judged(catalog, judged.get(catalog.name, {}))
        every += _tagged(catalog)
        every += _known(catalog)
        every += _flipped(catalog)
        every += _coded(catalog)
        every += _senseless(catalog)
        every += _of_others(catalog, catalogs)
    return every


def _written(catalog: FitCatalog) -> Iterator[Asked]:
    for wish in catalog.wishes:
        band: Band = "written" if wish.right else "nothing"
        yield Asked(catalog.name, band, wish.text, wish.language, frozenset(wish.right))
        if 0 < len(wish.right) <= MOST_RIGHT * len(catalog.snapshot.items):
            yield Asked(catalog.name, "left out", wish.text, wish.language, hidden=wish.right)


def _judged(catalog: FitCatalog, judged: Mapping[str, Mapping[str, int]]) -> Iterator[Asked]:
    rows = catalog.snapshot.rows
    for text, grades in judged.items():
        of_row = {rows[item]: grade >= GOOD for item, grade in grades.items() if item in rows and grade != 1}
        if catalog.name == "icecat":
            yield Asked(catalog.name, "judged", text, judged=of_row)
        elif 3 <= len(grades) <= MOST_RIGHT * len(rows):  # tags: what does not bear one is hardly ever of it
            yield Asked(catalog.name, "tagged", text, right=frozenset(rows[item] for item in grades))


def _tagged(catalog: FitCatalog) -> Iterator[Asked]:
    """Subjects that museum staff noted."""
    if catalog.name != "demo":
        return
    rows: dict[str, set[int]] = {}
    for row, source in enumerate(catalog.source):
        for tag in source.get("tags") or ():  # type: ignore[attr-defined]
            rows.setdefault(str(tag), set()).add(row)
    common = [(tag, having) for tag, having in sorted(rows.items()) if 3 <= len(having) <= 30]
    for tag, having in common[:TAGGED]:
        yield Asked(catalog.name, "tagged", tag.lower(), right=frozenset(having))


def _known(catalog: FitCatalog) -> Iterator[Asked]:
    rng = np.random.default_rng([7, *catalog.name.encode()])
    for make in (title_requests, sentence_requests):
        for request in islice(make(catalog.snapshot, rng), FROM_ITEMS):
            judged = dict.fromkeys(request.answers, True)
            yield Asked(catalog.name, "known item", request.text, judged=judged)
    for row in rng.choice(
        len(catalog.snapshot.items), size=min(FROM_ITEMS, len(catalog.snapshot.items)), replace=False
    ):
        title = re.sub(r"\s*\(.*", "", catalog.snapshot.items[int(row)].title)
        yield Asked(catalog.name, "known item", title, judged={int(row): True})


def _coded(catalog: FitCatalog) -> Iterator[Asked]:
    """Model numbers as they stand in titles, and without their marks."""
    rng = np.random.default_rng([11, *catalog.name.encode()])
    made = 0
    for row in rng.permutation(len(catalog.snapshot.items)).tolist():
        codes = CODE.findall(catalog.snapshot.items[row].title)
        if codes and made < CODES:
            made += 1
            text = codes[0] if made % 2 else re.sub(r"\W", "", codes[0]).lower()
            yield Asked(catalog.name, "known item", text, judged={row: True})


def _senseless(catalog: FitCatalog) -> Iterator[Asked]:
    """Model numbers that nothing has, and keys that somebody hit."""
    rng = np.random.default_rng([13, *catalog.name.encode()])
    for _ in range(SENSELESS):
        letters = ["".join(rng.choice(list("bcdfghjklmnpqrstvwxz"), size=size)) for size in rng.integers(3, 7, size=3)]
        yield Asked(catalog.name, "nothing", " ".join(letters))
        yield Asked(
            catalog.name, "nothing", f"{letters[0][:3].upper()}-{rng.integers(1000, 99999)}-{letters[1][:2].upper()}"
        )


def _of_others(catalog: FitCatalog, catalogs: Sequence[FitCatalog]) -> Iterator[Asked]:
    """Requests that other catalogs can answer and this one cannot."""
    texts = [
        (wish.text, wish.language)
        for other in catalogs
        if other is not catalog and frozenset((other.name, catalog.name)) not in SHARED
        for wish in other.wishes
        if wish.right
    ]
    rng = np.random.default_rng([3, *catalog.name.encode()])
    for at in rng.permutation(len(texts))[:FROM_OTHERS]:
        yield Asked(catalog.name, "other", *texts[int(at)])


def _flipped(catalog: FitCatalog) -> Iterator[Asked]:
    """Pairs of requests: one in words that an item holds, and the same with one word or name that it does not."""
    rng = np.random.default_rng([5, *catalog.name.encode()])
    made = {"word": 0, "name": 0}
    for row in rng.permutation(len(catalog.snapshot.items)).tolist():
        for sort, flip in (("word", _flip_word), ("name", _flip_name)):
            pair = flip(catalog, row, rng) if made[sort] < FLIPPED // 2 else None
            if pair is not None:
                made[sort] += 1
                yield Asked(catalog.name, "known item", pair[0], judged={row: True})
                yield Asked(catalog.name, "flipped", pair[1], judged={row: False})


def _flip_word(catalog: FitCatalog, row: int, rng: np.random.Generator) -> tuple[str, str] | None:
    """What describes the item, and a word that excludes it or describes another of its kind."""
    item = catalog.snapshot.items[row]
    title = re.sub(r"\s*\(.*", "", item.title)
    placed = [(token, title[start:end]) for token, start, end in placed_words(title) if title[start:end].isalpha()]
    head = title_head(title, "en")
    kind = set(words(" ".join(head.word))) if head and head.kind else set()
    describing = [word for token, word in placed if token not in kind]
    rest = " ".join(word for token, word in placed if token in kind)
    if not describing or not rest or head is None:
        return None
    own = set(words(f"{item.title} {item.description} {item.category} {list(item.attributes.values())}"))
    known = [word for word in describing if words(word) and words(word)[0] in contrasts()]
    word = known[0] if known else describing[int(rng.integers(len(describing)))]
    others = _excluding(words(word)[0], own) if known else _in_like_titles(catalog, head.kind, own)
    other = others[int(rng.integers(len(others)))] if others else ""
    return (f"{word} {rest}".lower(), f"{other} {rest}".lower()) if other else None


def _excluding(token: str, own: set[str]) -> list[str]:
    """By its English name each alternative to a word that an item does not hold."""
    groups = data("agent.retrieve.fit", "contrasts.yaml").values()
    group = next(group for group in groups if any(token in words(" ".join(names)) for names in group))
    return [names[0] for names in group if not own & set(words(" ".join(names))) and token not in names]


def _flip_name(catalog: FitCatalog, row: int, rng: np.random.Generator) -> tuple[str, str] | None:
    """Who made the item, and who made another one of its category."""
    item = catalog.snapshot.items[row]
    for name in NAMES:
        value = _one(item.value(name))
        other = catalog.snapshot.items[int(rng.integers(len(catalog.snapshot.items)))]
        wrong = _one(other.value(name))
        if value and wrong and fold(wrong) not in fold(f"{item.title} {item.description} {item.attributes.values()}"):
            kind = _one(item.category) or _one(item.value("genres")) or _titled(item.title)
            return f"{kind} {value}".lower(), f"{kind} {wrong}".lower()
    return None


def _titled(title: str) -> str:
    head = title_head(title, "en")
    return " ".join(head.word) if head and head.kind else ""


def _one(value: object) -> str:
    if isinstance(value, tuple):
        value = value[0] if value else ""
    return re.sub(r"\s*\(.*", "", value) if isinstance(value, str) else ""


def _in_like_titles(catalog: FitCatalog, kind: str | None, own: set[str]) -> list[str]:
    """Words that describe other items of a kind, and which an item does not hold."""
    found = list[str]()
    for row, head in enumerate(catalog.ground.kinds.census.heads):
        if head and head.kind == kind:
            title = catalog.snapshot.items[row].title
            found += [
                title[start:end].lower()
                for token, start, end in placed_words(title)
                if title[start:end].isalpha() and token not in own and token not in head.word
            ]
    return sorted(set(found))
