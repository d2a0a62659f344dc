"""`tastemaker check`: a table of what does not hold, what it leaves with, and journeys drawn into a file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from agent.cli import check_command
from agent.cli.main import main
from agent.errors import RequestError
from agent.evaluate.check import CheckFailure

app = typer.Typer()
check_command.register(app)


@pytest.fixture
def workspace(outdoor_workspace: Path, tmp_path: Path) -> Path:
    return shutil.copytree(outdoor_workspace, tmp_path / "w")


def ran(workspace: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments), "-w", str(workspace)])


def written(folder: Path, order: str) -> Path:
    path = folder / "j.yaml"
    path.write_text(f"- {{name: tents, turns: [{{say: the cheapest tents, order: {order}, has: [tent-3]}}]}}\n")
    return path


def test_what_holds_is_counted_and_what_does_not_is_told_in_a_table(workspace: Path, tmp_path: Path) -> None:
    result = ran(workspace, written(tmp_path, "price asc"))
    assert (result.exit_code, result.stdout) == (0, "1 journeys, 1 turns, 2 expectations: all hold.\n")
    result = ran(workspace, written(tmp_path, "price desc"))
    assert result.exit_code == 1
    heading, row, counted = result.stdout.splitlines()
    assert heading.split() == ["journey", "turn", "expected", "came"]
    assert row.split("  ")[-3:] == ["1 “the cheapest tents”", "order price desc", "price asc"]
    assert counted == "1 journeys, 1 turns, 2 expectations: 1 do not hold, in 1 journeys."


def test_json_has_every_failure(workspace: Path, tmp_path: Path) -> None:
    result = ran(workspace, written(tmp_path, "price desc"), "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (document["journeys"], document["turns"], document["expectations"]) == (1, 1, 2)
    assert document["failures"] == [
        {
            "journey": "tents",
            "turn": 1,
            "say": "the cheapest tents",
            "expected": "order price desc",
            "came": "price asc",
        }
    ]


def test_a_file_that_is_wrong_leaves_with_2_and_a_sentence(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["check", str(written(tmp_path, "cheap")), "-w", str(workspace)])
    assert left.value.code == 2
    assert "journey “tents”, turn 1: “order”" in capsys.readouterr().err


def test_drawn_journeys_are_written_and_overwritten_only_by_force(workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "made.yaml"
    result = ran(workspace, path, "--make", "5", "--seed", "2")
    assert result.exit_code == 0, result.output
    assert f"5 journeys are in {path}" in result.stdout
    before = path.read_text(encoding="utf-8")
    again = ran(workspace, path, "--make", "5", "--seed", "3")
    assert isinstance(again.exception, RequestError)
    assert path.read_text(encoding="utf-8") == before
    result = ran(workspace, path, "--make", "4", "--seed", "3", "--force", "--json")
    assert json.loads(result.stdout) == {"file": str(path), "made": 4}
    assert ran(workspace, path).exit_code in (0, 1)


def test_a_long_turn_is_cut_in_the_table() -> None:
    failure = CheckFailure("j", 12, "a" * 60, "kind tent", "none")
    heading, row = check_command.table((failure,))
    assert heading.split() == ["journey", "turn", "expected", "came"]
    assert f"12 “{'a' * 39}…”" in row
    assert row.index("kind tent") == heading.index("expected")
    assert check_command.table(()) == []
