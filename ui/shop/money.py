"""How a shop writes prices, learnt from how it writes the price 1299."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

SIGNS = {
    **{"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "CNY": "¥", "KRW": "₩", "INR": "₹", "TRY": "₺", "VND": "₫"},
    **{"PLN": "zł", "CZK": "Kč", "HUF": "Ft", "SEK": "kr", "NOK": "kr", "DKK": "kr", "RUB": "₽", "UAH": "₴"},
    **{"ILS": "₪", "BRL": "R$", "THB": "฿", "PHP": "₱", "NGN": "₦", "AUD": "A$", "CAD": "C$", "HKD": "HK$"},
}
"""By ISO 4217 code; other currencies are written by their code."""
_NUMBER = re.compile(r"1(?P<thousands>[.,'’ \u00a0\u202f]?)299(?:(?P<decimal>[.,])00)?")


@dataclass(frozen=True, slots=True)
class PriceFormat:
    """How prices are written.

    Attributes:
        before: What stands before the number: the sign of the currency, or nothing.
        after: What stands behind it.
        thousands: What divides thousands.
        decimal: What stands before the cents.
        cents: Whether whole amounts have them too.
        sign: Of the currency, as it stands in `before` or `after`.
    """

    before: str = ""
    after: str = ""
    thousands: str = ","
    decimal: str = "."
    cents: bool = False
    sign: str = ""

    @classmethod
    def of(cls, example: str) -> Self:
        """The format of a shop that writes the price 1299 like this: `1.299,00 €`, `$1,299.00`, `1 299 kr`.

        Raises:
            ValueError: it is no way to write that price.
        """
        number = _NUMBER.search(example)
        rest = (example[: number.start()] + example[number.end() :]) if number else "0"
        if number is None or any(letter.isdigit() for letter in rest):
            raise ValueError("write the price 1299 as the shop does, such as '1.299,00 €' or '$1,299.00'")
        thousands, cents = number["thousands"], number["decimal"] is not None
        decimal = number["decimal"] or ("," if thousands in (".", " ", "\u00a0", "\u202f") else ".")
        if decimal == thousands:
            raise ValueError("thousands and cents are divided by the same sign")
        before, after = example[: number.start()], example[number.end() :]
        return cls(before, after, thousands, decimal, cents, (before + after).strip())

    @classmethod
    def of_currency(cls, code: str) -> Self:
        """The format of a shop that gives its currency alone, by its ISO 4217 code."""
        sign = SIGNS.get(code, code)
        return cls(f"{sign} " if sign.isalpha() else sign, sign=sign) if sign else cls()

    def __call__(self, amount: float, currency: str = "") -> str:
        """A price as people read it.

        Args:
            currency: ISO 4217 code, where it is another than the shop's own.
        """
        places = 2 if self.cents or round(amount, 2) != round(amount) else 0
        number = f"{abs(amount):,.{places}f}".translate({ord(","): self.thousands, ord("."): self.decimal})
        before, after = self._around(SIGNS.get(currency, currency))
        return f"{'−' if amount < 0 else ''}{before}{number}{after}"

    def _around(self, sign: str) -> tuple[str, str]:
        if not sign or sign == self.sign:
            return self.before, self.after
        if not self.sign:
            return "", f"\u00a0{sign}"
        if self.sign in self.before:
            return self.before.replace(self.sign, f"{sign}\u00a0" if sign.isalpha() else sign), self.after
        return self.before, self.after.replace(self.sign, sign)
