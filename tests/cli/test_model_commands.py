"""Commands about models: list, vision, pull, verify, path, judge."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from agent.backends.chat.scripted import ScriptedChat
from agent.backends.chat.tiny_llava import make_tiny_llava
from agent.backends.factory import choose
from agent.backends.identity import CARD, model_identity
from agent.backends.loading.known_models import KnownModel
from agent.backends.loading.model_size import Outline
from agent.backends.model_card import JobFigures, ModelCard, gold_digest, keep_card
from agent.cli.model_commands import app
from agent.errors import TastemakerError
from agent.evaluate.judge.turns import gold_turns
from agent.weights.archives import archives, find


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASTEMAKER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TASTEMAKER_OFFLINE", "1")


def ran(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    monkeypatch.setenv(find("minilm-l6").variable, str(folder))
    return folder


def test_every_pinned_model_is_listed_with_whether_it_is_here(own: Path) -> None:
    lines = ran("list").stdout.splitlines()
    assert [line[9:].split()[0] for line in lines] == [archive.name for archive in archives()]
    assert [line[:7].strip() for line in lines if "minilm-l6" in line] == ["here"]
    assert all(line.startswith("not yet") for line in lines if "minilm-l6" not in line)
    rows = json.loads(ran("list", "--json").stdout)
    assert {row["name"]: row["path"] for row in rows if row["path"]} == {"minilm-l6": str(own)}


class Toy(KnownModel):
    """A known model whose sizes need no library to tell."""

    def outline(self) -> Outline:
        return Outline(((1_024, 1_024),) * 1_000, 10**6, 2, 64, 64, 128, 64, False)


def test_known_vision_models_are_listed_with_the_memory_they_take(monkeypatch: pytest.MonkeyPatch) -> None:
    toy = Toy("owner/toy", None, "MIT", 4_096, 576, True, "llava", {})
    monkeypatch.setattr("agent.backends.loading.known_models.known_models", lambda: (toy,))
    (row,) = json.loads(ran("vision", "--json").stdout)
    assert (row["name"], row["revision"], row["licence"]) == ("owner/toy", None, "MIT")
    assert row["parameters"] == 1_000 * 1_024**2 + 10**6
    assert row["weights_bytes"]["nf4"] < row["weights_bytes"]["int8"] < row["weights_bytes"]["bf16"]
    sizes, tokens = ran("vision").stdout.splitlines()
    assert sizes.split()[:3] == ["owner/toy", "1.0", "B"]
    assert sizes.endswith("nf4; MIT")
    assert tokens.strip() == "576 tokens a picture of 4,096; unpinned"


def test_a_person_s_own_folder_is_named_as_it_is(own: Path) -> None:
    assert ran("path", "minilm-l6").stdout == f"{own}\n"
    assert json.loads(ran("path", "minilm-l6", "--json").stdout) == {"name": "minilm-l6", "path": str(own)}


def test_files_that_are_not_as_pinned_fail_the_check(own: Path) -> None:
    result = ran("verify", "minilm-l6")
    assert result.exit_code == 1
    assert result.stdout.startswith("minilm-l6: ")
    assert "missing" in result.stdout
    assert list(json.loads(ran("verify", "--json").stdout)) == ["minilm-l6"]


def test_where_nothing_is_here_there_is_nothing_to_check() -> None:
    result = ran("verify")
    assert (result.exit_code, result.stdout) == (0, "")
    assert json.loads(ran("verify", "--json").stdout) == {}


@pytest.mark.parametrize("command", ["path", "pull", "verify"])
def test_an_unknown_model_is_an_error_with_those_there_are(command: str) -> None:
    error = ran(command, "minilm").exception
    assert isinstance(error, TastemakerError)
    assert "minilm-l6" in str(error)


@pytest.fixture
def a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = gold_turns()[:1]
    monkeypatch.setattr("agent.evaluate.judge.turns.gold_turns", lambda: turns)


@pytest.mark.usefixtures("a_turn")
def test_what_a_model_proves_is_printed_and_kept_beside_its_weights(tmp_path: Path) -> None:
    folder = make_tiny_llava(tmp_path / "tiny")
    result = ran("judge", str(folder), "--jobs", "read")
    assert result.exit_code == 0, result.output
    name, figures, kept = result.stdout.splitlines()
    assert name.startswith(f"{folder} (tiny:auto@")
    assert figures.split()[:3] == ["read", "no", "better"]
    assert kept == f"Kept in {folder / CARD}."
    assert json.loads((folder / CARD).read_text())["jobs"]["read"]["n"] == 1


def test_a_judgement_is_one_document(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("agent.backends.model_card.cards_folder", lambda: tmp_path / "cards")
    monkeypatch.setattr("agent.backends.factory.open_model", lambda spec: ScriptedChat(lambda _: '{"must": []}'))
    document = json.loads(ran("judge", "openai:http://127.0.0.1:9/v1#m", "--jobs", "read", "--json").stdout)
    assert document["jobs"]["read"]["n"] == len(gold_turns())
    assert document["left_out"] == {}
    assert Path(document["kept"]).parent == tmp_path / "cards"


def test_a_card_is_listed_with_its_model(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.backends.model_card.cards_folder", lambda: tmp_path / "cards")
    choice = choose("smollm2-135m")
    figures = JobFigures(43, 0.5, 0.7, "classifier and rules", "turns read exactly right", 1.2)
    keep_card(choice, ModelCard(str(model_identity(choice)), choice.name, gold_digest(), {"read": figures}))
    lines = ran("list").stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if "smollm2-135m" in line)
    assert lines[at + 1].split(maxsplit=1) == ["read", figures.told()]
    rows = {row["name"]: row["card"] for row in json.loads(ran("list", "--json").stdout)}
    assert rows["smollm2-135m"]["jobs"]["read"]["model"] == 0.5
    assert rows["minilm-l6"] is None


def test_a_job_that_there_is_not_is_an_error_with_those_that_there_are() -> None:
    assert "describe, rerank, word, read" in str(getattr(ran("judge", "x", "--jobs", "cook").exception, "hint", ""))
