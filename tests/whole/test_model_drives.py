"""On a machine with a GPU nothing is set, and the vision-language model describes, orders lists and words."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from agent.backends.chat.tiny_llava import make_tiny_llava
from agent.backends.model_card import JobFigures, ModelCard, gold_digest, keep_card
from agent.cli.main import app
from agent.config import AgentConfig
from agent.demo.requests import requests
from agent.doctor import examine
from agent.models import Models
from agent.recommender import RecommendationAgent
from tests.support.catalogs import write_rows
from tests.support.gpu import gpu_of
from tests.support.made_media import encoded, photo

LLAVA = "llava-hf/llava-1.5-7b-hf"
TITLES = ("Portrait of a young woman with flowers", "Boating", "Portrait of a gentleman")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_llava(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def museum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for number in range(len(TITLES)):
        (tmp_path / f"{number}.jpg").write_bytes(encoded(photo(seed=number)))
    rows = [{"id": str(number), "title": title, "image": f"{number}.jpg"} for number, title in enumerate(TITLES)]
    write_rows(tmp_path, *rows)
    shutil.copy(tmp_path / "0.jpg", tmp_path / "detail.jpg")
    monkeypatch.setattr("agent.demo.artworks.artworks", lambda progress=None: tmp_path)
    monkeypatch.setattr("agent.demo.requests.requests", lambda folder, k: requests(folder, k)[:2])
    return tmp_path


def ran(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def origins(workspace: Path) -> set[str]:
    with RecommendationAgent.open(workspace, AgentConfig(llm="none")) as agent:
        return {one.origin for item in agent.workspace.store.items() for one in item.descriptions}


def test_the_demo_alone_has_llava_describe_rerank_and_word(
    tiny: Path, museum: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What was described without a GPU stays until the next ingest, which the demo is.
    RecommendationAgent.from_catalog(museum / "catalog.jsonl", museum / "w", AgentConfig(llm="none")).close()
    assert all(origin.startswith("efficientnet") for origin in origins(museum / "w"))
    with gpu_of(monkeypatch, tiny):
        result = ran("demo", "-w", museum / "w", "-k", "2", "--json")
    assert result.exit_code == 0, result.output
    in_words, by_picture = json.loads(result.stdout[result.stdout.index("{") :])["answers"]
    assert in_words["backends"]["llm"] == by_picture["backends"]["describer"] == LLAVA
    assert all(entry["likelihood"] is not None for entry in in_words["recommendations"])
    # A toy says nonsense, which the check keeps from people: that it was asked is what can be told.
    assert all(entry["explanation"]["rejected"] for entry in in_words["recommendations"])
    assert origins(museum / "w") == {LLAVA}


def test_a_model_that_proved_worse_at_pictures_leaves_them_to_ours_and_doctor_says_why(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("agent.backends.model_card.cards_folder", lambda: tmp_path / "cards")
    with gpu_of(monkeypatch, tiny):
        models = Models(AgentConfig())
        choice = models.jobs["describe"].model
        assert choice is not None
        worse = JobFigures(26, 0.2, 0.7, "the embedded describer", "told", 0.3)
        better = JobFigures(40, 0.9, 0.76, "the order of retrieval", "nDCG@5", 0.3)
        keep_card(choice, ModelCard(f"{LLAVA}:auto@x", LLAVA, gold_digest(), {}))  # of another revision: not ours
        identity = _identity(choice)
        keep_card(choice, ModelCard(identity, LLAVA, gold_digest(), {"describe": worse, "rerank": better}))
        models = Models(AgentConfig())
        assert models.seeing is None
        assert models.jobs["rerank"].name == LLAVA
        told = {diagnosis.about: diagnosis.says for diagnosis in examine(AgentConfig(), None)}
        assert told["describing pictures"] == (
            f"embedded: {LLAVA} is no better: 0.20 against 0.70 of the embedded describer (told, 26 rows), 0.3 s"
        )
        assert told["ordering lists"].startswith(f"{LLAVA}: did it best of those that were judged: 0.90 against 0.76")


def test_too_little_memory_leaves_all_as_it_is_without_a_gpu(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with gpu_of(monkeypatch, tiny, free_gib=3):
        models = Models(AgentConfig())
        assert models.seeing is None
        assert models.jobs["word"].name == "smollm2-135m"


def _identity(choice: object) -> str:
    from agent.backends.identity import model_identity

    return str(model_identity(choice))  # type: ignore[arg-type]
