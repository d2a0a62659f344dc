"""Commands about the workspace: ingest, rebuild-index, doctor."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from agent.cli import catalog_commands
from agent.doctor import Diagnosis
from agent.errors import CatalogError, WorkspaceError
from retrieval.storage.workspace import Workspace
from tests.support.catalogs import write_rows
from tests.support.worded import without_weights

app = typer.Typer()
catalog_commands.register(app)
ROWS = [{"id": "1", "title": "Lamp", "secret": "x", "note": "y"}, {"id": "2", "title": "Chair"}, {"id": "3"}]


@pytest.fixture(autouse=True)
def worded(monkeypatch: pytest.MonkeyPatch) -> None:
    without_weights(monkeypatch)


def ran(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_a_catalog_is_taken_into_a_new_workspace_and_told(tmp_path: Path) -> None:
    result = ran("ingest", write_rows(tmp_path, *ROWS), "-w", tmp_path / "w")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("2 added, 0 updated, 0 unchanged")
    assert "line 3 (id 3), skipped:" in result.stdout
    again = ran("ingest", write_rows(tmp_path, *ROWS), "-w", tmp_path / "w", "--json")
    report = json.loads(again.stdout)
    assert (report["workspace"], report["added"], report["unchanged"]) == (str(tmp_path / "w"), 0, 2)


def test_what_the_shop_says_of_itself_is_taken_and_told(tmp_path: Path) -> None:
    (tmp_path / "delivery.txt").write_text("Parcels leave on Mondays.")
    result = ran("ingest", write_rows(tmp_path, *ROWS), "-w", tmp_path / "w", "--about", tmp_path / "delivery.txt")
    assert "Questions about the shop are answered from delivery.txt: 1 passage." in result.stdout
    assert (tmp_path / "w" / "about.md").read_text() == "Parcels leave on Mondays."


def test_columns_are_excluded_by_commas_and_by_repeating(tmp_path: Path) -> None:
    ran("ingest", write_rows(tmp_path, *ROWS), "-w", tmp_path / "w", "--exclude", "secret,nothing", "--exclude", "note")
    with Workspace.open(tmp_path / "w") as workspace:
        item = workspace.store.item("1")
        assert item is not None
        assert not item.attributes


def test_strictly_the_first_problem_is_an_error(tmp_path: Path) -> None:
    assert isinstance(
        ran("ingest", write_rows(tmp_path, *ROWS), "-w", tmp_path / "w", "--strict").exception, CatalogError
    )


def test_the_index_is_built_anew_and_its_vectors_counted(tmp_path: Path) -> None:
    ran("ingest", write_rows(tmp_path, *ROWS), "-w", tmp_path / "w")
    assert ran("rebuild-index", "-w", tmp_path / "w").stdout == "Rebuilt: multilingual 2, text 3 vectors.\n"
    document = json.loads(ran("rebuild-index", "-w", tmp_path / "w", "--json").stdout)
    assert document["channels"] == {"multilingual": 2, "text": 3}


def test_only_a_workspace_that_is_there_has_an_index(tmp_path: Path) -> None:
    assert isinstance(ran("rebuild-index", "-w", tmp_path / "nowhere").exception, WorkspaceError)


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ([Diagnosis("packages", "as tested", True)], 0),
        ([Diagnosis("model smollm2", "not here yet", False)], 0),
        ([Diagnosis("workspace", "is damaged", False), Diagnosis("packages", "as tested", True)], 1),
    ],
)
def test_doctor_fails_where_something_but_a_missing_model_is_not_well(
    monkeypatch: pytest.MonkeyPatch, findings: list[Diagnosis], code: int
) -> None:
    monkeypatch.setattr("agent.doctor.examine", lambda config, workspace: findings)
    result = ran("doctor", "--llm", "none")
    assert result.exit_code == code
    assert [line[:3].strip() for line in result.stdout.splitlines()] == [
        "ok" if one.well else "see" for one in findings
    ]
    document = json.loads(ran("doctor", "--llm", "none", "--json").stdout)
    assert document == [{"about": one.about, "says": one.says, "well": one.well} for one in findings]
