"""`tastemaker verify`: a table of what an answer says, what it leaves with, and signed answers."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from agent.cli import request_commands, verify_command
from agent.errors import RequestError

app = typer.Typer()
verify_command.register(app)
asking = typer.Typer()
request_commands.register(asking)


@pytest.fixture
def workspace(outdoor_workspace: Path, tmp_path: Path) -> Path:
    return shutil.copytree(outdoor_workspace, tmp_path / "w")


@pytest.fixture
def answer(workspace: Path, tmp_path: Path) -> Path:
    arguments = ["recommend", "a tent under 200", "-w", str(workspace), "--llm", "none", "--json", "--signed"]
    result = CliRunner().invoke(asking, arguments, catch_exceptions=False)
    path = tmp_path / "answer.json"
    path.write_text(result.stdout, encoding="utf-8")
    return path


def ran(workspace: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments), "-w", str(workspace)])


def test_an_answer_as_it_was_given_is_so_and_its_signature_holds(workspace: Path, answer: Path) -> None:
    result = ran(workspace, answer)
    assert result.exit_code == 0, result.stdout
    assert result.stdout.endswith("0 false; signature: holds\n")
    told = json.loads(ran(workspace, answer, "--json").stdout)
    assert told["signature"] == "holds"
    assert {statement["part"] for statement in told["statements"]} == {"item", "claim", "sentence"}


def test_an_answer_that_was_changed_is_told_and_leaves_with_one(workspace: Path, answer: Path) -> None:
    document = json.loads(answer.read_text("utf-8"))
    document["recommendations"][0]["explanation"]["text"] = "It costs 1."
    answer.write_text(json.dumps(document), encoding="utf-8")
    result = ran(workspace, answer)
    assert result.exit_code == 1
    assert "false" in result.stdout
    assert result.stdout.endswith("signature: broken\n")


def test_what_is_no_answer_is_refused(workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    for text in ("[]", "{", '{"recommendations": [{}]}'):
        path.write_text(text, encoding="utf-8")
        assert isinstance(ran(workspace, path).exception, RequestError)


def test_only_the_json_of_an_answer_is_signed(workspace: Path) -> None:
    result = CliRunner().invoke(asking, ["recommend", "a tent", "-w", str(workspace), "--signed"])
    assert result.exit_code == 2
