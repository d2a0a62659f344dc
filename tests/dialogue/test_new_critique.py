"""An axis that was not there, as `docs/extending.md` adds one: its entry in `axes.yaml` is all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent.config import AgentConfig
from agent.dialogue.conversation import Conversation
from agent.language.patterns import data
from agent.recommender import RecommendationAgent
from agent.understand.axes import axes
from retrieval.items import Item
from retrieval.schema import SCHEMA_FILE, Field, Schema, write_schema
from tests.support.shelf import WordEncoder, fill, units, word_models

SCHEMA = Schema([Field.of("title", "text"), Field.of("depth_cm", "number")])
ENTRY = """
depth:
  roles: [depth]
  more: {adjectives: [deep, 深], comparatives: [deeper]}
  less: {adjectives: [shallow], comparatives: [shallower]}
"""


@pytest.fixture
def talk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Conversation]:
    """A conversation over shelves of 1 to 40 cm depth, with the axis in the file."""

    def with_depth(room: str, file: str) -> dict[str, Any]:
        content = data(room, file)
        return {**content, "axes": {**content["axes"], **yaml.safe_load(ENTRY)}}

    monkeypatch.setattr("agent.understand.axes.data", with_depth)
    axes.cache_clear()
    items = [Item(str(at), f"Shelf {at}", attributes={"depth_cm": float(at)}) for at in range(1, 41)]
    vectors = {item.id: units(1, WordEncoder.dim, at) for at, item in enumerate(items)}
    workspace = fill(tmp_path / "w", items, {"text": vectors, "multilingual": vectors})
    write_schema(SCHEMA, workspace.path / SCHEMA_FILE)
    with RecommendationAgent(workspace, word_models(AgentConfig(llm="none"))) as agent:
        yield agent.conversation()
    axes.cache_clear()


@pytest.mark.parametrize(("text", "op"), [("deeper", ">"), ("too shallow", ">"), ("更深", ">"), ("less deep", "<")])
def test_criticism_on_a_new_axis_is_a_must_have_on_its_field(talk: Conversation, text: str, op: str) -> None:
    talk.say("a shelf", k=3)
    filters = talk.say(text, k=3).request.filters
    assert [filter_.startswith(f"depth_cm{op}") for filter_ in filters] == [True]
