"""Single values of a row: what each becomes, and the flaw that costs it."""

from __future__ import annotations

import math

import pytest

from retrieval.catalog.cells import (
    FIELD_LIMIT,
    LIST_LIMIT,
    line_of,
    media_names_of,
    paragraphs_of,
    price_of,
    text_of,
    value_of,
    wrong_type,
)
from retrieval.catalog.problems import Flaw, RowRefused


@pytest.fixture
def flaws() -> list[Flaw]:
    return []


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (" Blue\u200b vase\n", "Blue vase"),
        (True, True),
        (0, 0),
        (2**63 - 1, 2**63 - 1),
        (-(2**63), -(2**63)),
        (3.5, 3.5),
        (["red", 3, 2.0, False, None, ""], ("red", "3", "2", "false")),
    ],
)
def test_a_value_keeps_its_kind_and_a_list_becomes_texts(raw: object, value: object, flaws: list[Flaw]) -> None:
    assert value_of("field", raw, flaws) == value
    assert flaws == []


@pytest.mark.parametrize("raw", ["", " \u200b ", [], [None], [""]])
def test_what_is_empty_is_no_value_and_no_flaw(raw: object, flaws: list[Flaw]) -> None:
    assert value_of("field", raw, flaws) is None
    assert flaws == []


@pytest.mark.parametrize(
    ("raw", "kind", "reason"),
    [
        (2**63, "number too large", "field is 9223372036854775808, beyond 64 bits."),
        (-(2**63) - 1, "number too large", "field is -9223372036854775809, beyond 64 bits."),
        (math.inf, "not a number", "field is inf, not a finite number."),
        ({"a": 1}, "wrong type", "field is {'a': 1}, not text, a number, a truth value or a list of them."),
    ],
)
def test_what_cannot_be_a_value_is_a_flaw(raw: object, kind: str, reason: str, flaws: list[Flaw]) -> None:
    assert value_of("field", raw, flaws) is None
    assert [(flaw.kind, flaw.reason) for flaw in flaws] == [(kind, reason)]


def test_a_list_ends_at_the_first_entry_that_holds_others(flaws: list[Flaw]) -> None:
    assert value_of("tags", ["a", {"b": 1}, "c"], flaws) == ("a",)
    assert [flaw.reason for flaw in flaws] == ["tags[] is {'b': 1}, not text or a number."]


def test_fields_and_lists_have_a_length_up_to_which_they_are_taken(flaws: list[Flaw]) -> None:
    assert len(text_of("note", "x" * FIELD_LIMIT, flaws)) == FIELD_LIMIT
    with pytest.raises(RowRefused, match="'note' has 1,000,001 characters"):
        text_of("note", "x" * (FIELD_LIMIT + 1), flaws)
    entries = value_of("tags", ["x"] * LIST_LIMIT, flaws)
    assert isinstance(entries, tuple)
    assert len(entries) == LIST_LIMIT
    with pytest.raises(RowRefused, match="'tags' has 10,001 entries"):
        value_of("tags", ["x"] * (LIST_LIMIT + 1), flaws)


@pytest.mark.parametrize(
    ("raw", "line"), [("one\n two\tthree ", "one two three"), (1650, "1650"), (2.0, "2"), (None, ""), ("\n", "")]
)
def test_a_line_is_text_or_a_number_on_one_line(raw: object, line: str, flaws: list[Flaw]) -> None:
    assert line_of("title", raw, flaws) == line
    assert flaws == []


def test_a_truth_value_is_no_line(flaws: list[Flaw]) -> None:
    assert line_of("title", True, flaws) == ""
    assert flaws == [wrong_type("title", True, "text")]


def test_paragraphs_keep_their_lines_and_a_list_of_texts_gives_one_each(flaws: list[Flaw]) -> None:
    assert paragraphs_of("description", "One.\r\nTwo. ", flaws) == "One.\nTwo."
    assert paragraphs_of("description", ["One.", "Two."], flaws) == "One.\nTwo."
    assert paragraphs_of("description", 7, flaws) == "7"
    assert paragraphs_of("description", ["One.", 2], flaws) == ""
    assert [flaw.kind for flaw in flaws] == ["wrong type"]


def test_a_price_may_be_missing_and_a_wrong_one_is_left_out(flaws: list[Flaw]) -> None:
    assert price_of(None, flaws) is None
    assert price_of("€ 12", flaws) == 12
    assert flaws == []
    assert price_of("cheap", flaws) is None
    assert price_of(10**400, flaws) is None
    assert [flaw.kind for flaw in flaws] == ["wrong type", "wrong type"]


def test_names_of_media_are_kept_beside_one_that_is_none(flaws: list[Flaw]) -> None:
    assert media_names_of("image", "a.jpg", flaws) == ["a.jpg"]
    assert media_names_of("image", None, flaws) == []
    assert media_names_of("images", ["a.jpg", " ", "b.jpg"], flaws) == ["a.jpg", "b.jpg"]
    assert flaws == []
    assert media_names_of("images", ["a.jpg", 5], flaws) == ["a.jpg"]
    assert [flaw.reason for flaw in flaws] == ["images is ['a.jpg', 5], not a file name or a list of them."]
