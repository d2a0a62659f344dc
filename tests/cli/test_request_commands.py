"""Commands that answer requests: recommend, search, demo."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from agent.cli import request_commands
from agent.demo.requests import requests
from agent.errors import ConfigError, RequestError
from tests.support.catalogs import write_rows
from tests.support.worded import shop, without_weights, worded_agent

app = typer.Typer()
request_commands.register(app)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("asked") / "w"
    with worded_agent(folder, shop()):
        return folder


@pytest.fixture(autouse=True)
def worded(monkeypatch: pytest.MonkeyPatch) -> None:
    without_weights(monkeypatch)


def ran(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def document(*arguments: str | Path) -> dict[str, Any]:
    result = ran(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


def shown(answer: dict[str, Any]) -> list[str]:
    return [recommendation["item"]["id"] for recommendation in answer["recommendations"]]


@pytest.mark.parametrize("command", ["recommend", "search"])
def test_a_request_is_answered_in_words_and_as_json(workspace: Path, command: str) -> None:
    answer = document(command, "red lamp", "-w", workspace, "-k", "2")
    assert len(shown(answer)) == 2
    assert shown(answer)[0] == "lamp-red"
    text = ran(command, "red lamp", "-w", workspace, "-k", "2").stdout
    assert text.splitlines()[0] == answer["reply"]
    assert "\n  1. red lamp" in text


def test_must_haves_and_who_asks_count(workspace: Path) -> None:
    answer = document("recommend", "lamp", "-w", workspace, "--filter", "price<=11", "--user", "ada", "-k", "9")
    assert set(shown(answer)) == {"lamp-red", "lamp-blue"}
    assert answer["request"]["filters"] == ["price<=11"]


def test_what_keeps_an_item_out_is_told_instead(workspace: Path) -> None:
    result = ran("recommend", "red lamp", "-w", workspace, "-k", "1", "--why-not", "rug-blue")
    assert "“blue rug”" in result.stdout
    assert len(result.stdout.splitlines()) == 1
    why = document("recommend", "red lamp", "-w", workspace, "-k", "1", "--why-not", "rug-blue")
    assert (why["item_id"], why["reason"]) == ("rug-blue", "scope")


def test_many_requests_become_a_run_and_bad_lines_are_told(workspace: Path, tmp_path: Path) -> None:
    queries = write_rows(tmp_path, {"qid": "a", "text": "red lamp"}, {"qid": "b", "text": " "}, name="q.jsonl")
    run = tmp_path / "run.trec"
    result = ran("recommend", "--batch", queries, "--run", run, "-w", workspace, "-k", "3")
    assert result.stdout.splitlines()[0] == f"1 requests answered; the run is in {run}."
    assert result.stdout.splitlines()[1].startswith("  line 2 (b): The request is empty")
    assert run.read_text().split()[2] == "lamp-red"
    report = document("recommend", "--batch", queries, "--run", run, "-w", workspace)
    assert (report["run"], report["answered"], len(report["problems"])) == (str(run), 1, 1)


@pytest.mark.parametrize("alone", ["--batch", "--run"])
def test_a_batch_needs_a_run_and_a_run_a_batch(workspace: Path, tmp_path: Path, alone: str) -> None:
    result = ran("recommend", alone, tmp_path / "file", "-w", workspace)
    assert result.exit_code == 2
    assert "--batch and --run go together" in result.output


def test_what_cannot_be_asked_is_an_error(workspace: Path) -> None:
    assert isinstance(ran("recommend", "-w", workspace).exception, RequestError)
    assert isinstance(ran("recommend", "lamp", "-w", workspace, "--fusion", "magic").exception, ConfigError)


def test_the_demo_ingests_answers_its_requests_and_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_rows(tmp_path, {"id": "1", "title": "Young woman with flowers"}, {"id": "2", "title": "Boating"})
    monkeypatch.setattr("agent.demo.artworks.artworks", lambda progress=None: tmp_path)
    monkeypatch.setattr("agent.demo.requests.requests", lambda folder, k: [requests(folder, k)[0]])
    result = ran("demo", "-w", tmp_path / "w", "-k", "1")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0].startswith("2 added")
    assert "In words: a portrait of a young woman with flowers" in lines
    assert any(line.startswith("  1. Young woman with flowers") for line in lines)
    assert lines[-1] == f"Ask it yourself: tastemaker recommend 'boats at sunset' --workspace {tmp_path / 'w'}"
    answers = document("demo", "-w", tmp_path / "w", "-k", "1")["answers"]
    assert [(answer["heading"], shown(answer)) for answer in answers] == [("In words", ["1"])]
