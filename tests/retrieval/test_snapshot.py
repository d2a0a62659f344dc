"""The catalog in memory: exact likeness, filters, and what is read from the store."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.filters import parse_filter
from retrieval.snapshot import DenseTable, Snapshot
from tests.support.shelf import SCHEMA, fill, numbered, snapshot, units


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.integers(1, 3), st.randoms(use_true_random=False))
def test_likeness_is_the_best_exact_cosine_of_any_part(counts: list[int], n_queries: int, random: object) -> None:
    ids = [str(row) for row, count in enumerate(counts) for _ in range(count)]
    random.shuffle(ids)  # type: ignore[attr-defined]
    matrix, queries = units(len(ids), seed=1), units(n_queries, seed=2)
    table = DenseTable.build(ids, matrix, {str(row): row for row in range(len(counts))})
    found = table.similarity(queries)
    for row in range(len(counts)):
        mine = [at for at, owner in enumerate(ids) if owner == str(row)]
        if mine:
            assert found[row] == pytest.approx(float((matrix[mine] @ queries.T).max()), abs=1e-6)
        else:
            assert np.isnan(found[row])
    some = np.arange(len(counts))[::-2]
    np.testing.assert_allclose(table.similarity(queries, some), found[some], atol=1e-6)
    assert table.present.tolist() == [count > 0 for count in counts]


def test_likeness_never_leaves_its_bounds() -> None:
    matrix = units(300, dim=384)
    table = DenseTable.build([str(n) for n in range(300)], matrix, {str(n): n for n in range(300)})
    found = table.similarity(np.concatenate([matrix, -matrix]))
    assert found.max() <= 1.0
    assert table.similarity(-matrix[:1])[0] >= -1.0


def test_no_rows_have_no_scores() -> None:
    table = DenseTable.build(["0"], units(1), {"0": 0})
    assert table.similarity(units(1), np.array([], dtype=np.intp)).shape == (0,)


def test_a_snapshot_holds_what_the_store_holds(tmp_path: Path) -> None:
    items = numbered(4)
    vectors = {"text": {"0": units(1), "2": units(3, seed=1)}, "visual": {"3": units(1, dim=3)}}
    with fill(tmp_path / "w", items, vectors) as workspace:
        found = Snapshot.read(workspace.store, SCHEMA, ("text", "visual", "bridge"))
    assert found.items == tuple(items)
    assert found.rows == {"0": 0, "1": 1, "2": 2, "3": 3}
    assert set(found.tables) == {"text", "visual"}
    assert found.tables["text"].present.tolist() == [True, False, True, False]
    assert found.tables["visual"].matrix.shape == (1, 3)


def test_without_filters_nothing_is_masked() -> None:
    assert snapshot(numbered(3)).allowed(()) is None


@settings(deadline=None)
@given(st.integers(-1, 12), st.sampled_from(["<", "<=", ">", ">=", "=", "!="]))
def test_exactly_the_items_that_meet_a_filter_are_allowed(bound: int, op: str) -> None:
    items = numbered(10)
    must = parse_filter(f"price {op} {bound}", SCHEMA)
    allowed = snapshot(items).allowed([must])
    assert allowed is not None
    assert allowed.tolist() == [must.matches(item) for item in items]
