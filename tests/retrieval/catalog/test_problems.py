"""Problems of rows, as people read them."""

from __future__ import annotations

import pytest

from retrieval.catalog.problems import RowProblem, RowRefused, shown


def test_a_problem_names_line_id_severity_reason_and_hint() -> None:
    problem = RowProblem(7, "vase", "wrong type", "price is 'cheap', not a price.", "Correct the value.", "degraded")
    assert str(problem) == "line 7 (id vase), degraded: price is 'cheap', not a price. Correct the value."


def test_a_problem_of_a_row_without_an_id_does_not_speak_of_one() -> None:
    assert str(RowProblem(1, None, "no id", "The row has no id.", "Give it one.", "skipped")) == (
        "line 1, skipped: The row has no id. Give it one."
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\nb", r"'a\nb'"),
        (b"\xff", r"b'\xff'"),
        (None, "None"),
        (["a"], "['a']"),
        ("x" * 58, "'" + "x" * 58 + "'"),
        ("x" * 59, "'" + "x" * 58 + "…"),
        (list(range(100)), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, …"),
    ],
)
def test_a_value_is_quoted_on_one_line_and_never_long(value: object, text: str) -> None:
    assert shown(value) == text
    assert len(shown(value)) <= 60


def test_a_text_of_any_length_is_cut_before_it_is_quoted() -> None:
    assert shown("y" * 10_000_000, 10) == "'yyyyyyyy…"


def test_a_refusal_carries_what_a_report_says_of_it() -> None:
    refused = RowRefused("duplicate id", "The id was already used on line 1.", "Give every row its own.", id="a")
    assert (refused.kind, refused.reason, refused.hint, refused.id) == (
        "duplicate id",
        "The id was already used on line 1.",
        "Give every row its own.",
        "a",
    )
    assert RowRefused("NUL", "r", "h").id is None
