"""The bridge between pictures and words: its two mappings, and the choice between them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from retrieval import bridge
from retrieval.bridge import FOLDS, MIN_PAIRS, Ridge, bridge_features, conse, fit_bridge, fit_ridge, unit
from tests.support.shelf import units

DIM = 6


def related(n: int, noise: float = 0.05) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pictures, their concepts, and texts that are a linear image of the pictures; the concepts say nothing."""
    visual, concepts = units(n, 12, seed=1), units(n, DIM, seed=2)
    mapping = np.random.default_rng(3).normal(size=(12, DIM))
    texts = unit(visual @ mapping + noise * np.random.default_rng(4).normal(size=(n, DIM)))
    return visual, concepts, texts


def test_conse_is_the_weighted_mean_of_the_likeliest_class_names() -> None:
    names = np.array([[1, 0], [0, 1], [-1, 0]], dtype=np.float32)
    logits = np.array([[2.0, 0.0, -9.0]], dtype=np.float32)
    first, second = math.exp(2 / 2), math.exp(0)
    expected = np.array([first, second]) / math.hypot(first, second)
    np.testing.assert_allclose(conse(logits, names, top=2)[0], expected, atol=1e-6)


def test_conse_counts_all_classes_when_there_are_few() -> None:
    names = units(3, DIM)
    logits = np.array([[0.0, 1.0, 2.0]], dtype=np.float32)
    weights = np.exp(logits[0] / 2)
    expected = unit((weights @ names)[None])
    np.testing.assert_allclose(conse(logits, names), expected, atol=1e-6)


def test_conse_survives_extreme_logits() -> None:
    found = conse(np.array([[1e4, -1e4, 0]], dtype=np.float32), units(3, DIM))
    np.testing.assert_allclose(found, units(3, DIM)[:1], atol=1e-6)


def test_rows_of_zeros_stay_zero() -> None:
    assert unit(np.zeros((2, 3))).tolist() == [[0.0] * 3] * 2


def test_the_ridge_equals_its_primal_closed_form() -> None:
    visual, concepts, texts = related(40)
    features, strength = bridge_features(visual, concepts), 0.3
    x, y = features - features.mean(axis=0), texts - texts.mean(axis=0)
    penalty = strength * float(np.trace(x @ x.T)) / len(x)
    primal = np.linalg.solve(x.T @ x + penalty * np.eye(x.shape[1]), x.T @ y)
    ridge = fit_ridge(features, texts, strength)
    np.testing.assert_allclose(ridge.weights, primal, atol=1e-5)
    expected = unit((features - features.mean(axis=0)) @ primal + texts.mean(axis=0))
    np.testing.assert_allclose(ridge(features), expected, atol=1e-5)


def test_one_pair_gives_a_map_to_its_text() -> None:
    ridge = fit_ridge(units(1, 4), units(1, 3, seed=5), 1.0)
    np.testing.assert_allclose(ridge(units(2, 4, seed=8)), np.repeat(units(1, 3, seed=5), 2, axis=0), atol=1e-6)


def test_a_ridge_comes_back_from_its_bytes() -> None:
    ridge = fit_ridge(units(20, 5), units(20, 3, seed=1), 0.1)
    again = Ridge.from_bytes(ridge.to_bytes())
    np.testing.assert_array_equal(again(units(4, 5, seed=2)), ridge(units(4, 5, seed=2)))


def test_related_pairs_get_a_ridge() -> None:
    visual, concepts, texts = related(200)
    found = fit_bridge(visual, concepts, texts)
    assert found.ridge is not None
    assert found.fitted > 2 * found.baseline
    new, _, wanted = related(300)
    points = found.ridge(bridge_features(new[200:], units(100, DIM, seed=6)))
    ranks = (wanted[200:] @ points.T).argsort(axis=1)[:, ::-1].argsort(axis=1).diagonal()
    assert np.median(ranks) < 10  # of 100, by chance 50


def test_unrelated_pairs_keep_the_class_names_but_for_chance() -> None:
    draws = [(units(120, 12, seed=n), units(120, DIM, seed=n + 100), units(120, DIM, seed=n + 200)) for n in range(20)]
    found = [fit_bridge(*draw) for draw in draws]
    kept = [bridge.points is draw[1] for bridge, draw in zip(found, draws, strict=True) if bridge.ridge is None]
    assert len(kept) >= 17
    assert all(kept)


def test_class_names_that_are_right_already_are_kept() -> None:
    visual, _, texts = related(150)
    found = fit_bridge(visual, texts, texts)
    assert found.ridge is None
    assert found.baseline == pytest.approx(1)


def test_too_few_pairs_are_not_even_measured() -> None:
    visual, concepts, texts = related(MIN_PAIRS - 1)
    found = fit_bridge(visual, concepts, texts)
    assert found.ridge is None
    assert found.points is concepts
    assert math.isnan(found.baseline)


def test_no_point_has_seen_its_own_pair() -> None:
    visual, concepts, texts = related(150)
    found = fit_bridge(visual, concepts, texts)
    assert found.ridge is not None
    changed = texts.copy()
    changed[17] = -texts[17]
    again = fit_bridge(visual, concepts, changed)
    np.testing.assert_array_equal(again.points[17], found.points[17])
    assert not np.array_equal(again.points, found.points)


def test_a_large_catalog_is_measured_and_fitted_on_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "MAX_PAIRS", 25)
    seen: list[int] = []

    def fit(features: np.ndarray, texts: np.ndarray, strength: float) -> Ridge:
        seen.append(len(features))
        return fit_ridge(features, texts, strength)

    monkeypatch.setattr(bridge, "fit_ridge", fit)
    found = fit_bridge(*related(40 * FOLDS))
    assert max(seen) == 25
    assert found.points.shape == (40 * FOLDS, DIM)
    assert found.ridge is not None


def test_fitting_twice_gives_the_same() -> None:
    first, second = fit_bridge(*related(120)), fit_bridge(*related(120))
    np.testing.assert_array_equal(first.points, second.points)
