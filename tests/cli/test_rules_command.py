"""The command about the shop's rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from agent.cli import rules_command
from agent.errors import RuleError
from tests.support.worded import shop, without_weights, worded_agent

app = typer.Typer()
rules_command.register(app)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    with worded_agent(tmp_path / "w", shop()):
        pass
    without_weights(monkeypatch)
    return str(tmp_path / "w")


def ran(*arguments: str, pipe: str | None = None) -> str:
    return CliRunner().invoke(app, arguments, input=pipe, catch_exceptions=False).output


def test_rules_are_set_from_a_file_and_shown(workspace: str, tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("- {do: pin, items: [tent-red], when: [tent]}\n", encoding="utf-8")
    assert "There are no rules." in ran("-w", workspace)
    shown = ran("-w", workspace, "--set", str(file))
    assert "do: pin" in shown
    assert ran("-w", workspace) == shown
    assert json.loads(ran("-w", workspace, "--json"))[0]["items"] == ["tent-red"]


def test_rules_come_from_the_pipe_and_an_empty_one_takes_them_away(workspace: str) -> None:
    assert "hide" in ran("-w", workspace, "--set", "-", pipe="- {do: hide, where: category=tent}\n")
    assert "There are no rules." in ran("-w", workspace, "--set", "-", pipe="[]")


def test_what_cannot_be_read_is_refused(workspace: str, tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"cannot be read.*Give a YAML file"):
        ran("-w", workspace, "--set", str(tmp_path / "none.yaml"))
