"""The command that takes up what people wrote."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli.review_commands import app
from tests.support.shelf import fill, numbered, word_models


def test_what_was_taken_up_is_told_with_what_was_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.models.Models", lambda config: word_models(config))
    with fill(tmp_path / "w", numbered(3), {}):
        pass
    rows = [
        {"item_id": "0", "text": "Fine.", "stars": 5, "images": ["a.jpg"]},
        {"item_id": "gone", "user": "ada", "text": "Bad."},
        {"text": "?"},
    ]
    (tmp_path / "r.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    options = ["import", str(tmp_path / "r.jsonl"), "-w", str(tmp_path / "w")]
    told = CliRunner().invoke(app, options)
    assert told.exit_code == 0, told.output
    assert told.stdout.startswith("2 reviews added, 0 known already or repeated (1 people, 2 items) in ")
    for part in (
        "items that are not in the catalog: 1, such as gone",
        "pictures or recordings",
        "line 3, skipped",
        "up to 5",
    ):
        assert part in told.stdout
    document = json.loads(CliRunner().invoke(app, [*options, "--json", "--map", "text=text"]).stdout)
    assert (document["added"], document["read"], document["skipped"]) == (0, 2, 1)
