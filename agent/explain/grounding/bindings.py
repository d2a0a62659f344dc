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
from agent.explain.grounding.tokens import Said, bases, bases_of, said

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
            words = list(said(text))
            for noun, modifier in _modified(words):
                self._modifiers[noun].add(modifier)
            for number, unit in _counted(words):
                self._units[number].add(unit)
            for number, thing in _amounts(words):
                self._amounts[thing].add(number)
        self._counted = {unit for units in self._units.values() for unit in units if unit}

    def objection(self, words: Sequence[Said]) -> tuple[Said, str] | None:
        """The first word that the evidence says of something else, and why."""
        rules = (self._wrong_unit, self._wrong_year, self._wrong_amount, self._wrong_field, self._wrong_part)
        return next((found for rule in rules if (found := rule(words))), None)

    def _take_fields(self, text: str) -> None:
        lines = _LINE.findall(text)
        for label, value in lines:
            name = tuple(one.word for one in said(label))
            told = bases_of(one.word for one in said(value))
            self.fields[name] = self.fields.get(name, frozenset()) | told
        if not lines:
            return
        title = [one.word for one in said(text.partition("\n")[0]) if not one.plain]
        for (*_, last), told in self.fields.items():
            if last in _PARTS:
                for noun in title:
                    self._modifiers[noun] |= told

    def _wrong_unit(self, words: Sequence[Said]) -> tuple[Said, str] | None:
        for one, unit in zip_longest(words, words[1:]):
            if unit is None or not one.number or unit.clause != one.clause or unit.number:
                continue
            if self._measured(one.word, unit.word):
                continue
            known = self._units.get(one.word, set())
            measured = unit.word in MEASURES and None not in known and known
            if measured or unit.word in self._counted:
                return one, f"“{one.token} {unit.token}” is not in the evidence"
        return None

    def _wrong_year(self, words: Sequence[Said]) -> tuple[Said, str] | None:
        """A bare number after `in` or `from`, which the evidence has with a unit only."""
        for before, one, after in zip(words, words[1:], [*words[2:], None], strict=False):
            ends = after is None or after.clause != one.clause
            known = self._units.get(one.word)
            if one.number and ends and before.folded in _DATING and known and None not in known:
                return one, f"“{before.token} {one.token}” is not in the evidence"
        return None

    def _wrong_amount(self, words: Sequence[Said]) -> tuple[Said, str] | None:
        """An amount of something of which the evidence has another amount."""
        by_word = {one.word: one for one in words}
        for number, thing in _amounts(words):
            known = self._amounts.get(thing)
            if known and number not in known:
                return by_word[number], f"“{by_word[number].token} … {by_word[thing].token}” is not in the evidence"
        return None

    def _converted(self, number: str, unit: str) -> bool:
        """Whether the evidence says the same in another unit."""
        said_of = _quantity(number, unit)
        return said_of is not None and any(
            _quantity(other, told) == said_of for other, units in self._units.items() for told in units if told
        )

    def _measured(self, number: str, unit: str) -> bool:
        """Whether the evidence has a number with this unit, however it is written, or the same in another one."""
        return unit in self._units.get(number, set()) or self._converted(number, unit)

    def equals(self, one: Said, following: Said | None) -> bool:
        """Whether a number with its unit is in the evidence, be it in another unit."""
        return following is not None and self._converted(one.word, following.word)

    def _wrong_field(self, words: Sequence[Said]) -> tuple[Said, str] | None:
        for at, one in enumerate(words):
            if one.folded not in _IS:
                continue
            name = next((name for name in self.fields if _ends_with(words[:at], name)), None)
            if name is None:
                continue
            for before, told in pairwise(words[at:]):
                if told.clause != one.clause or told.plain or told.negates:
                    break
                if before.number and self._measured(before.word, told.word):
                    continue  # `in.` and `inches` are one unit
                if not bases(told.word) & self.fields[name] and not told.asked:
                    return told, f"the {' '.join(name)} is not “{told.token}” in the evidence"
        return None

    def _wrong_part(self, words: Sequence[Said]) -> tuple[Said, str] | None:
        by_word = {one.word: one for one in words}
        for noun, modifier in _modified(words):
            known = self._modifiers.get(noun, set())
            for group in _CLASSES:
                if modifier in group and known & group and modifier not in known:
                    return by_word[modifier], f"the evidence does not say “{by_word[modifier].token}” of “{noun}”"
        return None


def _modified(words: Sequence[Said]) -> Iterator[tuple[str, str]]:
    """Pairs of a thing and a colour or material that is said of it: `brown leather strap`, `the strap is brown`."""
    for _, group in groupby(words, key=lambda one: one.clause):
        clause = list(group)
        for at, one in enumerate(clause):
            if not _exact(one) or one.asked:
                continue
            after = next((other for other in clause[at + 1 :] if not _exact(other)), None)
            if after is not None and not after.plain and not after.number and not after.negates:
                yield after.word, one.word
            elif subject := _subject(clause[:at]):
                yield subject, one.word


def _subject(before: Sequence[Said]) -> str | None:
    """What the words before are about, where they end in `is`, or in `is` and more colours."""
    rest = [one for one in before if not _exact(one)]
    if len(rest) < 2 or rest[-1].folded not in _IS or rest[-2].plain:
        return None
    return rest[-2].word


def _counted(words: Sequence[Said]) -> Iterator[tuple[str, str | None]]:
    """Each number and its unit, which `73 x 94 cm` has once for both; None where no word follows."""
    for at, one in enumerate(words):
        if not one.number:
            continue
        following = [other for other in words[at + 1 :] if other.clause == one.clause]
        unit = next((other for other in following if not other.number and other.folded != "x"), None)
        if unit is not None and unit.folded == "in" and unit is following[-1]:
            yield one.word, "inch"
        else:
            yield one.word, None if unit is None or unit.plain else unit.word


def _amounts(words: Sequence[Said]) -> Iterator[tuple[str, str]]:
    """Each measured number and the first word of what there is so much of: `400 g of rye flour`."""
    for at, (one, unit) in enumerate(pairwise(words)):
        if one.number and unit.word in MEASURES and unit.clause == one.clause:
            rest = (other for other in words[at + 2 :] if other.clause == one.clause and not other.plain)
            thing = next(rest, None)
            if thing is not None:
                yield one.word, thing.word


def _quantity(number: str, unit: str) -> tuple[str, float] | None:
    if unit not in MEASURES:
        return None
    try:
        value = float(number)
    except ValueError:
        return None
    dimension, size = MEASURES[unit]
    return dimension, round(value * size, 6)


def _ends_with(words: Sequence[Said], name: tuple[str, ...]) -> bool:
    tail = words[-len(name) :]
    return tuple(one.word for one in tail) == name and len({one.clause for one in tail}) == 1


def _exact(one: Said) -> bool:
    return one.word in COLOURS or one.word in MATERIALS


__all__ = ["Bindings"]
