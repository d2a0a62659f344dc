"""Phrases: every language says in its own words all that the others say."""

from __future__ import annotations

import string
from dataclasses import asdict
from typing import Any

import pytest

from agent.explain.phrases import phrases_for
from agent.language.messages import languages

GRAMMAR = {"says", "are"}  # of English: a field of several is said to `say`, not to `says`
ENGLISH = asdict(phrases_for("en"))


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name} - GRAMMAR


@pytest.mark.parametrize("language", languages())
def test_every_language_fills_in_the_same_in_every_template(language: str) -> None:
    phrases: dict[str, Any] = asdict(phrases_for(language))
    assert phrases["language"] == language
    for name in ENGLISH.keys() - {"language", "field_names", "past_only"}:
        here, there = phrases[name], ENGLISH[name]
        assert type(here) is type(there), name
        for key in there if isinstance(there, dict) else [None]:
            assert blanks(here[key] if key else here) == blanks(there[key] if key else there), (name, key)
        assert not isinstance(there, dict) or here.keys() == there.keys(), name


def test_a_field_without_a_name_is_called_by_its_own() -> None:
    assert phrases_for("en").label("year_made") == "year made"
    assert phrases_for("zh").label("year_made") == "year made"
    assert phrases_for("zh").label("year") == "年份"
