"""How a shop writes prices, learnt from how it writes the price 1299."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.shop.money import PriceFormat

WAYS = {
    "1.299,00 €": ("39,50 €", "39,00 €", "1.234.567,89 €", "7,00 $"),
    "$1,299.00": ("$39.50", "$39.00", "$1,234,567.89", "$7.00"),
    "1299": ("39.50", "39", "1234567.89", "7\u00a0$"),
    "1 299 kr": ("39,50 kr", "39 kr", "1 234 567,89 kr", "7 $"),
    "CHF 1’299.00": ("CHF 39.50", "CHF 39.00", "CHF 1’234’567.89", "$ 7.00"),
    "€1.299": ("€39,50", "€39", "€1.234.567,89", "$7"),
    "1,299.00 zł": ("39.50 zł", "39.00 zł", "1,234,567.89 zł", "7.00 $"),
    "¥1,299": ("¥39.50", "¥39", "¥1,234,567.89", "$7"),
    "1.299,00": ("39,50", "39,00", "1.234.567,89", "7,00\u00a0$"),
}


@pytest.mark.parametrize("example", WAYS)
def test_prices_are_written_as_the_example_is(example: str) -> None:
    price = PriceFormat.of(example)
    assert price(1299) == example
    assert (price(39.5), price(39), price(1234567.89), price(7, "USD")) == WAYS[example]


@pytest.mark.parametrize("wrong", ["", "39,50 €", "12,99", "1299,0", "1.299.00", "€", "21299", "1299 2"])
def test_what_is_no_way_to_write_that_price_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"1299|same sign"):
        PriceFormat.of(wrong)


@pytest.mark.parametrize(
    ("code", "written"), [("EUR", "€39.50"), ("CHF", "CHF 39.50"), ("PLN", "zł 39.50"), ("", "39.50")]
)
def test_a_currency_alone_stands_before_the_number(code: str, written: str) -> None:
    assert PriceFormat.of_currency(code)(39.5) == written


@given(st.sampled_from(sorted(WAYS)), st.floats(-1e9, 1e9))
def test_no_amount_is_lost_in_writing(example: str, amount: float) -> None:
    price = PriceFormat.of(example)
    digits = price(amount).replace(price.before, "").replace(price.after, "") if price.sign else price(amount)
    plain = digits.replace(price.thousands, "") if price.thousands else digits
    assert float(plain.replace(price.decimal, ".").replace("−", "-")) == pytest.approx(amount, abs=0.005001)
