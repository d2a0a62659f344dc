"""TREC runs: the order survives, and what the format cannot hold is refused."""

from __future__ import annotations

import io
from itertools import pairwise

import ir_measures
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import TastemakerError
from retrieval.evaluation.trec import Ranking, write_run


def lines(*rankings: Ranking) -> list[str]:
    file = io.StringIO()
    assert write_run(rankings, file, "tag") == len(rankings)
    return file.getvalue().splitlines()


def test_a_line_holds_query_item_rank_score_and_tag() -> None:
    assert lines(Ranking("q1", [("a", 0.5), ("b", 0.25)])) == [
        "q1 Q0 a 1 0.500000 tag",
        "q1 Q0 b 2 0.250000 tag",
    ]


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_written_scores_fall_strictly_whatever_they_were(scores: list[float]) -> None:
    written = [line.split() for line in lines(Ranking("q", [(f"d{at}", score) for at, score in enumerate(scores)]))]
    assert [row[2] for row in written] == [f"d{at}" for at in range(len(scores))]
    assert [int(row[3]) for row in written] == list(range(1, len(scores) + 1))
    found = [float(row[4]) for row in written]
    assert all(np.float32(before) > np.float32(after) for before, after in pairwise(found))


@pytest.mark.parametrize("order", ["xyz", "zyx"])
@pytest.mark.parametrize("scores", [(0.9, 0.9, 0.9), (1.0, 1 - 1e-9, 1 - 2e-9)])
def test_a_standard_tool_keeps_the_order_of_equal_scores(order: str, scores: tuple[float, ...]) -> None:
    written = lines(Ranking("q", list(zip(order, scores, strict=True))))
    run = list(ir_measures.read_trec_run("\n".join(written) + "\n"))
    for rank, name in enumerate(order, start=1):
        found = ir_measures.calc_aggregate([ir_measures.RR], [ir_measures.Qrel("q", name, 1)], run)
        assert found[ir_measures.RR] == pytest.approx(1 / rank)


def test_a_query_without_items_has_no_lines_and_still_counts() -> None:
    assert lines(Ranking("q", [])) == []


@pytest.mark.parametrize(("query", "item"), [("q 1", "a"), ("q", "a\tb"), ("", "a"), ("q", "")])
def test_an_id_that_would_break_a_line_is_refused(query: str, item: str) -> None:
    with pytest.raises(TastemakerError, match="cannot stand in a TREC run") as caught:
        lines(Ranking(query, [(item, 1.0)]))
    assert "without white space" in caught.value.hint
