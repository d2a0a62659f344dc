"""What belongs together in the evidence: a field and its values, a number and its unit.

Each word of a false sentence may stand in the evidence, only not together: 7 g of salt and 400 g of flour are not 7 g
of flour.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest

from agent.explain.grounding.lexicon import MEASURES
from agent.explain.grounding.record import LINE
from agent.explain.grounding.tokens import TextToken, bases_of, tokens_of

_DATING = frozenset({"in", "from", "since", "dated"})


class Bindings:
    """What the evidence says belongs together.

    Args:
        evidence: Its texts; lines such as `price: 39` name a field, and the first line of a card the thing.
    """

    def __init__(self, evidence: Sequence[str]) -> None:
        self.fields: dict[tuple[str, ...], frozenset[str]] = {}
        self._words: set[str] = set()
        self._units: defaultdict[str, set[str | None]] = defaultdict(set)
        self._amounts: defaultdict[str, set[str]] = defaultdict(set)
        for text in evidence:
            self._take_fields(text)
            tokens = list(tokens_of(text))
            self._words |= {token.word for token in tokens}
            for number, unit in _units(tokens):
                self._units[number].add(unit)
            for number, thing in _amounts(tokens):
                self._amounts[thing].add(number)
        self._known_units = {unit for units in self._units.values() for unit in units if unit}

    def objection(self, tokens: Sequence[TextToken]) -> tuple[TextToken, str] | None:
        """The first word that the evidence says of something else, and why."""
        rules = (self._wrong_unit, self._wrong_year, self._wrong_amount)
        return next((objection for rule in rules if (objection := rule(tokens))), None)

    def _take_fields(self, text: str) -> None:
        lines = LINE.findall(text)
        for label, value in lines:
            name = tuple(token.word for token in tokens_of(label))
            values = bases_of(token.word for token in tokens_of(value))
            self.fields[name] = self.fields.get(name, frozenset()) | values

    def _wrong_unit(self, tokens: Sequence[TextToken]) -> tuple[TextToken, str] | None:
        """A number with a unit that the evidence does not have it with."""
        for number, unit in zip_longest(tokens, tokens[1:]):
            if unit is None or not number.number or unit.clause != number.clause or unit.number:
                continue
            if self._holds_measure(number.word, unit.word):
                continue
            units = self._units.get(number.word, set())
            # A number that stands bare in the evidence may count anything; one that has a unit there may not.
            is_other_measure = unit.word in MEASURES and None not in units and units
            if is_other_measure or unit.word in self._known_units:
                return number, f"“{number.token} {unit.token}” is not in the evidence"
        return None

    def _wrong_year(self, tokens: Sequence[TextToken]) -> tuple[TextToken, str] | None:
        """A bare number after `in` or `from`, which the evidence has with a unit only."""
        for before, number, after in zip(tokens, tokens[1:], [*tokens[2:], None], strict=False):
            is_bare = after is None or after.clause != number.clause
            units = self._units.get(number.word)
            if number.number and is_bare and before.folded in _DATING and units and None not in units:
                return number, f"“{before.token} {number.token}” is not in the evidence"
        return None

    def _wrong_amount(self, tokens: Sequence[TextToken]) -> tuple[TextToken, str] | None:
        """An amount of something of which the evidence has another amount."""
        by_word = {token.word: token for token in tokens}
        for number, thing in _amounts(tokens):
            amounts = self._amounts.get(thing)
            things = {other for other, numbers in self._amounts.items() if number in numbers}
            if (amounts and number not in amounts) or (things and thing not in things and thing in self._words):
                return by_word[number], f"“{by_word[number].token} … {by_word[thing].token}” is not in the evidence"
        return None

    def _holds_converted(self, number: str, unit: str) -> bool:
        """Whether the evidence says the same in another unit."""
        quantity = _quantity(number, unit)
        return quantity is not None and any(
            _quantity(other, known) == quantity for other, units in self._units.items() for known in units if known
        )

    def _holds_measure(self, number: str, unit: str) -> bool:
        """Whether the evidence has a number with this unit, however it is written, or the same in another one."""
        return unit in self._units.get(number, set()) or self._holds_converted(number, unit)

    def equals(self, number: TextToken, following: TextToken | None) -> bool:
        """Whether a number with its unit is in the evidence, be it in another unit."""
        return following is not None and self._holds_converted(number.word, following.word)


def _units(tokens: Sequence[TextToken]) -> Iterator[tuple[str, str | None]]:
    """Each number and its unit, which `73 x 94 cm` has once for both; None where no word follows."""
    for at, number in enumerate(tokens):
        if not number.number:
            continue
        following = [token for token in tokens[at + 1 :] if token.clause == number.clause]
        unit = next((token for token in following if not token.number and token.folded != "x"), None)
        if unit is not None and unit.folded == "in" and unit is following[-1]:
            yield number.word, "inch"  # at the end of a clause `in` leads to nothing: it is the unit
        else:
            yield number.word, None if unit is None or unit.plain else unit.word


def _amounts(tokens: Sequence[TextToken]) -> Iterator[tuple[str, str]]:
    """Each measured number and the first word of what there is so much of: `400 g of rye flour`."""
    for at, (number, unit) in enumerate(pairwise(tokens)):
        if number.number and unit.word in MEASURES and unit.clause == number.clause:
            following = [token for token in tokens[at + 2 : at + 5] if token.clause == number.clause]
            thing = next((token for token in following if token.folded not in ("of", "the")), None)
            if thing is not None and not thing.plain and not thing.number:
                yield number.word, thing.word


def _quantity(number: str, unit: str) -> tuple[str, float] | None:
    if unit not in MEASURES:
        return None
    try:
        value = float(number)
    except ValueError:
        return None
    dimension, size = MEASURES[unit]
    # Rounded: what is the same in two units may differ in the last digit of its product.
    return dimension, round(value * size, 6)


__all__ = ["Bindings"]
