"""Values fitted to a declared type, by the customs of its column."""

from __future__ import annotations

from dataclasses import replace

import pytest

from retrieval.items import Value
from retrieval.schema import Field, FieldType
from retrieval.spelling.fitting import fit
from retrieval.text.values import WHOLE_LIMIT


def fitted_to(value: Value, type_: FieldType, **customs: str) -> Value:
    return fit(value, replace(Field.of("x", type_), **customs))  # type: ignore[arg-type]  # customs by name


@pytest.mark.parametrize(
    ("value", "type_", "fitted"),
    [
        ("a", "list", ("a",)),
        (5, "list", ("5",)),
        (("a", "b"), "text", "a, b"),
        (True, "category", "true"),
        ("YES", "boolean", True),
        (0, "boolean", False),
        ("1999-12-31", "date", "1999-12-31"),
        ("1650", "integer", 1650),
        (1650.0, "integer", 1650),
        ("1650.0", "integer", 1650),
        (3, "number", 3.0),
        ("-2.5", "number", -2.5),
    ],
)
def test_a_value_becomes_its_declared_type(value: Value, type_: FieldType, fitted: Value) -> None:
    assert fitted_to(value, type_) == fitted
    assert type(fitted_to(value, type_)) is type(fitted)


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        (("a",), "category"),
        (("1",), "number"),
        ("perhaps", "boolean"),
        (2, "boolean"),
        (1999, "date"),
        (1.5, "integer"),
        (True, "integer"),
        (True, "number"),
        (float(WHOLE_LIMIT) * 2, "integer"),
        ("ten", "number"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(value: Value, type_: FieldType) -> None:
    with pytest.raises(ValueError, match=r".*"):
        fitted_to(value, type_)


@pytest.mark.parametrize(
    ("value", "type_", "customs", "fitted"),
    [
        ("1,5", "number", {"decimal": "comma"}, 1.5),
        ("1.299", "number", {"decimal": "comma"}, 1299.0),
        ("1.299", "number", {}, 1.299),
        ("1,299", "integer", {}, 1299),
        (2.5, "number", {"decimal": "comma"}, 2.5),
        ("900 g", "number", {"unit": "kg"}, 0.9),
        ("2", "number", {"unit": "kg"}, 2.0),
        ("2 TB", "integer", {"unit": "GB"}, 2000),
        ("8/10", "number", {"unit": "/5"}, 4.0),
        ("a, b", "list", {"separator": ","}, ("a", "b")),
        ("['a', 'b']", "list", {"separator": "json"}, ("a", "b")),
        ("a|N/A", "list", {"separator": "|"}, ("a",)),
        ("01/02/2005", "date", {"order": "month"}, "2005-01-02"),
        ("nein", "boolean", {}, False),
    ],
)
def test_text_is_read_by_the_customs_of_its_field(
    value: Value, type_: FieldType, customs: dict[str, str], fitted: Value
) -> None:
    assert fitted_to(value, type_, **customs) == fitted


@pytest.mark.parametrize(
    ("value", "type_", "customs"),
    [("5 kg", "number", {}), ("5 cm", "number", {"unit": "kg"}), ("01/02/2005", "date", {}), ("1,2,3", "number", {})],
)
def test_what_the_customs_do_not_allow_is_refused(value: Value, type_: FieldType, customs: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r".*"):
        fitted_to(value, type_, **customs)
