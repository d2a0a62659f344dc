from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.catalog.cleaning import clean_text


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\u202eb\u2066c\u200fd", "abcd"),
        ("a\x1b[31mb\x7f", "a[31mb"),
        ("x\U000e0041\U000e0042y", "xy"),
        ("a\ufe01b\u2060c\ufeff", "abc"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("e\u0301", "é"),
        ("👩\u200d🚀 ❤\ufe0f", "👩\u200d🚀 ❤\ufe0f"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("pass\u200dword\u200c", "password"),
        ("tab\tkept", "tab\tkept"),
    ],
)
def test_invisible_characters_are_stripped_and_scripts_left_whole(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@settings(deadline=None)
@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
