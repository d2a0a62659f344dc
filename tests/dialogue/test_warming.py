"""Warming: the first person to ask finds everything loaded, and no trace of the request that loaded it."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.config import AgentConfig
from agent.dialogue.warming import warm_up
from agent.errors import RequestError
from agent.recommender import RecommendationAgent
from retrieval.items import Item
from retrieval.schema import SCHEMA_FILE, write_schema
from tests.support.shelf import SCHEMA, WordEncoder, fill, word_models


def agent_over(folder: Path, *items: Item) -> RecommendationAgent:
    vectors = {item.id: WordEncoder().encode([item.title]) for item in items}
    workspace = fill(folder, items, {"text": vectors, "multilingual": vectors})
    write_schema(SCHEMA, workspace.path / SCHEMA_FILE)
    models = word_models(AgentConfig(llm="none"))
    return RecommendationAgent(workspace, models)


def test_warming_reads_what_answers_need_and_keeps_nothing(tmp_path: Path) -> None:
    with agent_over(tmp_path / "w", Item("1", "Boats on a river"), Item("2", "A lamp")) as agent:
        answer = warm_up(agent)
        assert len(answer.recommendations) == 1
        assert {"snapshot", "lexical", "vocabulary", "measures", "mentions"} <= vars(agent.pipeline.holdings).keys()
        assert agent.workspace.store.conversations("") == []
        assert agent.workspace.store.interaction_state().n_events == 0


def test_an_empty_workspace_says_that_it_holds_nothing(tmp_path: Path) -> None:
    with agent_over(tmp_path / "w") as agent, pytest.raises(RequestError, match="holds no items"):
        warm_up(agent)
