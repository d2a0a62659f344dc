"""The command that takes up what people did."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from agent.cli.interaction_commands import MAX_LISTED, app
from agent.errors import InteractionsError
from tests.support.shelf import fill, numbered


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    with fill(tmp_path / "w", numbered(3), {}):
        return tmp_path / "w"


def ran(folder: Path, *rows: str, options: tuple[str, ...] = ()) -> Result:
    file = folder / "events.csv"
    file.write_text("user,item,kind,time\n" + "".join(f"{row}\n" for row in rows))
    return CliRunner().invoke(app, ["import", str(file), "-w", str(folder / "w"), *options])


def test_what_was_added_is_told_and_what_was_learned(workspace: Path) -> None:
    lines = ran(workspace.parent, "ada,0,like,100").stdout.splitlines()
    assert lines[0].startswith("1 event added, 0 known already or repeated (csv; 1 person, 1 item) in ")
    assert lines[-1].startswith("  learned from all events: ")
    lines = ran(workspace.parent, "ada,0,like,100", "bob,1,like,100").stdout.splitlines()
    assert lines[0].startswith("1 event added, 1 known already or repeated (csv; 2 people, 2 items) in ")


def test_what_could_not_be_taken_as_it_was_is_remarked(workspace: Path) -> None:
    bad = [f"u{at},0,adore,1" for at in range(MAX_LISTED + 2)]
    lines = ran(workspace.parent, "ada,gone,like,100", "bob,1,like,", *bad).stdout.splitlines()
    assert "  items that are not in the catalog: 1, such as gone; events that wait until these are ingested: 1" in lines
    assert "  events without a time, which count as the oldest: 1" in lines
    assert sum(line.startswith("  line ") for line in lines) == MAX_LISTED
    assert f"  rows skipped in all: {MAX_LISTED + 2}" in lines


def test_what_was_taken_for_what_is_told(workspace: Path) -> None:
    lines = ran(workspace.parent, "ada,0,like,100", "bob,1,view,100").stdout.splitlines()
    assert lines[1] == "  taken from the columns: user “user”, item “item”, kind “kind”, time “time”"
    assert lines[2] == "  explicit (what people think): like 1; implicit (what they did): view 1"


def test_columns_are_named_by_hand(workspace: Path) -> None:
    (workspace.parent / "events.csv").write_text("who,what,how much\nada,0,5\nbob,1,4\n")
    options = ["import", str(workspace.parent / "events.csv"), "-w", str(workspace)]
    assert isinstance(CliRunner().invoke(app, options).exception, InteractionsError)
    told = CliRunner().invoke(app, [*options, "--map", "user=who,item=what", "--map", "rating=how much"]).stdout
    assert "2 events added" in told
    assert "rating “how much”" in told


def test_where_nothing_is_to_be_learned_from_that_is_said(workspace: Path) -> None:
    text = ran(workspace.parent, "ada,gone,like,100").stdout
    assert text.splitlines()[-1] == "  learned from all events: nothing, as none is of an item in the catalog"


def test_a_report_is_one_json_document(workspace: Path) -> None:
    report = json.loads(ran(workspace.parent, "ada,0,like,100", options=("--json",)).stdout)
    assert (report["workspace"], report["added"], report["repeated"]) == (str(workspace), 1, 0)
    assert report["model"]


def test_a_format_that_does_not_fit_is_an_error(workspace: Path) -> None:
    assert isinstance(ran(workspace.parent, "x", options=("--format", "xml")).exception, InteractionsError)
