"""Finished rows: kept under a key that changes with everything that could change them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from retrieval.errors import EvaluationError
from retrieval.evaluation.judging import Judged
from retrieval.evaluation.row_cache import RowCache, fingerprint, key_of
from tests.support.shelf import numbered, snapshot, units

ROW = Judged(
    ids=("ada", "作者"),
    names=("nDCG", "HR"),
    values=np.array([[0.5, 1.0], [0.0, 0.0]]),
    tops=np.array([[3, 1], [2, -1]], dtype=np.intp),
    scores=np.array([[0.9, 0.1], [0.4, 0.0]]),
    n_silent=1,
)


@pytest.fixture
def cache(tmp_path: Path) -> RowCache:
    return RowCache(tmp_path / "rows")


def test_a_row_comes_back_as_it_was_kept(cache: RowCache) -> None:
    assert cache.find("key") is None
    cache.keep("key", ROW)
    row = cache.find("key")
    assert row is not None
    assert (row.ids, row.names, row.n_silent) == (ROW.ids, ROW.names, ROW.n_silent)
    for name in ("values", "tops", "scores"):
        np.testing.assert_array_equal(getattr(row, name), getattr(ROW, name))
    assert row.tops.dtype == np.intp


def test_rows_of_other_keys_stay_apart_and_a_new_one_takes_the_place_of_the_old(cache: RowCache) -> None:
    cache.keep("first", ROW)
    cache.keep("second", replace(ROW, n_silent=0))
    cache.keep("first", replace(ROW, n_silent=2))
    assert [row.n_silent if (row := cache.find(key)) else None for key in ("first", "second", "third")] == [2, 0, None]
    assert sorted(path.name for path in cache.folder.iterdir()) == ["first.npz", "second.npz"]


@pytest.mark.parametrize("size", [0, 10, 200, -30])
def test_a_damaged_row_is_as_good_as_none(cache: RowCache, size: int) -> None:
    cache.keep("key", ROW)
    path = cache.folder / "key.npz"
    path.write_bytes(path.read_bytes()[:size])
    assert cache.find("key") is None


def test_a_row_that_lacks_something_is_as_good_as_none(cache: RowCache) -> None:
    cache.folder.mkdir()
    np.savez(cache.folder / "key.npz", ids=np.array(["ada"]))
    assert cache.find("key") is None


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "rows").write_text("a file where the folder should be")
    with pytest.raises(EvaluationError, match="Finished rows cannot be kept in") as caught:
        RowCache(tmp_path / "rows").keep("key", ROW)
    assert caught.value.hint == "Free space, or name another folder."


def test_a_key_tells_parts_apart_however_they_are_cut() -> None:
    keys = {key_of("a", "bc"), key_of("ab", "c"), key_of("abc"), key_of("a", "b", "c"), key_of(("a", "bc"))}
    assert len(keys) == 5
    assert key_of("a", 1) == key_of("a", 1) != key_of("a", 2)
    assert len(key_of("a")) == 32


def test_a_fingerprint_changes_with_items_and_vectors_and_with_nothing_else() -> None:
    items, vectors = numbered(3), units(3)
    first = fingerprint(snapshot(items, {"text": vectors}))
    assert fingerprint(snapshot(numbered(3), {"text": vectors.copy()})) == first
    turned = vectors.copy()
    turned[2] = -turned[2]
    others = [
        snapshot(items, {"text": turned}),
        snapshot(items, {"visual": vectors}),
        snapshot(items),
        snapshot([*items[:2], replace(items[2], title="Another")], {"text": vectors}),
        snapshot([*items[:2], replace(items[2], category="Vases")], {"text": vectors}),
    ]
    assert len({first, *map(fingerprint, others)}) == 1 + len(others)
