"""Measures: numbers that tell items apart where criticism speaks of more and less."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from agent.language.detection import detect_language
from agent.language.messages import Note
from agent.media.palette import ANCHORS, to_lab
from agent.models import Models
from agent.understand import Vocabulary
from agent.understand.axes import axes
from retrieval.channels.registry import MULTILINGUAL, TEXT
from retrieval.encoding import for_requests
from retrieval.items import Item
from retrieval.once import once
from retrieval.similarity import likeness_to
from retrieval.snapshot import Rows, Snapshot

Values = NDArray[np.float64]
QUALITY, LIKE_ITEM = "quality: ", "like item: "
FEWEST_SHARE = 0.3  # of the items a measure must know, to be one of the catalog
_SIZED = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*[x×]\s*([0-9]+(?:\.[0-9]+)?)(?:\s*[x×]\s*[0-9.]+)?\s*(cm|mm|m\b)")
_IN_CM = {"cm": 1.0, "mm": 0.1, "m": 100.0}
_SIZE_FIELDS = ("size", "dimensions", "measurements")


class Measures:
    """What can be measured of the items of one snapshot."""

    def __init__(self, snapshot: Snapshot, vocabulary: Vocabulary, models: Models) -> None:
        self.snapshot = snapshot
        self._vocabulary = vocabulary
        self._models = models

    @once
    def axes(self) -> Mapping[str, str]:
        """By axis the field that measures it, or the axis' own name where a measure of ours does."""
        # A field comes first, since filters can speak of it.
        measured = {name: field for name, axis in axes().items() if (field := self._field(axis.roles))}
        return measured | {name: name for name in self._derived if name not in measured}

    def is_field(self, measure: str) -> bool:
        """Whether a measure is a field that filters speak of."""
        return measure in self.snapshot.schema.fields and measure not in self._derived

    def called(self, measure: str) -> str:
        """What people call a measure."""
        if measure.startswith(QUALITY):
            return Note("near to", what=measure.removeprefix(QUALITY))
        if measure.startswith(LIKE_ITEM):
            return Note(
                "like the item", title=self.snapshot.items[self.snapshot.rows[measure.removeprefix(LIKE_ITEM)]].title
            )
        return measure if self.is_field(measure) else Note(measure)

    def of(self, measure: str) -> Values:
        """A measure of every item, shape (n_items,); NaN for those that do not tell."""
        if measure.startswith(QUALITY):
            return self._quality(measure.removeprefix(QUALITY))
        if measure.startswith(LIKE_ITEM):
            return likeness_to(self.snapshot, self.snapshot.rows[measure.removeprefix(LIKE_ITEM)])
        if not self.is_field(measure):
            return self._derived[measure]
        values = np.full(len(self.snapshot.items), np.nan)
        if numbers := self._numbers(measure):
            rows, known = numbers
            values[rows] = known
        return values

    def beyond(self, measure: str, op: str, value: float) -> Rows:
        """The items with more or less of a measure than `value`."""
        values = self.of(measure)
        return np.flatnonzero(values < value if op == "<" else values > value)

    @once
    def _derived(self) -> Mapping[str, Values]:
        makers: dict[str, Callable[[Item], float]] = {"size": _area, "lightness": _lightness, "colour": _chroma}
        derived = {name: np.array([make(item) for item in self.snapshot.items]) for name, make in makers.items()}
        # What few items tell could hide nearly the whole catalog as soon as anybody criticises it.
        fewest = max(1.0, FEWEST_SHARE * len(self.snapshot.items))
        return {name: values for name, values in derived.items() if np.isfinite(values).sum() >= fewest}

    def _field(self, roles: tuple[str, ...]) -> str | None:
        """Of the first role that fields have, the one that most items tell."""
        for role in roles:
            fields = [field.name for field in self._vocabulary.of_role(role) if not field.field.hidden]
            n_items = {name: len(set(numbers[0].tolist())) for name in fields if (numbers := self._numbers(name))}
            if n_items:
                return max(n_items, key=n_items.__getitem__)
        return None

    def _numbers(self, field: str) -> tuple[NDArray[np.int32], Values] | None:
        return self.snapshot.columns.numbers(field)

    def _quality(self, words: str) -> Values:
        # The English encoder knows no other language.
        english = detect_language(words) == "en"
        channel, encoder = (TEXT, self._models.text) if english else (MULTILINGUAL, self._models.multilingual)
        table = self.snapshot.tables.get(channel.name)
        if table is None:
            return np.full(len(self.snapshot.items), np.nan)
        return table.similarity(for_requests(encoder).encode([words])).astype(np.float64)


def _area(item: Item) -> float:
    """Square centimetres, from a text such as `28 3/4 x 36 3/8 in. (73 x 92.4 cm)`."""
    for name in _SIZE_FIELDS:
        value = item.value(name)
        if isinstance(value, str) and (match := _SIZED.search(value)):
            return float(match[1]) * float(match[2]) * _IN_CM[match[3]] ** 2
    return np.nan


def _lightness(item: Item) -> float:
    """Mean lightness of the colours seen in its pictures, CIELAB L* in [0, 100]."""
    return _of_colours(item, lambda lab: float(lab[0]))


def _chroma(item: Item) -> float:
    """Mean chroma of the colours seen in its pictures, CIELAB."""
    return _of_colours(item, lambda lab: float(np.hypot(lab[1], lab[2])))


def _of_colours(item: Item, what: Callable[[NDArray[np.float32]], float]) -> float:
    # Each colour by its share of the picture: a red dot does not make a grey wall colourful.
    seen = [
        (_LAB[span.text], span.score or 0.0)
        for description in item.descriptions
        for span in description.spans
        if span.kind == "colour" and span.text in _LAB
    ]
    total = sum(share for _, share in seen)
    return sum(what(lab) * share for lab, share in seen) / total if total > 0 else np.nan


_LAB = {name: to_lab(np.array(values, np.uint8)).mean(axis=0) for name, values in ANCHORS.items()}

__all__ = ["LIKE_ITEM", "QUALITY", "Measures"]
