"""The lexicon: roles, units, currencies and words that say the same, ready for looking up."""

from __future__ import annotations

from agent.understand.lexicon import lexicon
from agent.understand.tokens import forms


def test_every_unit_is_found_by_all_its_spellings_and_is_worth_something() -> None:
    units = lexicon().units
    assert units["feet"] is units["foot"] is units["英尺"]
    assert units["inch"].worth == 2.54 * units["cm"].worth
    assert all(unit.worth > 0 for unit in units.values())


def test_no_word_is_both_a_unit_and_a_currency() -> None:
    assert not lexicon().units.keys() & lexicon().currencies.keys()


def test_a_currency_is_known_by_its_own_code() -> None:
    currencies = lexicon().currencies
    assert {code: currencies[code.lower()] for code in set(currencies.values())} == {
        code: code for code in set(currencies.values())
    }


def test_a_role_measures_in_a_unit_of_its_own_dimension() -> None:
    units = {unit.name: unit for unit in lexicon().units.values()}
    for role in lexicon().roles.values():
        if role.unit is not None:
            assert units[role.unit].dimension == role.dimension


def test_words_that_say_the_same_are_found_by_each_of_them() -> None:
    equal = lexicon().equal
    assert forms("navy blue") in equal[forms("藏青色")]
    assert all(form in others and all(form in equal[other] for other in others) for form, others in equal.items())
