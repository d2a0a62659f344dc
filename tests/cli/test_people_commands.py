"""Commands about people: feedback, profile, export, forget."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from agent.cli import people_commands
from agent.errors import RequestError
from tests.support.worded import shop, without_weights, worded_agent

app = typer.Typer()
people_commands.register(app)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    with worded_agent(tmp_path / "w", shop()):
        pass
    without_weights(monkeypatch)
    return tmp_path / "w"


def ran(*arguments: str | Path, answer: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=answer)


def document(*arguments: str | Path) -> dict[str, Any]:
    result = ran(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


def test_an_opinion_is_kept_and_told_back(workspace: Path) -> None:
    assert ran("feedback", "lamp-red", "--user", "ada", "-w", workspace).stdout == "like: lamp-red\n"
    rated = ran("feedback", "rug-red", "--user", "ada", "--kind", "rating", "--value", "4.5", "-w", workspace)
    assert rated.stdout == "rating 4.5: rug-red\n"
    result = ran("feedback", "tent-red", "--user", "ada", "--kind", "hide", "--reason", "no tents", "-w", workspace)
    assert result.stdout.splitlines() == ["hide: tent-red", "  counts against items from now on: tent"]
    given = document("feedback", "chair-red", "--user", "ada", "-w", workspace)
    assert (given["user"], given["item_id"], given["stored"]) == ("ada", "chair-red", True)


def test_a_taste_is_told_with_what_each_line_rests_on(workspace: Path) -> None:
    for colour in ("red", "blue", "green"):
        ran("feedback", f"lamp-{colour}", "--user", "ada", "-w", workspace)
    ran("feedback", "rug-red", "--user", "ada", "--kind", "save", "-w", workspace)
    lines = ran("profile", "--user", "ada", "-w", workspace).stdout.splitlines()
    assert lines[0] == "ada: 4 events, 4 liked, 0 disliked, 1 saved, 0 hidden"
    assert any(line.startswith("  likes lamp (category, 3 of 4): ") for line in lines)
    assert "  saved: red rug" in lines
    assert document("profile", "--user", "ada", "-w", workspace)["n_events"] == 4


def test_who_opts_out_is_told_so_until_they_opt_in_again(workspace: Path) -> None:
    result = ran("profile", "--user", "ada", "--opt-out", "-w", workspace).stdout
    assert "  has opted out: none of this is used, and nothing more is kept" in result.splitlines()
    assert "ada has opted out" in ran("feedback", "lamp-red", "--user", "ada", "-w", workspace).stdout
    assert "opted out" not in ran("profile", "--user", "ada", "--opt-in", "-w", workspace).stdout


def test_an_export_is_json_with_or_without_being_asked_for(workspace: Path) -> None:
    ran("feedback", "lamp-red", "--user", "ada", "-w", workspace)
    plain = json.loads(ran("export", "--user", "ada", "-w", workspace).stdout)
    assert plain == document("export", "--user", "ada", "-w", workspace)
    assert [mark["item_id"] for mark in plain["liked"]] == ["lamp-red"]
    assert len(plain["rows"]["interactions"]) == 1


def test_nobody_is_forgotten_without_being_asked_for(workspace: Path) -> None:
    ran("feedback", "lamp-red", "--user", "ada", "-w", workspace)
    declined = ran("forget", "ada", "-w", workspace, answer="n\n")
    assert "Erase everything that is known of 'ada'?" in declined.stdout
    assert declined.exit_code == 1
    refused = ran("forget", "ada", "-w", workspace, "--json")
    assert refused.exit_code == 2
    assert "add --yes" in refused.output
    assert document("profile", "--user", "ada", "-w", workspace)["n_events"] == 1
    result = ran("forget", "ada", "-w", workspace, answer="y\n")
    assert result.stdout.splitlines()[-1].endswith("Forgotten: 1 interactions.")
    assert ran("forget", "ada", "-w", workspace, "--yes").stdout == "Nothing was known of ada.\n"
    assert document("forget", "ada", "-w", workspace, "--yes")["rows"] == {}


def test_an_opinion_of_nothing_is_an_error(workspace: Path) -> None:
    assert isinstance(ran("feedback", "gone", "--user", "ada", "-w", workspace).exception, RequestError)
    assert ran("feedback", "lamp-red", "-w", workspace).exit_code == 2
