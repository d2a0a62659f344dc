"""What the embedded describer says of pictures against what their catalogs say, on pictures that it was not fitted on.

Kinds, curves and thresholds were chosen on one half of each kit; the figures are of the other half. A catalog does not
name all that a picture shows, so what is counted as right is the least that is. The peer of a share that is right is
what the same words get when they are dealt to the kit's other pictures.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.backends.pictures.labels import (
    KIND_CURVE,
    LOOKS_LIKE,
    WIDER_CURVE,
    Curve,
    label_spans,
    may_hold_text,
    shares,
)
from agent.backends.pictures.ocr import Ocr, OcrProcess
from agent.config import load_config
from agent.demo.artworks import STAFF_TAGS
from agent.media.decoded import Picture
from agent.media.palette import MOST_COLOURS, palette
from agent.models import Models
from benchmarks.described_truth import COLOURS, TRUTH
from benchmarks.figures import at_least, observed
from benchmarks.settings import Settings
from benchmarks.table import Row, quicker
from benchmarks.workspaces import artworks_catalog, read_rows
from retrieval.items import Span
from retrieval.text.words import words

BATCH = 16
MOST = 400  # pictures of a kit
MOST_READ = 40  # of each half, whose text is read
POSTERS = "movies"
STEPS = 25  # of Newton's method; it settles in far fewer
Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kit:
    """Pictures with words about them.

    Attributes:
        name: For people.
        catalog: Its file.
        told: The words of one entry.
    """

    name: str
    catalog: Path
    text_of: Callable[[Entry], str]


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One picture with the words of its entry; of a few the pixels are kept, for reading their text."""

    text_words: frozenset[str]
    logits: NDArray[np.float32]
    colours: tuple[str, ...]
    picture: Picture | None = None

    def shows(self, kind: str) -> bool:
        """Whether the words say that this kind of thing is in the picture."""
        return not self.text_words.isdisjoint(_TRUTH.get(kind, frozenset()))

    @property
    def named_colours(self) -> list[tuple[str, ...]]:
        """For each colour that the words name, what the describer may call it."""
        return list(dict.fromkeys(names for word, names in COLOURS.items() if word in self.text_words))


def rows(settings: Settings) -> list[Row]:
    """How often what is said is right, by how sure it sounds, and how often nothing is said."""
    models = Models(load_config(llm="none"))
    try:
        halves = {kit.name: _looks(kit, models) for kit in _kits(settings)}
    finally:
        models.close()
    names = models.pictures.class_names
    figures = [row for kit, (_, judged) in halves.items() for row in _kit_rows(kit, judged, names)]
    if settings.data is None:
        return figures
    figures += _colour_rows([look for look in halves["eshop"][1] if look.named_colours])
    figures += _text_rows({kit: [look for look in judged if look.picture] for kit, (_, judged) in halves.items()})
    return [*figures, *_curve_rows([look for kit, (chosen, _) in halves.items() if kit != POSTERS for look in chosen])]


def _kits(settings: Settings) -> Iterator[Kit]:
    yield Kit("artworks", artworks_catalog(settings), _artwork)
    if settings.data is None:
        return
    text_of: dict[str, Callable[[Entry], str]] = {
        "eshop": lambda entry: f"{entry['title']} {entry['category']} {_colours_of(entry)}",
        "recipes": lambda entry: " ".join([entry["title"], *entry["attributes"].get("tags", ()), "food dish"]),
        POSTERS: lambda _: "film",
    }
    for name, text_of_entry in text_of.items():
        yield Kit(name, settings.data / name / "catalog.jsonl", text_of_entry)


def _artwork(entry: Entry) -> str:
    return " ".join([entry["title"], *entry.get(STAFF_TAGS, ()), "painting"])


def _colours_of(entry: Entry) -> str:
    return " ".join(word for word in words(entry["description"]) if word in COLOURS)


def _looks(kit: Kit, models: Models) -> tuple[list[Look], list[Look]]:
    """The half to choose on, and the half that is held back."""
    entries = [entry for entry in read_rows(kit.catalog) if entry.get("image")][:MOST]
    paths = [kit.catalog.parent / entry["image"] for entry in entries]
    pairs = zip(entries, models.decoder.pictures(paths), strict=True)
    usable = ((entry, picture) for entry, picture in pairs if isinstance(picture, Picture))
    halves: tuple[list[Look], list[Look]] = ([], [])
    while batch := list(islice(usable, BATCH)):
        logits = models.pictures.encode([picture for _, picture in batch]).logits
        if logits is None:
            raise ValueError("The picture model knows no classes.")
        for (entry, picture), row in zip(batch, logits, strict=True):
            half = halves[is_held_back(kit.name, entry["id"])]
            tones = tuple(span.text for span in palette(picture.rgb).colours)
            pixels = picture if len(half) < MOST_READ else None
            half.append(Look(frozenset(words(kit.text_of(entry))), row, tones, pixels))
    return halves


def is_held_back(kit: str, item_id: str) -> bool:
    """Which half an item belongs to, the same on every machine."""
    return hashlib.sha256(f"{kit}/{item_id}".encode()).digest()[0] % 2 == 1


def _kit_rows(kit: str, looks: Sequence[Look], names: Sequence[str]) -> Iterator[Row]:
    spans_of = [label_spans(look.logits, names) for look in looks]
    n = len(looks)
    if kit != POSTERS:  # what a poster shows is in no words of that kit
        sure = [(at, span) for at, spans in enumerate(spans_of) for span in spans if (span.score or 0.0) >= LOOKS_LIKE]
        guessed = [
            (at, span) for at, spans in enumerate(spans_of) for span in spans if (span.score or 0.0) < LOOKS_LIKE
        ]
        yield _right(f"{kit}, of what “looks like” names, right", looks, sure, LOOKS_LIKE)
        yield _right(f"{kit}, of what “may show” names, right", looks, guessed, None)
        yield observed(
            f"{kit}, of the kinds its words name, said", _recall(looks, spans_of), "", f"{n} pictures held back"
        )
    silent = sum(not spans for spans in spans_of)
    yield observed(f"{kit}, pictures of which no kind is said", silent / n, "", f"{silent} of {n} held back")


def _right(name: str, looks: Sequence[Look], labels: Sequence[tuple[int, Span]], floor: float | None) -> Row:
    """The share of what is said that the words of its picture bear out; the peer: those of any picture of the kit."""
    if not labels:
        return observed(name, 0.0, "", "nothing was said")
    kinds = [(at, kind_of(span)) for at, span in labels]
    hits = sum(looks[at].shows(kind) for at, kind in kinds)
    dealt = float(np.mean([np.mean([look.shows(kind) for look in looks]) for _, kind in kinds]))
    mean = np.mean([span.score for _, span in labels])
    note = (
        f"{hits} of {len(labels)}, held back; mean probability given {mean:.2f}; peer: dealt to any picture of the kit"
    )
    return at_least(name, hits / len(labels), floor, "", note, peer=dealt)


def _recall(looks: Sequence[Look], spans_of: Sequence[Sequence[Span]]) -> float:
    shown = [(at, kind) for at, look in enumerate(looks) for kind in _TRUTH if look.shows(kind)]
    return sum(kind in map(kind_of, spans_of[at]) for at, kind in shown) / max(1, len(shown))


def kind_of(span: Span) -> str:
    """The kind that a label names, without how sure it is."""
    return span.text.removeprefix("looks like ").removeprefix("may show ")


def _colour_rows(looks: Sequence[Look]) -> Iterator[Row]:
    """How often colours that a product's text names are among those said; the peer gets the colours of any product."""
    n, note = len(looks), "peer: the colours of any product of the kit"
    for name, most in (
        ("the first colour said is one that the text names", 1),
        ("one of the colours said is", MOST_COLOURS),
    ):
        hits = sum(_names_a_colour(look, other=look, most=most) for look in looks)
        dealt = sum(_names_a_colour(look, other=neighbour, most=most) for look in looks for neighbour in looks) / n
        text = f"{hits} of {n}, held back; {note}"
        yield at_least(f"eshop, {name}", hits / n, None, "", text, peer=dealt / n)


def _names_a_colour(look: Look, *, other: Look, most: int) -> bool:
    colours = set(other.colours[:most])
    return any(colours.intersection(names) for names in look.named_colours)


def _text_rows(kits: Mapping[str, Sequence[Look]]) -> Iterator[Row]:
    """What reading only what looks like print, quickly, costs and misses; the peer reads every picture in full."""
    with OcrProcess() as reading:
        full, quick = Ocr(reading), Ocr(reading, quick=True)
        for kit, looks in kits.items():
            pictures = [(look.picture, may_hold_text(look.logits)) for look in looks if look.picture]
            full.read(pictures[0][0])  # loads the models
            all_s, in_full = _read(full, [picture for picture, _ in pictures])
            some_s, in_print = _read(quick, [picture for picture, likely in pictures if likely])
            n, read = len(pictures), sum(likely for _, likely in pictures)
            note = f"read {read} of {n}, text in {in_print}; peer: read all in full, text in {in_full}"
            name = f"{kit}, time a picture of reading text where print is likely"
            yield quicker(name, max(some_s / n, 1e-4), all_s / n, note)


def _read(reader: Ocr, pictures: Sequence[Picture]) -> tuple[float, int]:
    """Seconds, and in how many pictures text was found."""
    started = time.perf_counter()
    n_with_text = sum(bool(reader.read(picture)) for picture in pictures)
    return time.perf_counter() - started, n_with_text


def _curve_rows(looks: Sequence[Look]) -> Iterator[Row]:
    """The curves that the halves to choose on lead to, beside those in use."""
    odds_of = [(look, shares(look.logits)) for look in looks]
    kinds = [(odds, look.shows(kind)) for look, odds_of_kinds in odds_of for kind, odds in odds_of_kinds.kinds.items()]
    wider = [(odds, look.shows(kind)) for look, odds_of_kinds in odds_of for kind, odds in odds_of_kinds.wider.items()]
    for kinds_name, pairs, used in (("kinds", kinds, KIND_CURVE), ("wider kinds", wider, WIDER_CURVE)):
        fitted = fit_curve(np.array([odds for odds, _ in pairs]), np.array([right for _, right in pairs]))
        note = f"intercept {fitted.intercept:.2f}; in use: slope {used.slope:g}, intercept {used.intercept:g}"
        yield observed(
            f"slope of the curve fitted for {kinds_name}", fitted.slope, "", f"{note}; {len(looks)} pictures"
        )


def fit_curve(log_odds: NDArray[np.float64], right: NDArray[np.bool_]) -> Curve:
    """The likeliest curve, by Newton's method."""
    features = np.stack([log_odds, np.ones_like(log_odds)], axis=1)
    weights = np.zeros(2)
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-(features @ weights)))
        spread = (features * (chance * (1 - chance))[:, None]).T @ features + 1e-6 * np.eye(2)
        weights += np.linalg.solve(spread, features.T @ (right - chance))
    return Curve(float(weights[0]), float(weights[1]))


_TRUTH = {kind: frozenset(words(text)) for kind, text in TRUTH.items()}
