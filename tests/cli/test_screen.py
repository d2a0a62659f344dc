"""Screens: where a command prints, here or for a command elsewhere."""

from __future__ import annotations

import io
import shutil

import pytest

from agent.cli import output
from agent.cli.screen import SCREEN, Screen


def test_a_screen_is_that_of_the_process_unless_it_is_another() -> None:
    assert Screen().width == max(40, shutil.get_terminal_size((100, 24)).columns)
    assert (Screen(columns=72).width, Screen(columns=3).width) == (72, 40)
    assert not Screen(err=io.StringIO()).watched


def test_what_is_printed_goes_where_the_screen_is(capsys: pytest.CaptureFixture[str]) -> None:
    out = io.StringIO()
    before = SCREEN.set(Screen(out=out))
    try:
        output.print_json({"a": 1})
    finally:
        SCREEN.reset(before)
    output.print_json({"b": 2})
    assert '"a"' in out.getvalue()
    assert capsys.readouterr().out == '{\n  "b": 2\n}\n'
