"""The chat, piped: one document for every line, commands, and going on with a conversation."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.cli import chat_command
from agent.cli.chat_command import COMMANDS, TerminalChat
from agent.config import AgentConfig
from agent.errors import TastemakerError
from agent.recommender import RecommendationAgent
from retrieval.items import Item
from retrieval.schema import SCHEMA_FILE, Field, Schema, write_schema
from tests.support.shelf import WordEncoder, fill, units, word_models


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[RecommendationAgent]:
    items = [Item(str(at), f"Lamp {at}", price=float(at)) for at in range(12)]
    vectors = {item.id: units(1, WordEncoder.dim, at) for at, item in enumerate(items)}
    workspace = fill(tmp_path / "w", items, {"text": vectors, "multilingual": vectors})
    write_schema(Schema([Field.of("title", "text"), Field.of("price", "number")]), workspace.path / SCHEMA_FILE)
    models = word_models(AgentConfig(llm="none"))
    with RecommendationAgent(workspace, models) as opened:
        yield opened


def piped(
    agent: RecommendationAgent,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *typed: str,
    user: str | None = None,
    conversation: str | None = None,
) -> list[dict[str, Any]]:
    """What the chat prints for these lines."""
    chat = TerminalChat(agent, agent.conversation(conversation, user), 3, None, as_json=True)
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(typed)))
    for line in chat_command.lines():
        try:
            chat.take(line)
        except TastemakerError as error:
            chat.fail(error)
    text, at, documents = capsys.readouterr().out, 0, []
    while at < len(text):
        document, at = json.JSONDecoder().raw_decode(text, at)
        documents.append(document)
        at += 1
    return documents


def test_every_line_gives_one_document(
    agent: RecommendationAgent, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = [
        "lamp",
        "",
        "cheaper",
        "/why 1",
        "/why 9",
        "/nonsense",
        "thanks",
        "/help",
        "/undo",
        "/new lamp",
        "/quit",
        "x",
    ]
    documents = piped(agent, capsys, monkeypatch, *typed)
    assert len(documents) == len(typed) - 3  # nothing for the empty line and from /quit on
    lists = [entry for entry in documents if "recommendations" in entry]
    assert [entry["dialogue"]["turn"] for entry in lists] == [1, 2, 3, 2, 3]
    assert (lists[2]["dialogue"]["act"], lists[2]["recommendations"]) == ("thanks", [])
    assert lists[2]["reply"]
    assert lists[3]["recommendations"][0]["item"] == lists[1]["recommendations"][0]["item"]
    assert documents[2]["item"] == lists[1]["recommendations"][0]["item"]
    assert [list(entry) for entry in documents[3:5]] == [["error"]] * 2
    assert documents[6]["commands"] == COMMANDS


def test_a_conversation_is_gone_on_with_by_its_id(
    agent: RecommendationAgent, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = piped(agent, capsys, monkeypatch, "lamp", user="ada")
    (second,) = piped(agent, capsys, monkeypatch, "more", user="ada", conversation=first["dialogue"]["id"])
    assert second["dialogue"] == {**first["dialogue"], "turn": 2, "follows": True, "act": "more"}
    shown = [{entry["item"]["id"] for entry in answer["recommendations"]} for answer in (first, second)]
    assert not shown[0] & shown[1]


def test_the_reasons_of_a_list_are_told_after_the_conversation_was_resumed(
    agent: RecommendationAgent, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = piped(agent, capsys, monkeypatch, "lamp")
    why, compared, again = piped(
        agent, capsys, monkeypatch, "/why 2", "compare the first two", "/why 2", conversation=first["dialogue"]["id"]
    )
    assert why["item"] == again["item"] == compared["recommendations"][1]["item"] == first["recommendations"][1]["item"]
    assert why["rank"] == 2


def test_opinions_are_kept_where_it_is_known_whose_they_are(
    agent: RecommendationAgent, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, liked, hidden = piped(agent, capsys, monkeypatch, "lamp", "/like 1", "/hide 2", user="ada")
    ids = [entry["item"]["id"] for entry in answer["recommendations"]]
    assert (liked, hidden) == ({"kind": "like", "item_id": ids[0]}, {"kind": "hide", "item_id": ids[1]})
    assert {(entry.kind, entry.item_id) for entry in agent.workspace.store.interactions("ada")} == {
        ("like", ids[0]),
        ("hide", ids[1]),
    }
    _, liked, refused = piped(agent, capsys, monkeypatch, "lamp", "/like 1", "/save 1")
    assert liked["kind"] == "like"
    assert "not known who" in refused["error"]["what"]
