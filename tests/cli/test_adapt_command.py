"""The commands that teach models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.adapt.adapt import Watcher
from agent.adapt.training import StepProgress, TrainingPlan
from agent.cli import adapt_command
from agent.errors import RequestError
from tests.support.tiny_models import make_text_model
from tests.support.worded import WordedModels

EXAMPLES = Path(__file__).parent.parent / "adapt" / "examples.jsonl"


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("agent.adapt.wording.Models", WordedModels)
    return make_text_model(tmp_path / "tiny")


def ran(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(adapt_command.app, list(arguments))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_what_is_kept_and_how_it_is_used_is_said_and_the_bad_lines_before(base: Path, tmp_path: Path) -> None:
    rows = EXAMPLES.read_text(encoding="utf-8").splitlines()[:24]
    examples = tmp_path / "examples.jsonl"
    examples.write_text("\n".join([*rows, "torn"]), encoding="utf-8")
    out = tmp_path / "voice"
    code, text = ran("wording", "--examples", str(examples), "--base", f"{base}:fp32", "--out", str(out))
    assert code == 0, text
    assert "line 25: It is no JSON" in text
    assert "24 examples can be learnt from, 1 are left out." in text
    assert f"Use it with --llm {base}:fp32+{out}" in text


def test_what_is_not_kept_leaves_with_one_and_says_why(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.adapt.TrainingPlan", lambda seed, epochs: TrainingPlan(seed, epochs, rank=1, rate=1e-12))
    arguments = ("wording", "--examples", str(EXAMPLES), "--base", f"{base}:fp32", "--epochs", "1", "--json")
    code, text = ran(*arguments, "--out", str(tmp_path / "voice"))
    assert code == 1
    document = json.loads(text)
    assert document["folder"] is None
    assert "not proven better" in document["why"]
    assert document["bad"] == []


def test_describing_names_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="cannot be read"):
        ran("describing", "--examples", str(tmp_path / "none.jsonl"), "--base", "x")


def test_progress_is_told_line_by_line_where_no_bar_is_seen(capsys: pytest.CaptureFixture[str]) -> None:
    with adapt_command._watching(as_json=False) as watcher:
        watcher.stage("training")
        for step in (1, 20, 33):
            watcher.training(StepProgress(step, 33, 1.5, 200.0))
    assert capsys.readouterr().err == (
        "training …\nstep 20 of 33, loss 1.500, 200 tokens/s\nstep 33 of 33, loss 1.500, 200 tokens/s\n"
    )


def test_who_asked_for_json_is_told_nothing_else() -> None:
    with adapt_command._watching(as_json=True) as watcher:
        assert watcher == Watcher()
