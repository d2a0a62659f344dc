"""Prices as shops write them: right, or refused; never something else in silence."""

from __future__ import annotations

import pytest

from retrieval.spelling.prices import NoPrice, digits_in, parse_price
from tests.retrieval.spelling.cases import cases


def read(text: str) -> float | str:
    try:
        return parse_price(text)
    except NoPrice:
        return "none"
    except ValueError:
        return "refused"


@pytest.mark.parametrize(("text", "price"), cases("prices"))
def test_a_price_is_read_as_shops_write_it_or_refused(text: str, price: float | str) -> None:
    assert read(text) == price


@pytest.mark.parametrize(
    ("value", "price"), [(12, 12.0), ("1e2", 100.0), ("1 299 CHF", 1299.0), ("12,5", 12.5), ("0", 0.0)]
)
def test_a_number_is_a_price_as_it_stands(value: object, price: float) -> None:
    assert parse_price(value) == price


@pytest.mark.parametrize("value", [-0.01, float("nan"), float("inf"), True, None, [5], "$" * 50, "9" * 400, 10**400])
def test_what_is_no_price_is_refused(value: object) -> None:
    with pytest.raises((ValueError, OverflowError)):
        parse_price(value)


@pytest.mark.parametrize(("decimal", "price"), [("comma", 1299.0), ("point", 1.299), (None, 1299.0)])
def test_digits_that_read_either_way_go_by_their_column(decimal: str | None, price: float) -> None:
    assert parse_price("1.299", decimal) == price  # type: ignore[arg-type]


def test_the_digits_of_a_price_show_how_its_column_writes_them() -> None:
    assert digits_in("ab 1.299,50 € bis 2.000 €") == ["1.299,50", "2.000"]
    assert digits_in("cheap") == []
