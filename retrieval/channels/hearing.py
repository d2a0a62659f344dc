"""Hearing: what an encoder measures of sounds becomes vectors that can be compared within one catalog.

Numbers of different kinds mean nothing side by side, and what all sounds of a catalog have in common tells none of them
apart: each number is standardised over the catalog's own sounds. A ridge regression fitted on the catalog's own
(sound, text) pairs leads from there to the text space, so that words find sounds, where held-back pairs say that it
does.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.bridge import (
    MIN_GAIN_ERRORS,
    MIN_PAIRS,
    STRENGTHS,
    Ridge,
    cross_fit,
    fit_ridge,
    folds_of,
    reciprocal_ranks,
    sample,
    unit,
)
from retrieval.encoding import Vectors
from retrieval.storage.workspace import Workspace

FEWEST_SOUNDS = 2  # of one alone nothing is known but that it is like itself
SHRUNK_BY = 10  # sounds that a catalog's own must outnumber before its spread counts for more than that of all numbers


@dataclass(frozen=True, slots=True)
class SoundPart:
    """A stretch of what an encoder measures of a sound, compared as a whole.

    Attributes:
        length: How many numbers it has.
        weight: Its share in the likeness of two sounds.
    """

    length: int
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class SoundScale:
    """How one catalog's sounds are compared.

    Attributes:
        mean: Of each number over the catalog's sounds, shape (n_numbers,).
        spread: Its standard deviation, shrunk towards that of its part where there are few sounds.
        lengths: How many numbers each part has.
        weights: The share of each part.
    """

    mean: NDArray[np.float32]
    spread: NDArray[np.float32]
    lengths: tuple[int, ...]
    weights: tuple[float, ...]

    def __call__(self, measured: NDArray[np.float32]) -> Vectors:
        """Unit vectors, shape (len(measured), n_numbers + 1); their cosine weighs those of the parts."""
        ends = np.cumsum(self.lengths)[:-1]
        standard = np.split((measured - self.mean) / self.spread, ends, axis=1)
        parts = [np.sqrt(weight) * unit(part) for part, weight in zip(standard, self.weights, strict=True)]
        # One more number, all but nothing: else a sound that is just the mean of all would have no direction.
        return unit(np.pad(np.concatenate(parts, axis=1), ((0, 0), (0, 1)), constant_values=1e-3))

    def to_bytes(self) -> bytes:
        """The scale in NumPy's npz format."""
        buffer = io.BytesIO()
        np.savez(buffer, mean=self.mean, spread=self.spread, lengths=self.lengths, weights=self.weights)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, saved: bytes) -> SoundScale:
        """The scale that `to_bytes` saved."""
        with np.load(io.BytesIO(saved), allow_pickle=False) as arrays:
            lengths, weights = tuple(arrays["lengths"].tolist()), tuple(arrays["weights"].tolist())
            return cls(arrays["mean"], arrays["spread"], lengths, weights)


def fit_scale(measured: NDArray[np.float32], parts: Sequence[SoundPart]) -> SoundScale:
    """Standardise what was measured of a catalog's sounds, shape (n, n_numbers).

    With few sounds the spread of a number is an accident: it is drawn towards the middle one of its part, which in the
    end leaves a number that hardly ever changes as quiet as it is.
    """
    n = len(measured)
    mean, variance = measured.mean(axis=0), measured.var(axis=0)
    ends = np.cumsum([part.length for part in parts])[:-1]
    usual = np.concatenate([np.full(len(part), np.median(part) + 1e-8) for part in np.split(variance, ends)])
    shrunk = (n * variance + SHRUNK_BY * usual) / (n + SHRUNK_BY)
    return SoundScale(
        mean.astype(np.float32),
        np.sqrt(shrunk).astype(np.float32),
        tuple(part.length for part in parts),
        tuple(part.weight for part in parts),
    )


@dataclass(frozen=True, slots=True, eq=False)
class HeardMap:
    """Whether and how words find this catalog's sounds.

    Attributes:
        ridge: The fitted map for sounds to come; None where none proved better than chance.
        points: Points of the catalog's own sounds in the text space, each predicted without its own pair; empty
            without a map.
        fitted: Mean reciprocal rank of held-back texts finding their sound; NaN when not measured.
        chance: The same of drawing lots.
    """

    ridge: Ridge | None
    points: Vectors
    fitted: float = float("nan")
    chance: float = float("nan")


def fit_sound_words(sounds: Vectors, texts: Vectors, *, seed: int = 0) -> HeardMap:
    """A map from sounds to words for one catalog, kept only where held-back pairs gain more than `MIN_GAIN_ERRORS`.

    Args:
        sounds: Vectors of the catalog's scale, shape (n, dim).
        texts: Text embeddings of the items they belong to, shape (n, dim_text).
    """
    nothing = np.empty((0, texts.shape[1] if texts.ndim == 2 else 0), np.float32)
    if len(texts) < MIN_PAIRS:
        return HeardMap(None, nothing)
    fold_of = folds_of(len(texts), seed)
    points = {strength: cross_fit(sounds, texts, fold_of, strength) for strength in STRENGTHS}
    reciprocal = {strength: reciprocal_ranks(of, texts, fold_of) for strength, of in points.items()}
    best = max(reciprocal, key=lambda strength: float(reciprocal[strength].mean()))
    chance, fitted = _by_lot(fold_of), float(reciprocal[best].mean())
    if fitted - chance <= MIN_GAIN_ERRORS * reciprocal[best].std() / np.sqrt(len(reciprocal[best])):
        return HeardMap(None, nothing, fitted, chance)
    rows = sample(len(texts), seed)
    return HeardMap(fit_ridge(sounds[rows], texts[rows], best), points[best], fitted, chance)


def _by_lot(fold_of: NDArray[np.intp]) -> float:
    """The mean reciprocal rank among the sounds of a fold when all orders are as likely."""
    n = int(np.bincount(fold_of).mean())
    return float((1 / np.arange(1, n + 1)).mean())


@dataclass(frozen=True, slots=True, eq=False)
class Ears:
    """How a catalog hears.

    Attributes:
        scale: How its sounds are compared; None where it has none.
        ridge: The map from sounds to words; None where none proved itself.
    """

    scale: SoundScale | None = None
    ridge: Ridge | None = None


NO_EARS = Ears()
SCALE_BLOB, SOUND_RIDGE_BLOB = "sound scale", "sound ridge"


def load_ears(workspace: Workspace) -> Ears:
    """What ingest fitted on this catalog's sounds."""
    return Ears(load_scale(workspace), load_sound_ridge(workspace))


def load_scale(workspace: Workspace) -> SoundScale | None:
    """How the catalog's sounds are compared; None where it has none."""
    saved = workspace.store.blob(SCALE_BLOB)
    return SoundScale.from_bytes(saved) if saved else None


def load_sound_ridge(workspace: Workspace) -> Ridge | None:
    """The map from sounds to words that ingest fitted on this catalog; None where none proved itself."""
    saved = workspace.store.blob(SOUND_RIDGE_BLOB)
    return Ridge.from_bytes(saved) if saved else None
