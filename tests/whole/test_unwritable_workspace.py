"""A shop goes on recommending where nothing can be written any more."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.config import AgentConfig
from agent.doctor import examine
from agent.errors import WorkspaceUnwritable
from agent.recommender import RecommendationAgent
from retrieval.items import Item
from retrieval.storage.workspace import Workspace
from tests.support.rights import of_somebody_else
from tests.support.shelf import SCHEMA, WordEncoder, fill, word_models

ITEMS = [Item(str(at), f"Boats on the water {at}", category="Landscape") for at in range(6)]


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as root:
        Path(root).chmod(0o755)
        vectors = {item.id: WordEncoder().encode([item.title]) for item in ITEMS}
        workspace = fill(Path(root) / "w", ITEMS, {"text": vectors, "multilingual": vectors})
        workspace.schema.write(SCHEMA)
        with RecommendationAgent(workspace, word_models(AgentConfig(llm="none"))) as agent:
            agent.feedback("ada", "1", "like")
        yield Path(root) / "w"


def exported(agent: RecommendationAgent) -> str:
    return json.dumps(agent.export_user("ada"))


def test_search_talk_explanation_and_export_work_and_what_writes_says_why_not(folder: Path) -> None:
    models = word_models(AgentConfig(llm="none"))
    with of_somebody_else(folder), RecommendationAgent(Workspace.open(folder), models) as agent:
        before = exported(agent)
        assert '"like"' in before
        answer = agent.recommend("boats on the water", k=3, user="ada")
        assert len(answer.recommendations) == 3
        assert all(recommendation.explanation.text for recommendation in answer.recommendations)
        assert any("can only be read" in str(note) for note in answer.notes)
        talk = agent.conversation(user="ada")
        assert talk.say("boats on the water").recommendations
        assert exported(agent) == before
        with pytest.raises(WorkspaceUnwritable):
            agent.feedback("ada", "2", "like")
        assert exported(agent) == before


def test_doctor_says_what_cannot_be_written_and_what_is_damaged(folder: Path) -> None:
    config = AgentConfig(llm="none")
    with of_somebody_else(folder):
        notes = [diagnosis.says for diagnosis in examine(config, folder) if not diagnosis.well]
    assert any("the workspace can only be read" in note for note in notes)
    path = folder / "tastemaker.db"
    path.write_bytes(path.read_bytes().replace(b"Boats on the water 3", b"Boats on the water 4"))
    notes = [diagnosis.says for diagnosis in examine(config, folder) if not diagnosis.well]
    assert any("of the rows of items are not as they were written" in note for note in notes)
