"""`evaluate --explanations`: figures of any workspace, how models word, and where that is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import agent.evaluate.wording
from agent.backends.chat.scripted import ScriptedChat
from agent.cli.explanation_report import show_explanations
from agent.cli.main import app
from agent.config import AgentConfig
from agent.evaluate.wording import gold_cards
from agent.explain.proofs import FILE
from agent.recommender import RecommendationAgent
from tests.support.catalogs import write_rows
from tests.support.openai_server import MODEL, serving


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, weights: Path) -> Path:
    folder = tmp_path_factory.mktemp("figures")
    rows = [
        {"id": "lamp", "title": "Brass lamp", "description": "A warm light for reading.", "price": 39},
        {"id": "sofa", "title": "Wool sofa", "description": "Three deep seats.", "price": 900},
        {"id": "boat", "title": "Toy boat", "description": "It floats in the bath.", "price": 12},
    ]
    RecommendationAgent.from_catalog(write_rows(folder, *rows), folder / "w", AgentConfig(llm="none")).close()
    return folder / "w"


@pytest.fixture(scope="module")
def queries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("queries") / "queries.jsonl"
    path.write_text('{"qid": "1", "text": "a warm lamp for reading"}\n', encoding="utf-8")
    return path


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent.evaluate.wording, "gold_cards", lambda: gold_cards()[:2])


def test_without_a_model_the_rules_are_judged_and_nothing_is_kept(
    workspace: Path, queries: Path, few: None, capsys: pytest.CaptureFixture[str]
) -> None:
    show_explanations(workspace, "none", queries, 2, 0, False)
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("claims faithful") for line in lines)
    assert any(line.startswith("wording of 2 gold cards by rules") for line in lines)
    assert any(line.startswith("planned ") for line in lines)
    assert not any(line.startswith("rewritten ") for line in lines)
    assert not (workspace / FILE).exists()


def test_what_a_model_proves_is_kept_and_decides(workspace: Path, queries: Path, few: None) -> None:
    with serving(ScriptedChat(lambda _: "It is wonderful.")) as server:
        llm = f"openai:{server.url}#{MODEL}"
        options = ["evaluate", "--explanations", "--workspace", str(workspace), "--llm", llm]
        result = CliRunner().invoke(app, [*options, "--queries", str(queries), "--json"])
    assert result.exit_code == 0, result.output
    wording = json.loads(result.stdout)["wording"]
    assert (wording["model"], wording["kept"]) == (llm, str(workspace / FILE))
    assert wording["manners"].keys() == {"planned", "free", "rewritten"}
    assert wording["chosen"]["manner"] == "planned"
    assert "than they do on the gold set" in wording["chosen"]["why"]
    assert (workspace / FILE).is_file()
