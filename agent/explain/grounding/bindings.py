"""What belongs together in the evidence: a field and its value, a thing and its colour, a number and its unit.

Each word of a false sentence may stand in the evidence, only not together: the strap is brown leather and the case
steel, so the strap is not steel.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise, zip_longest

from agent.explain.grounding.lexicon import COLOURS, MATERIALS, MEASURES
from agent.explain.grounding.tokens import TextToken, bases, bases_of, tokens_of

_LINE = re.compile(r"^([^\W\d][\w ]{0,30}): (.+)$", re.MULTILINE)
_IS = frozenset({"is", "are", "was", "were"})
_DATING = frozenset({"in", "from", "since", "dated"})
_CLASSES = (COLOURS, MATERIALS)
_PARTS = frozenset({"colour", "material"})  # fields that tell it of the whole thing


class Bindings:
    """What the evidence says belongs together.

    Args:
        evidence: Its texts; lines such as `price: 39` name a field, and the first line of a card the thing.
    """

    def __init__(self, evidence: Sequence[str]) -> None:
        self.fields: dict[tuple[str, ...], frozenset[str]] = {}
        self._modifiers: defaultdict[str, set[str]] = defaultdict(set)
        self._units: defaultdict[str, set[str | None]] = defaultdict(set)
        self._amounts: defaultdict[str, set[str]] = defaultdict(set)
        for text in evidence:
            self._take_fields(text)
            tokens = list(tokens_of(text))
            for noun, modifier in _modifiers(tokens):
                self._modifiers[noun].add(modifier)
            for number, unit in _units(tokens):
                self._units[number].add(unit)
            for number, thing in _amounts(tokens):
                self._amounts[thing].add(number)
        self._known_units = {unit for units in self._units.values() for unit in units if unit}

    def objection(self, tokens: Sequence[TextToken]) -> tuple[TextToken, str] | None:
        """The first word that the evidence says of something else, and why."""
        rules = (self._wrong_unit, self._wrong_year, self._wrong_amount, self._wrong_field, self._wrong_part)
        return next((objection for rule in rules if (objection := rule(tokens))), None)

    def _take_fields(self, text: str) -> None:
        lines = _LINE.findall(text)
        for label, value in lines:
            name = tuple(token.word for token in tokens_of(label))
            values = bases_of(token.word for token in tokens_of(value))
            self.fields[name] = self.fields.get(name, frozenset()) | values
        if not lines:
            return
        title = [token.word for token in tokens_of(text.partition("\n")[0]) if not token.plain]
        for (*_, last), values in self.fields.items():
            if last in _PARTS:  # `colour: blue` below `Wool scarf` is said of the scarf
                for noun in title:
                    self._modifiers[noun] |= values

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
            if amounts and number not in amounts:
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

    def _wrong_field(self, tokens: Sequence[TextToken]) -> tuple[TextToken, str] | None:
        """A value of a field that the evidence has with another value: `the price is 50`."""
        for at, verb in enumerate(tokens):
            if verb.folded not in _IS:
                continue
            name = next((name for name in self.fields if _ends_with(tokens[:at], name)), None)
            if name is None:
                continue
            for before, value in pairwise(tokens[at:]):
                if value.clause != verb.clause or value.plain or value.negates:
                    break  # what follows says something else, or denies, which is checked by itself
                if before.number and self._holds_measure(before.word, value.word):
                    continue  # `in.` and `inches` are one unit
                if not bases(value.word) & self.fields[name] and not value.requested:
                    return value, f"the {' '.join(name)} is not “{value.token}” in the evidence"
        return None

    def _wrong_part(self, tokens: Sequence[TextToken]) -> tuple[TextToken, str] | None:
        """A colour or material of something that the evidence says another one of."""
        by_word = {token.word: token for token in tokens}
        for noun, modifier in _modifiers(tokens):
            modifiers = self._modifiers.get(noun, set())
            for group in _CLASSES:  # that the strap is leather does not speak against a brown one
                if modifier in group and modifiers & group and modifier not in modifiers:
                    return by_word[modifier], f"the evidence does not say “{by_word[modifier].token}” of “{noun}”"
        return None


def _modifiers(tokens: Sequence[TextToken]) -> Iterator[tuple[str, str]]:
    """Pairs of a thing and a colour or material that is said of it: `brown leather strap`, `the strap is brown`."""
    for _, group in groupby(tokens, key=lambda token: token.clause):
        clause = list(group)
        for at, modifier in enumerate(clause):
            if not _is_modifier(modifier) or modifier.requested:
                continue
            noun = next((token for token in clause[at + 1 :] if not _is_modifier(token)), None)
            if noun is not None and not noun.plain and not noun.number and not noun.negates:
                yield noun.word, modifier.word
            elif subject := _subject(clause[:at]):
                yield subject, modifier.word


def _subject(before: Sequence[TextToken]) -> str | None:
    """What the words before are about, where they end in `is`, or in `is` and more colours."""
    rest = [token for token in before if not _is_modifier(token)]
    if len(rest) < 2 or rest[-1].folded not in _IS or rest[-2].plain:
        return None
    return rest[-2].word


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
            following = (token for token in tokens[at + 2 :] if token.clause == number.clause)
            thing = next((token for token in following if not token.plain), None)
            if thing is not None:
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


def _ends_with(tokens: Sequence[TextToken], name: tuple[str, ...]) -> bool:
    """Whether the tokens end in the name of a field, said in one clause."""
    tail = tokens[-len(name) :]
    return tuple(token.word for token in tail) == name and len({token.clause for token in tail}) == 1


def _is_modifier(token: TextToken) -> bool:
    return token.word in COLOURS or token.word in MATERIALS


__all__ = ["Bindings"]
