"""Bindings: what belongs together in the evidence may not be said of something else."""

from __future__ import annotations

import pytest

from agent.explain.grounding.bindings import Bindings
from agent.explain.grounding.tokens import tokens_of

CARD = "Travel watch\nstrap: brown leather\ncase: steel\nprice: 39\nwidth: 40 cm\ncolour: black"
EVIDENCE = Bindings([CARD, "400 g of flour and 7 g of salt", "It measures 73 x 94 cm.", "Made in 1900."])


def reason(text: str, bindings: Bindings = EVIDENCE) -> str | None:
    objection = bindings.objection(list(tokens_of(text)))
    return objection[1] if objection else None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("it is 39 cm wide", "“39 cm” is not in the evidence"),
        ("7 g of flour", "“7 … flour” is not in the evidence"),
    ],
)
def test_a_word_that_is_said_of_something_else_is_named_with_the_reason(text: str, why: str) -> None:
    assert reason(text) == why


def test_a_number_that_has_a_unit_in_the_evidence_is_no_year() -> None:
    assert reason("from 39", Bindings(["39 kg"])) == "“from 39” is not in the evidence"
    assert reason("from 39 kg", Bindings(["39 kg"])) is None


@pytest.mark.parametrize(
    "text",
    [
        "the strap is brown leather",
        "the case is steel",
        "a black watch",
        "it is 40 cm wide",
        "it is 0.4 m wide",
        "73 cm by 94 cm",
        "400 g of flour",
        "made in 1900",
        "the strap, steel",
        "a lamp of oak",
    ],
)
def test_what_stands_together_or_nowhere_is_no_matter_of_bindings(text: str) -> None:
    assert reason(text) is None


def test_fields_have_the_words_of_all_lines_that_name_them() -> None:
    bindings = Bindings(["Chair\nmaker: Ann", "Chair\nmaker: Bo\nseat height: 45"])
    assert {"ann", "bo"} <= bindings.fields["maker",]
    assert bindings.fields["seat", "height"] == {"45"}


def test_a_quantity_equals_itself_in_another_unit_only() -> None:
    number, metres, kilos = tokens_of("0.25 m kg")
    bindings = Bindings(["25 cm high"])
    assert bindings.equals(number, metres)
    assert not bindings.equals(number, kilos)
    assert not bindings.equals(number, None)


def test_without_evidence_nothing_is_objected_to() -> None:
    assert reason("the strap is steel, 40 cm", Bindings([])) is None
