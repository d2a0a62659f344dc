"""Several things in one request, with the budget that they share, and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.understand.roles.reader import roles_of
from agent.understand.tokens import forms

KINDS = {
    forms(kind)
    for kind in ("clock", "lamp", "vase", "wall clock", "pot", "pan", "salt", "mill", "钟", "灯", "花瓶", "Uhr",
                 "Lampe", "horloge", "lampe", "reloj", "lámpara")
}  # fmt: skip


def read(text: str, language: str = "en") -> str | None:
    request = roles_of(text, lambda words: forms(words) in KINDS, language)
    if request is None:
        return None
    roles = " + ".join(f"{role.quantity} {role.words}" for role in request.roles)
    budget = f"; {request.budget.at_most:g} {request.budget.stated}" if request.budget else ""
    return f"{roles}{f' & {request.shared}' if request.shared else ''}{budget}"


@pytest.mark.parametrize(
    ("text", "language", "roles"),
    [
        ("a clock, lamps and a vase", "en", "1 clock + 1 lamps + 1 vase"),
        ("pots plus pans", "en", "1 pots + 1 pans"),
        ("a blue wall clock and three small lamps", "en", "1 blue wall clock + 3 small lamps"),
        ("clock and lamp together under 90", "en", "1 clock + 1 lamp; 90 True"),
        ("clock and lamp under 90", "en", "1 clock + 1 lamp; 90 False"),
        ("a clock under 50 and a lamp under 40", "en", "1 clock under 50 + 1 lamp under 40"),
        ("a clock and a lamp, each below 40", "en", "1 clock + 1 lamp & below 40"),
        ("a clock and a lamp without batteries", "en", "1 clock + 1 lamp & without batteries"),
        ("a clock, a lamp and a gizmo", "en", "1 clock + 1 lamp + 1 gizmo"),
        ("for the hall: clock, lamp", "en", "1 clock + 1 lamp"),
        ("钟和灯，一共不超过900", "zh", "1 钟 + 1 灯; 900 True"),
        ("两盏灯和一个花瓶", "zh", "2 灯 + 1 花瓶"),
        ("zwei Lampen und eine Uhr zusammen unter 90 Euro", "de", None),
        ("eine Uhr und eine Lampe, insgesamt 90 Euro", "de", "1 Uhr + 1 Lampe; 90 True"),
        ("une horloge et une lampe à moins de 90 en tout", "fr", "1 horloge + 1 lampe; 90 True"),
        ("un reloj y una lámpara por 90 en total", "es", "1 reloj + 1 lámpara; 90 True"),
    ],
)
def test_things_that_are_asked_for_at_once_are_roles(text: str, language: str, roles: str | None) -> None:
    assert read(text, language) == roles


@pytest.mark.parametrize(
    "text",
    [
        "a clock", "salt and pepper mill", "black and white lamp", "a clock or a lamp", "a clock with lamp and vase",
        "a lamp for pots and pans", "a clock and nothing else", "I already have a clock and a lamp",
        "no clocks and no lamps", "compare the clock and the lamp",
        "warm and bright lamp", "clock and lamp set", "", "and", "a" * 700,
    ],
)  # fmt: skip
def test_what_only_looks_like_it_is_one_request(text: str) -> None:
    assert read(text) is None


def test_one_known_kind_is_enough_where_several_things_are_expected() -> None:
    text = "a clock and a gizmo"
    assert roles_of(text, lambda words: words == "clock") is None
    request = roles_of(text, lambda words: words == "clock", expected=True)
    assert request is not None
    assert [role.kind for role in request.roles] == ["clock", ""]


def test_the_stretches_of_roles_and_budget_lie_in_the_text() -> None:
    text = "please: a red clock and a lamp, $90 altogether"
    request = roles_of(text, lambda words: forms(words) in KINDS)
    assert request is not None
    assert [text[role.start : role.end] for role in request.roles] == ["red clock", "lamp"]
    assert request.budget is not None
    assert (request.budget.words, request.budget.currency) == ("$90 altogether", "USD")
    assert request.purpose == "please"


@given(st.text(max_size=80), st.sampled_from(["en", "zh", "de", "ja", "xx"]))
def test_any_text_is_read(text: str, language: str) -> None:
    request = roles_of(text, lambda words: len(words) % 2 == 0, language)
    assert request is None or len(request.roles) >= 2
