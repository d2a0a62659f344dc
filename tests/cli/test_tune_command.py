"""The command that tunes a workspace."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from agent.cli import tune_command
from agent.errors import ConfigError
from agent.retrieve.tuned import load_tuned, save_tuned
from retrieval.storage.workspace import Workspace
from retrieval.tuning.tuned import Tuned
from tests.support.worded import shop, without_weights, worded_agent

app = typer.Typer()
tune_command.register(app)
QUICK = ("--method", "grid", "--trials", "2")


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("agent.evaluate.known_items.requests.synthesiser", lambda: None)
    without_weights(monkeypatch)
    with worded_agent(tmp_path / "w", shop()):
        return tmp_path / "w"


def ran(workspace: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["-w", str(workspace), *options])


def tuned(workspace: Path) -> Tuned | None:
    with Workspace.open(workspace) as opened:
        return load_tuned(opened.store)


def test_what_was_found_is_told_finding_by_finding_and_a_dry_run_keeps_nothing(workspace: Path) -> None:
    result = ran(workspace, *QUICK, "--dry-run")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[-1] == "The workspace keeps the settings that it had."
    assert any(line.startswith("Done; ") for line in lines)
    assert any("settings tried on" in line and "nDCG@10" in line for line in lines)
    assert tuned(workspace) is None


def test_a_report_is_one_json_document_and_what_it_tells_is_kept(workspace: Path) -> None:
    report = json.loads(ran(workspace, *QUICK, "--seed", "3", "--json").stdout)
    assert (report["method"], report["trials"], report["seed"]) == ("grid", 2, 3)
    assert (report["written"], report["stopped"]) == (True, False)
    saved = tuned(workspace)
    assert saved is not None
    assert len(saved.findings) == len(report["findings"])


def test_the_defaults_are_in_use_again_after_a_reset(workspace: Path) -> None:
    with Workspace.open(workspace) as opened:
        save_tuned(opened.store, Tuned("tpe", 2, 0, ()))
    assert ran(workspace, "--reset").stdout == "The defaults are in use again.\n"
    assert tuned(workspace) is None
    assert json.loads(ran(workspace, "--reset", "--json").stdout) == {"workspace": str(workspace), "reset": True}


def test_a_fusion_that_does_not_learn_is_refused(workspace: Path) -> None:
    assert isinstance(ran(workspace, *QUICK, "--learn", "attention, rrf").exception, ConfigError)


@pytest.mark.parametrize("wrong", [("--trials", "1"), ("--seed", "-1"), ("--method", "luck")])
def test_a_search_that_cannot_be_is_a_wrong_call(workspace: Path, wrong: tuple[str, str]) -> None:
    assert ran(workspace, *wrong).exit_code == 2
