"""The bridge: pictures become points of the text space, so that words find pictures without a joint model.

Two mappings. ConSE needs nothing but class names. A ridge regression fitted on the catalog's own (picture, text)
pairs is used on top where held-back pairs say that it helps.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.encoding import Vectors
from retrieval.storage.workspace import Workspace

MIN_PAIRS = 100
MAX_PAIRS = 2_000  # enough for the fit, and keeps it within seconds
FOLDS = 5
STRENGTHS = (0.1, 0.3, 1.0, 3.0, 10.0)
MIN_GAIN_ERRORS = 2  # standard errors; at one, a quarter of catalogs of mere noise got a ridge, at two a twentieth


def conse(logits: NDArray[np.float32], class_vectors: Vectors, *, temperature: float = 2.0, top: int = 20) -> Vectors:
    """Pictures as convex combinations of the text embeddings of their likeliest class names.

    Args:
        logits: shape (n, n_classes).
        class_vectors: Text embeddings of the class names, shape (n_classes, dim).
        temperature: Divides the logits before the softmax; above 1 it spreads the weight over more classes.
        top: Classes that count; all of them when there are fewer.

    Returns:
        float32, shape (n, dim), unit vectors.

    Source: Norouzi et al., Zero-Shot Learning by Convex Combination of Semantic Embeddings, ICLR 2014, equation 3.
    """
    top = min(top, logits.shape[1])
    # all but the likeliest count for nothing: their many small shares would pull every picture to the same middle
    likeliest = np.argpartition(-logits, top - 1, axis=1)[:, :top]
    scaled = np.take_along_axis(logits, likeliest, axis=1) / temperature
    # less the maximum, or large logits would overflow; `unit` makes the sum of the weights not matter
    weights = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return unit(np.einsum("nk,nkd->nd", weights, class_vectors[likeliest]))


def unit(vectors: NDArray[np.floating]) -> Vectors:
    """Rows scaled to length one; rows of zeros stay zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Ridge:
    """An affine map from picture features to the text space.

    Attributes:
        weights: shape (n_features, dim).
        feature_mean: shape (n_features,).
        text_mean: shape (dim,).
    """

    weights: Vectors
    feature_mean: NDArray[np.float32]
    text_mean: NDArray[np.float32]

    def __call__(self, features: NDArray[np.float32]) -> Vectors:
        """Points of the text space, shape (len(features), dim), unit vectors."""
        return unit((features - self.feature_mean) @ self.weights + self.text_mean)

    def to_bytes(self) -> bytes:
        """The map in NumPy's npz format."""
        buffer = io.BytesIO()
        np.savez(buffer, weights=self.weights, feature_mean=self.feature_mean, text_mean=self.text_mean)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, saved: bytes) -> Ridge:
        """The map that `to_bytes` saved."""
        with np.load(io.BytesIO(saved), allow_pickle=False) as arrays:
            return cls(arrays["weights"], arrays["feature_mean"], arrays["text_mean"])


def fit_ridge(features: NDArray[np.float32], texts: Vectors, strength: float) -> Ridge:
    """Least squares with an L2 penalty: W = X' (X X' + strength * mean(diag X X') * I)^-1 Y on centred data.

    The dual form: pairs are fewer than features. The strength is relative to the data's own scale.

    Source: Hoerl and Kennard, Ridge Regression, Technometrics 12(1), 1970, in the dual of Saunders et al., ICML 1998.
    """
    feature_mean, text_mean = features.mean(axis=0), texts.mean(axis=0)
    x, y = (features - feature_mean).astype(np.float64), (texts - text_mean).astype(np.float64)
    gram = x @ x.T
    # the mean of the diagonal is the data's own scale: one strength then fits short and long feature vectors alike
    penalty = strength * max(float(np.trace(gram)) / len(gram), 1e-12)
    weights = x.T @ np.linalg.solve(gram + penalty * np.eye(len(gram)), y)
    return Ridge(weights.astype(np.float32), feature_mean, text_mean)


def bridge_features(visual: Vectors, concepts: Vectors) -> NDArray[np.float32]:
    """What the ridge reads: visual features beside the ConSE point, shape (n, dim_visual + dim_text)."""
    return np.concatenate([visual, concepts], axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class Bridge:
    """How this catalog's pictures are mapped, and why.

    Attributes:
        ridge: The fitted map for new pictures; None where ConSE alone is used.
        points: Points of the catalog's own pictures, each predicted without having seen its own pair.
        baseline: Mean reciprocal rank of held-back texts finding their picture by ConSE; NaN when not measured.
        fitted: The same by the ridge.
    """

    ridge: Ridge | None
    points: Vectors
    baseline: float = float("nan")
    fitted: float = float("nan")


def fit_bridge(visual: Vectors, concepts: Vectors, texts: Vectors, *, seed: int = 0) -> Bridge:
    """Choose between ConSE and the ridge for one catalog.

    Args:
        visual: Pooled picture features, shape (n, dim_visual).
        concepts: ConSE points of the same pictures, shape (n, dim_text).
        texts: Text embeddings of the items they belong to, shape (n, dim_text).

    Returns:
        The ridge only where held-back pairs gain more than `MIN_GAIN_ERRORS` over ConSE.
    """
    if len(texts) < MIN_PAIRS:
        return Bridge(None, concepts)
    features = bridge_features(visual, concepts)
    fold_of = folds_of(len(texts), seed)
    predictions = {strength: cross_fit(features, texts, fold_of, strength) for strength in STRENGTHS}
    plain = reciprocal_ranks(concepts, texts, fold_of)
    gains = {s: reciprocal_ranks(points, texts, fold_of) - plain for s, points in predictions.items()}
    # chosen and judged on the same folds: what that flatters by, `MIN_GAIN_ERRORS` takes back
    best = max(gains, key=lambda strength: float(gains[strength].mean()))
    gain, baseline = gains[best], float(plain.mean())
    fitted = baseline + float(gain.mean())
    if gain.mean() <= MIN_GAIN_ERRORS * gain.std() / np.sqrt(len(gain)):
        return Bridge(None, concepts, baseline, fitted)
    rows = sample(len(texts), seed)
    return Bridge(fit_ridge(features[rows], texts[rows], best), predictions[best], baseline, fitted)


def folds_of(n: int, seed: int) -> NDArray[np.intp]:
    """In which of `FOLDS` each pair is held back, shape (n,)."""
    # a permutation, not draws: every fold has its share, and neighbours in the catalog fall into different ones
    return np.random.default_rng(seed).permutation(n) % FOLDS


def cross_fit(features: NDArray[np.float32], texts: Vectors, fold_of: NDArray[np.intp], strength: float) -> Vectors:
    """Points of all pictures or sounds, each from a ridge fitted on the other folds."""
    # a picture's own text must not have pulled its point to itself, or search would look better than it is
    points = np.empty_like(texts)
    for fold in range(FOLDS):
        train = np.flatnonzero(fold_of != fold)
        train = train[sample(len(train), fold)]
        points[fold_of == fold] = fit_ridge(features[train], texts[train], strength)(features[fold_of == fold])
    return points


def sample(n: int, seed: int) -> NDArray[np.intp]:
    """Which of `n` pairs a map is fitted on: all, or `MAX_PAIRS` of them."""
    if n <= MAX_PAIRS:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).permutation(n)[:MAX_PAIRS])


def reciprocal_ranks(points: Vectors, texts: Vectors, fold_of: NDArray[np.intp]) -> NDArray[np.float64]:
    """1 / rank of texts' own pictures or sounds among those of their fold; of at most `MAX_PAIRS` texts of a fold."""
    reciprocal = []
    for fold in range(FOLDS):
        rows = np.flatnonzero(fold_of == fold)
        rows = rows[sample(len(rows), fold)]
        scores = texts[rows] @ points[rows].T
        # equal scores do not count against a picture
        own = np.diagonal(scores)[:, None]
        reciprocal.append(1.0 / (1 + (scores > own).sum(axis=1)))
    return np.concatenate(reciprocal)


RIDGE_BLOB = "bridge ridge"


def load_ridge(workspace: Workspace) -> Ridge | None:
    """The map from pictures to words that ingest fitted on this catalog; None where ConSE alone is used."""
    saved = workspace.store.blob(RIDGE_BLOB)
    return Ridge.from_bytes(saved) if saved else None
