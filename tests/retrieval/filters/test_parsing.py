"""Filters from text: which field is meant, and where one value ends and the next begins."""

from __future__ import annotations

from datetime import date

import pytest

from retrieval.errors import FilterError
from retrieval.filters.parsing import TEXT_LIMIT, parse_filter
from retrieval.schema import Field, Schema

SCHEMA = Schema(
    [
        Field.of("display", "category"),
        Field.of("display size", "number"),
        Field.of("Display Size in cm", "number"),
        Field("category", "category", True, True, values=("Arms, and Armor", "Vases")),
        Field.of("in_stock", "boolean"),
        Field.of("made", "date"),
        Field.of("tags", "list"),
        Field("note", "text", False, True),
    ]
)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("display=OLED", "display"),
        ("display in OLED, LCD", "display"),
        ("display size=5", "display size"),
        ("DISPLAY SIZE IN CM>=5", "Display Size in cm"),
        ('"display size"=5', "display size"),
        ("'display size'=5", "display size"),
    ],
)
def test_the_longest_name_that_leaves_a_condition_is_meant(text: str, field: str) -> None:
    assert parse_filter(text, SCHEMA).field == field


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("tags has any a,b ,  c d ", ("a", "b", "c d")),
        ('tags has any "a, b", c', ("a, b", "c")),
        ('tags has any \'it\'\'s\', "a ""b"" c"', ("it's", 'a "b" c')),
        ("category in VASES, 'arms, and armor'", ("Vases", "Arms, and Armor")),
    ],
)
def test_commas_part_values_unless_they_stand_in_quotation_marks(text: str, values: tuple[str, ...]) -> None:
    assert parse_filter(text, SCHEMA).values == values


@pytest.mark.parametrize(("word", "value"), [("yes", True), ("TRUE", True), ("no", False), ("False", False)])
def test_truth_may_be_said_in_words(word: str, value: bool) -> None:
    assert parse_filter(f"in_stock={word}", SCHEMA).values == (value,)


@pytest.mark.parametrize(
    ("text", "op", "values"),
    [
        ("made>=2000", ">=", (date(2000, 1, 1),)),
        ("made>2000", ">", (date(2000, 12, 31),)),
        ("made<=2000-02", "<=", (date(2000, 2, 29),)),
        ("made<2000-02", "<", (date(2000, 2, 1),)),
        ("made 1999..2000-02", "..", (date(1999, 1, 1), date(2000, 2, 29))),
        ("made 2000-02-03..2000-02-03", "..", (date(2000, 2, 3), date(2000, 2, 3))),
    ],
)
def test_a_year_or_month_stands_for_all_its_days(text: str, op: str, values: tuple[date, ...]) -> None:
    parsed = parse_filter(text, SCHEMA)
    assert (parsed.op, parsed.values) == (op, values)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("note=x", "The field 'note' cannot be filtered on."),
        ("categry=Vases", "There is no field 'categry' to filter on. Did you mean 'category'?"),
        ("category=Vase", "No item has 'Vase' as 'category'. Did you mean 'Vases'?"),
        ("category=Zebras!", "No item has 'Zebras!' as 'category'."),
        ("made in 1999, 2000", "'1999, 2000' is not whole dates such as 1999-12-31, which 'made' needs."),
        ("made 2000-03..2000-02", "The range 2000-03..2000-02 ends before it begins."),
        ("tags has any a,'b", '"a,\'b" is not a list of values.'),
    ],
)
def test_what_is_wrong_is_told_with_the_word_that_is_wrong(text: str, what: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(text, SCHEMA)
    assert caught.value.what == what


def test_a_filter_may_be_as_long_as_the_limit_and_no_longer() -> None:
    longest = "tags=" + "x" * (TEXT_LIMIT - len("tags="))
    assert len(parse_filter(longest, SCHEMA).values[0]) == TEXT_LIMIT - len("tags=")  # type: ignore[arg-type]
    with pytest.raises(FilterError, match="2,001 characters"):
        parse_filter(longest + "x", SCHEMA)
