"""One rule: what can be said by it, and what is said of one that is none."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from agent.errors import RuleError
from agent.rules import Rule, as_yaml, parse_rules, rules_from_yaml
from agent.rules.rule import Deed
from retrieval.schema import Field, Schema
from tests.support.places import ROOT

SCHEMA = Schema(
    (Field("price", "number", True, False), Field("category", "category", True, True, values=("lamp", "chair")))
)


def test_rules_of_a_file_come_back_as_they_were_written() -> None:
    text = """
    - {do: pin, items: [A1, 7], when: [tent, winter camping]}
    - {do: boost, where: category=lamp, places: 3, until: 2031-01-31}
    - {do: bury, where: [category=chair, price>50]}
    - {do: hide, items: A9}
    - {do: synonym, when: trainers, means: sneakers}
    """
    rules = rules_from_yaml(text, SCHEMA)
    assert rules[0].items == ("A1", "7")
    assert rules[1].where == ("category=lamp",)
    assert rules[1].until == date(2031, 1, 31)
    assert rules_from_yaml(as_yaml(rules), SCHEMA) == rules


def test_an_empty_file_holds_no_rules() -> None:
    assert rules_from_yaml("", SCHEMA) == ()


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("pin", "Rule 1: Input should be a valid dictionary"),
        ({"do": "sell", "items": ["A"]}, "Rule 1, do: "),
        ({"do": "pin"}, "Rule 1: pin says by `items` or `where` which items are meant"),
        ({"do": "pin", "items": ["A"], "when": ["of the"]}, "Rule 1: `when` holds 'of the'"),
        ({"do": "boost", "items": ["A"], "places": 0}, "Rule 1, places: "),
        ({"do": "boost", "where": ["colour=red"]}, "Rule 1, where: "),
        ({"do": "synonym", "when": ["trainers"]}, "Rule 1: a synonym has `when` and `means`"),
        ({"do": "hide", "items": ["A"], "brand": "B"}, "Rule 1, brand: "),
        ({"do": "hide", "items": ["A"], "until": "tomorrow"}, "Rule 1, until: "),
    ],
)
def test_what_is_no_rule_is_refused_by_its_number(value: object, what: str) -> None:
    with pytest.raises(RuleError) as refusal:
        parse_rules([value], SCHEMA)
    assert refusal.value.what.startswith(what)
    assert refusal.value.hint


@pytest.mark.parametrize("text", ["- {", "do: pin", "'rules'", "- &a [*a]"])
def test_what_is_no_list_of_rules_is_refused(text: str) -> None:
    with pytest.raises(RuleError):
        rules_from_yaml(text, SCHEMA)


def test_too_many_rules_are_refused() -> None:
    with pytest.raises(RuleError, match="1,001 rules"):
        parse_rules([{"do": "hide", "items": ["A"]}] * 1_001, SCHEMA)


def test_a_rule_holds_to_its_last_day() -> None:
    rule = Rule(do="hide", items=("A",), until=date(2030, 5, 1))
    assert rule.holds_on(date(2030, 5, 1))
    assert not rule.holds_on(date(2030, 5, 2))


def test_the_rules_in_the_documentation_are_rules() -> None:
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    schema = Schema(
        (Field("price", "number", True, False), Field("category", "category", True, True, values=("jacket",)))
    )
    assert {rule.do for rule in rules_from_yaml(text, schema)} == set(get_args(Deed))
