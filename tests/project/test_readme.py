"""What README and the public docstrings promise."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

import agent
from agent.cli.main import app
from tests.support.places import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def commands() -> list[str]:
    return [line for block in blocks("sh") for line in block.splitlines() if line.startswith("tastemaker ")]


@pytest.mark.parametrize("line", commands())
def test_every_command_shown_exists_with_the_options_shown(line: str) -> None:
    _, *words = shlex.split(line)
    name = words[:2] if words[0] in ("models", "interactions", "reviews") else words[:1]
    shown = CliRunner().invoke(app, [*name, "--help"], env={"COLUMNS": "200"})
    assert shown.exit_code == 0
    for word in words:
        if word.startswith("--"):
            assert word in shown.output


def test_there_is_one_line_for_the_main_job_and_one_for_the_tests() -> None:
    for marker in ("demo", "test"):
        block = re.search(rf"<!-- {marker} command -->\n```sh\n(.*?)\n```", README)
        assert block is not None
        assert "\n" not in block[1]


def test_the_python_example_runs_on_the_row_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = json.loads(blocks("json")[0])
    del row["image"]
    (tmp_path / "catalog.jsonl").write_text(json.dumps(row) + "\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TASTEMAKER_LLM", "none")
    agent.RecommendationAgent.from_catalog("catalog.jsonl", "shop").close()
    scope: dict[str, object] = {}
    exec(compile(blocks("python")[0], "README.md", "exec"), scope)
    answer = scope["answer"]
    assert isinstance(answer, agent.Answer)
    assert answer.recommendations[0].item.id == row["id"]
