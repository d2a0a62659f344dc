"""`tastemaker evaluate`: one command, on what people did, on judged requests, and on nothing but the catalog."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from agent.cli import evaluate_command
from agent.cli.main import app
from agent.config import load_config
from agent.errors import RequestError, RuleError, WorkspaceError
from agent.recommender import RecommendationAgent
from retrieval.channels.registry import MODALITIES

THINGS = ("lamp", "kettle", "chair", "rope", "tent", "stove", "bowl", "clock", "rug", "ladder", "torch", "bench")
COLOURS = ("red", "blue", "green")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, weights: Callable[[str], Path]) -> Path:
    """A folder with a catalog, its workspace, requests and judgments."""
    weights("minilm-l6")
    folder = tmp_path_factory.mktemp("shop")
    rows = [
        {
            "id": f"{thing}-{colour}",
            "title": f"{colour} {thing}",
            "description": f"A {thing} in {colour}, made to last.",
            "category": thing,
            "answers": [f"find {thing}"],
        }
        for thing in THINGS
        for colour in COLOURS
    ]
    (folder / "catalog.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    queries = [{"qid": thing, "text": f"find {thing}"} for thing in THINGS] + [{"qid": "none", "text": "a boat"}]
    (folder / "queries.jsonl").write_text("".join(json.dumps(row) + "\n" for row in queries))
    (folder / "qrels.trec").write_text(
        "".join(f"{row['category']} 0 {row['id']} 1\n" for row in rows) + "rug 0 gone 1\n"
    )
    with RecommendationAgent.from_catalog(folder / "catalog.jsonl", folder / "w", load_config(llm="none")):
        pass
    return folder


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """No spoken requests: to make and hear them takes longer than all else, and is tested elsewhere."""
    monkeypatch.setattr("agent.evaluate.known_items.requests.synthesiser", lambda: None)


def ran(*arguments: str | Path, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["evaluate", *map(str, arguments)], catch_exceptions=True)
    assert result.exit_code == code, result.output
    return result.output


def document(*arguments: str | Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(ran(*arguments, "--json"))
    return report


def test_without_labels_the_catalog_is_judged_by_known_items_and_says_so(shop: Path) -> None:
    report = document("--workspace", shop / "w", "--ablate", "modality", "--fusion", "weighted,rrf")
    (task,) = report["tasks"]
    assert task["name"] == "known items"
    assert "no interactions and no judgments" in report["notes"][0]
    by_name = {row["name"]: row for row in task["rows"]}
    assert by_name["text only"]["figures"]["nDCG@10"]["mean"] > 0.3
    assert by_name["picture only"]["figures"] == {}
    assert by_name["weighted"]["versus"]["verdict"]


def test_judged_requests_are_judged_and_a_column_that_gives_them_away_is_named(shop: Path, tmp_path: Path) -> None:
    files = {name: tmp_path / f"report.{name}" for name in ("csv", "html")}
    text = ran(
        "--workspace", shop / "w", "--queries", shop / "queries.jsonl", "--qrels", shop / "qrels.trec", "--ablate",
        "modality", "--csv", files["csv"], "--html", files["html"], "--run", tmp_path / "runs", "-k", "3",
    )  # fmt: skip
    assert "The column answers gives the answers away: in 12 of 12 requests" in text
    assert "--exclude answers" in text
    assert "1 judged items are not in the catalog, such as 'gone'" in text
    assert "nDCG@3" in text
    assert files["html"].read_text().startswith("<!doctype html>")
    assert len(files["csv"].read_text().splitlines()) == 1 + len(MODALITIES) + 1
    assert (tmp_path / "runs" / "judged-requests" / "weighted.trec").read_text().count(" Q0 ") == 12 * 3


def test_judgments_that_fit_nothing_are_an_error_with_advice(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "qrels.trec").write_text("lamp 0 elsewhere 1\n")
    result = CliRunner().invoke(
        app,
        [
            "evaluate",
            "-w",
            str(shop / "w"),
            "--queries",
            str(shop / "queries.jsonl"),
            "--qrels",
            str(tmp_path / "qrels.trec"),
        ],
    )
    assert "No request of" in str(result.exception)


def test_a_report_that_cannot_be_written_is_an_error_before_anything_is_judged(shop: Path, tmp_path: Path) -> None:
    arguments = ["evaluate", "-w", str(shop / "w"), "--html", str(tmp_path / "none" / "r.html")]
    assert "There is no folder" in str(CliRunner().invoke(app, arguments).exception)


def test_reading_of_requests_is_judged_without_a_workspace() -> None:
    rows = document("--understanding")["rules"]
    assert {(row["language"], row["half"]) for row in rows} == {
        (language, half) for language in ("en", "zh") for half in ("dev", "held", "all")
    }
    held = {row["language"]: row["right"] for row in rows if row["half"] == "held"}
    assert held["en"] >= 0.95
    assert held["zh"] >= 0.90
    assert "exactly right" in ran("--understanding")


def test_the_folder_of_a_report_is_looked_for_before_the_workspace_is_opened(tmp_path: Path) -> None:
    alone = typer.Typer()
    evaluate_command.register(alone)
    nowhere = ["-w", str(tmp_path / "nowhere")]
    for option in ("--csv", "--html"):
        error = CliRunner().invoke(alone, [*nowhere, option, str(tmp_path / "none" / "report")]).exception
        assert isinstance(error, RequestError)
        assert error.what == f"There is no folder {tmp_path / 'none'} to write report to."
    assert isinstance(CliRunner().invoke(alone, nowhere).exception, WorkspaceError)


def test_what_rules_do_is_printed(shop: Path, tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no rules"):
        CliRunner().invoke(app, ["evaluate", "-w", str(shop / "w"), "--rules"], catch_exceptions=False)
    (tmp_path / "rules.yaml").write_text("- {do: pin, items: [tent-red], when: tent}\n")
    CliRunner().invoke(app, ["rules", "-w", str(shop / "w"), "--set", str(tmp_path / "rules.yaml")])
    judged = ("--queries", shop / "queries.jsonl", "--qrels", shop / "qrels.trec")
    assert "12 requests: 8% are answered otherwise" in ran("-w", shop / "w", "--rules", *judged)
    assert json.loads(ran("-w", shop / "w", "--rules", *judged, "--json"))["promoted"] > 0
    CliRunner().invoke(app, ["rules", "-w", str(shop / "w"), "--set", "-"], input="[]")
