"""Judgments: read strictly, and columns that give them away are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.errors import EvaluationError
from retrieval.evaluation.judgments import leaks, read_qrels
from retrieval.items import Item
from tests.support.shelf import SCHEMA

ITEMS = [
    Item(str(n), f"Thing {n}", category="even" if n % 2 == 0 else "odd", attributes={"tags": ("Étoile", f"t{n % 3}")})
    for n in range(12)
]
BY_TAG = {f"t{k}": {str(n): 1.0 for n in range(12) if n % 3 == k} for k in range(3)}


def test_judgments_are_read_with_their_grades_and_without_what_is_not_relevant(tmp_path: Path) -> None:
    path = tmp_path / "qrels.trec"
    path.write_text("a 0 x 2\na 0 y 0\n\nb\t0\tz\t1\n")
    assert read_qrels(path) == {"a": {"x": 2.0}, "b": {"z": 1.0}}


@pytest.mark.parametrize("line", ["a x 1", "a 0 x good", "a 0 x 1 more"])
def test_a_line_that_is_no_judgment_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "qrels.trec"
    path.write_text(f"a 0 x 1\n{line}\n")
    with pytest.raises(EvaluationError, match="Line 2"):
        read_qrels(path)


def test_judgments_that_are_not_there_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="cannot be read"):
        read_qrels(tmp_path / "none.trec")


def test_a_column_that_holds_the_answers_is_found_and_how_to_leave_it_out_is_said() -> None:
    (leak,) = leaks(ITEMS, SCHEMA, {tag: tag.upper() for tag in BY_TAG}, BY_TAG)
    assert (leak.field, leak.n_given_away, leak.n_requests) == ("tags", 3, 3)
    assert "--exclude tags" in str(leak)


def test_judgments_that_no_column_repeats_are_not_suspected() -> None:
    mixed = {"t0": {"1": 1.0, "2": 1.0}, "t1": {"3": 1.0, "11": 1.0}}
    assert leaks(ITEMS, SCHEMA, {name: name for name in mixed}, mixed) == []
    assert leaks(ITEMS, SCHEMA, {"t0": "something else"}, BY_TAG) == []
    assert leaks([], SCHEMA, {}, {}) == []
