"""What a learned fusion sees of a pool: standardised scores and short vectors, with masks for what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from retrieval.encoding import Vectors
from retrieval.fusion import Pool, Scores
from retrieval.fusion.concat import mean_direction
from retrieval.fusion.projection import Projection
from retrieval.snapshot import DenseTable, Rows

Presence = NDArray[np.bool_]
AnyScores = NDArray[np.floating]


@dataclass(frozen=True, slots=True, eq=False)
class _Shortened:
    """Items that were asked for last: to tell what decided, the same candidates are scored a dozen times."""

    table: DenseTable
    rows: Rows
    vectors: Vectors
    there: Presence


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """The inputs a learned fusion was made for. What a pool has beside them is not looked at.

    Attributes:
        channels: In order.
        mean: Of each channel's scores over the training requests, float32, shape (n_channels,).
        spread: Their standard deviation, never 0.
        modalities: By name how its vectors are shortened, in order.
    """

    channels: tuple[str, ...]
    mean: NDArray[np.float32]
    spread: NDArray[np.float32]
    modalities: Mapping[str, Projection]
    _last: dict[str, _Shortened] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def fit(cls, scores: Sequence[Mapping[str, AnyScores]], features: Mapping[str, DenseTable], rows: Rows) -> Frame:
        """The frame of these training requests.

        Args:
            scores: For each request its channels' scores.
            features: By modality the vectors of the catalog.
            rows: The items whose axes are taken.
        """
        channels = tuple(sorted({name for by_channel in scores for name in by_channel}))
        moments = [_moments(by_channel[name] for by_channel in scores if name in by_channel) for name in channels]
        projections = {name: Projection.fit(table, rows) for name, table in sorted(features.items())}
        return cls(
            channels,
            np.array([mean for mean, _ in moments], dtype=np.float32),
            np.array([spread for _, spread in moments], dtype=np.float32),
            {name: projection for name, projection in projections.items() if projection is not None},
        )

    def scores(self, scores: Mapping[str, AnyScores], n: int) -> NDArray[np.float32]:
        """Standardised scores, shape (n_channels, n); NaN where missing."""
        standard = np.full((len(self.channels), n), np.nan, dtype=np.float32)
        for at, name in enumerate(self.channels):
            if name in scores:
                standard[at] = (scores[name] - self.mean[at]) / self.spread[at]
        standard[~np.isfinite(standard)] = np.nan
        return standard

    def request(self, queries: Mapping[str, Vectors], modality: str) -> Vectors | None:
        """The request's short vector, shape (n_axes,); None where it says nothing in this modality."""
        projection = self.modalities[modality]
        middle = mean_direction(queries[modality]) if modality in queries else None
        # vectors of another model say nothing here, and are taken for missing
        if middle is None or middle.shape != projection.mean.shape:
            return None
        short: Vectors = projection(middle[None])[0]
        return short

    def items(self, features: Mapping[str, DenseTable], modality: str, rows: Rows) -> tuple[Vectors, Presence]:
        """The items' short vectors, shape (n, n_axes), and which have one."""
        projection, table = self.modalities[modality], features.get(modality)
        if table is None or table.matrix.shape[1] != len(projection.mean):
            return np.zeros((len(rows), projection.n_axes), dtype=np.float32), np.zeros(len(rows), dtype=bool)
        last = self._last.get(modality)
        # the very same arrays, not equal ones: comparing them would cost what is to be saved
        if last is None or last.table is not table or last.rows is not rows:
            last = self._last[modality] = _Shortened(table, rows, *projection.items(table, rows))
        return last.vectors, last.there

    def requests(self, queries: Sequence[Mapping[str, Vectors]], modality: str) -> tuple[Vectors, Presence]:
        """The short vectors of many requests, shape (n, n_axes), and which have one."""
        known = [self.request(vectors_of, modality) for vectors_of in queries]
        nothing = np.zeros(self.modalities[modality].n_axes, dtype=np.float32)
        vectors = np.stack([nothing if vector is None else vector for vector in known])
        return vectors, np.array([vector is not None for vector in known])


def opinions(pool: Pool, scores: Mapping[str, Scores]) -> Pool:
    """The candidates of a pool, known by these scores alone."""
    return Pool(pool.rows, scores, {}, {})


def _moments(parts: Iterable[AnyScores]) -> tuple[float, float]:
    """Mean and standard deviation of all finite scores; 0 and 1 where there are none, or they do not differ."""
    values = np.concatenate(list(parts))
    values = values[np.isfinite(values)]
    if not values.size:
        return 0.0, 1.0
    spread = float(values.std())
    # scores that do not differ are only moved: dividing by almost nothing would make noise of rounding
    return float(values.mean()), spread if spread > 1e-9 else 1.0
