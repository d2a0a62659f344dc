"""What a learned fusion sees: standardised scores, and vectors made short along their principal axes."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from retrieval.fusion import projection
from retrieval.fusion.frame import Frame, opinions
from retrieval.fusion.projection import MAX_AXES, Projection
from retrieval.snapshot import DenseTable
from tests.support.shelf import pool, units

N = 12
ROWS = {str(row): row for row in range(N)}


def table(matrix: np.ndarray, owners: list[int] | None = None) -> DenseTable:
    """Vectors of a catalog of twelve; those of the first items when it is not said whose they are."""
    ids = [str(row) for row in (range(len(matrix)) if owners is None else owners)]
    return DenseTable.build(ids, matrix.astype(np.float32), ROWS)


FEATURES = {"text": table(units(N, dim=4)), "visual": table(units(N - 2, dim=3, seed=1))}
SCORES = [{"text": np.array([1.0, 3.0]), "lexical": np.array([0.5, np.nan])}, {"text": np.array([5.0, np.inf, 7.0])}]
FRAME = Frame.fit(SCORES, FEATURES, np.arange(N))


# Scores


def test_scores_are_standardised_over_all_that_are_finite_in_training() -> None:
    assert FRAME.channels == ("lexical", "text")
    np.testing.assert_allclose(FRAME.mean, [0.5, 4.0])
    np.testing.assert_allclose(FRAME.spread, [1.0, math.sqrt(5)])  # 1 where the scores do not differ
    standard = FRAME.scores({"text": np.array([4.0, np.nan, np.inf]), "unheard": np.array([1.0, 2.0, 3.0])}, 3)
    np.testing.assert_allclose(standard, [[np.nan] * 3, [0.0, np.nan, np.nan]])
    assert standard.dtype == np.float32


def test_a_channel_that_never_knew_anything_is_left_as_it_is() -> None:
    frame = Frame.fit([{"visual": np.array([np.nan, np.nan])}], {}, np.arange(N))
    assert (frame.mean.tolist(), frame.spread.tolist()) == ([0.0], [1.0])
    np.testing.assert_allclose(frame.scores({"visual": np.array([0.25])}, 1), [[0.25]])


# Vectors of requests and items


def test_a_request_is_known_by_the_middle_of_its_vectors() -> None:
    vectors = units(2, dim=4, seed=8)
    middle = vectors.sum(axis=0) / np.linalg.norm(vectors.sum(axis=0))
    short = FRAME.request({"text": vectors}, "text")
    np.testing.assert_allclose(short, FRAME.modalities["text"](middle[None])[0], atol=1e-5)


@pytest.mark.parametrize("queries", [{}, {"text": units(1, dim=5)}, {"text": np.full((1, 4), np.nan, np.float32)}])
def test_a_request_that_says_nothing_usable_has_no_vector(queries: dict[str, np.ndarray]) -> None:
    assert FRAME.request(queries, "text") is None


def test_of_many_requests_those_without_a_vector_have_zeros_and_are_marked() -> None:
    vectors, there = FRAME.requests([{"text": units(1, dim=4)}, {}], "text")
    assert there.tolist() == [True, False]
    assert vectors.shape == (2, FRAME.modalities["text"].n_axes)
    assert vectors[0].any()
    assert not vectors[1].any()


def test_items_without_a_vector_have_zeros_and_are_marked() -> None:
    vectors, there = FRAME.items(FEATURES, "visual", np.array([0, N - 1, 3]))
    assert there.tolist() == [True, False, True]
    assert not vectors[1].any()


def test_a_catalog_without_the_modality_or_of_another_length_has_no_items_there() -> None:
    for features in ({}, {"visual": FEATURES["text"]}):
        vectors, there = FRAME.items(features, "visual", np.array([0, 1]))
        assert vectors.shape == (2, FRAME.modalities["visual"].n_axes)
        assert not vectors.any()
        assert not there.any()


def test_a_modality_with_less_than_two_vectors_is_not_framed() -> None:
    frame = Frame.fit(SCORES, {**FEATURES, "sound": table(units(1, dim=4))}, np.arange(N))
    assert set(frame.modalities) == {"text", "visual"}


def test_opinions_are_all_that_is_left_of_a_pool() -> None:
    whole = replace(pool({"text": np.array([1.0, 2.0])}), features=FEATURES, queries={"text": units(1, dim=4)})
    told = opinions(whole, {"rrf": np.array([0.5, 1.0])})
    assert told.rows is whole.rows
    assert (list(told.scores), told.queries, told.features) == (["rrf"], {}, {})


# Projection


def test_vectors_are_turned_to_their_principal_axes_and_scaled_to_variance_one_on_average() -> None:
    matrix = np.array([[3, 1], [-1, 1], [1, 2], [1, 0]])  # variance 2 along the first axis, 1/2 along the second
    made = Projection.fit(table(_units(matrix)), np.arange(4))
    assert made is not None
    pooled = table(_units(matrix)).pooled(np.arange(4))
    short = made(pooled)
    assert short.shape == (4, 2)
    np.testing.assert_allclose(short.mean(axis=0), [0, 0], atol=1e-6)
    covariance = np.cov(short.T, bias=True)
    np.testing.assert_allclose(covariance[0, 1], 0, atol=1e-6)
    assert np.diag(covariance).mean() == pytest.approx(1.0, abs=1e-5)
    assert covariance[0, 0] > covariance[1, 1]  # the widest axis comes first


def _units(matrix: np.ndarray) -> np.ndarray:
    """Vectors as tables hold them: of length one."""
    rows = matrix.astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize(("n", "dim", "n_axes"), [(2, 8, 1), (5, 8, 4), (N, 3, 3), (N, 8, 8)])
def test_there_are_as_many_axes_as_vectors_and_dimensions_allow(n: int, dim: int, n_axes: int) -> None:
    made = Projection.fit(table(units(n, dim=dim)), np.arange(N))
    assert made is not None
    assert made.n_axes == n_axes <= MAX_AXES


@pytest.mark.parametrize("n", [0, 1])
def test_less_than_two_vectors_have_no_axes(n: int) -> None:
    assert Projection.fit(table(units(n, dim=3)), np.arange(N)) is None
    two = table(units(2, dim=3))
    assert Projection.fit(two, np.array([0, 5])) is None  # the second item has none


def test_a_vector_that_is_no_number_lies_in_the_middle_of_the_catalog() -> None:
    made = Projection.fit(FEATURES["text"], np.arange(N))
    assert made is not None
    short = made(np.array([[np.nan, 0, 0, 0], [1, np.nan, 0, 0]], dtype=np.float32))
    np.testing.assert_array_equal(short, np.zeros((2, made.n_axes)))


def test_items_are_projected_by_the_mean_of_their_parts_whatever_the_size_of_a_block(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parts = table(units(6, dim=4), owners=[0, 0, 1, 2, 2, 4])
    made = Projection.fit(parts, np.arange(N))
    assert made is not None
    whole, there = made.items(parts, np.arange(6))
    np.testing.assert_allclose(whole[there], made(parts.pooled(np.array([0, 1, 2, 4]))), atol=1e-6)
    assert there.tolist() == [True, True, True, False, True, False]
    monkeypatch.setattr(projection, "BLOCK_ROWS", 2)
    again = Projection.fit(parts, np.arange(N))
    assert again is not None
    np.testing.assert_allclose(np.abs(again.axes), np.abs(made.axes), atol=1e-5)
    np.testing.assert_array_equal(made.items(parts, np.arange(6))[0], whole)
