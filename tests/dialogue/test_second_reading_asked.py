"""A conversation with a model that reads turns: where it and the rules differ, the person is asked."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.backends.chat.scripted import ScriptedChat
from agent.backends.protocols import Chat
from agent.config import load_config
from agent.dialogue.conversation import Conversation
from agent.errors import ModelError
from agent.models import Models
from agent.recommender import RecommendationAgent

SAID = "a jacket, 130 is what my purse holds"


def reads(chat: Chat) -> str:
    """What a model answers that understands purses, and sees a must in a colour that is only wished for."""
    request = chat[-1].text.rpartition("Request: ")[2]
    if "purse" in request:
        row = {"words": "130 is what my purse holds", "field": "price", "op": "<=", "values": ["130"]}
        return json.dumps({"must": [row]})
    if "breaks" in request:
        raise ModelError("The model is broken.", "Mend it.")
    return json.dumps({"must": []})


class ReadModels(Models):
    """Models of which one proved that it reads turns."""

    reading = ScriptedChat(reads)


@pytest.fixture(scope="module")
def agent(outdoor_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    workspace = shutil.copytree(outdoor_workspace, tmp_path_factory.mktemp("read") / "w")
    with RecommendationAgent.open(workspace, load_config(llm="none")) as opened:
        opened.models = opened.pipeline.models = ReadModels(load_config(llm="none"))
        yield opened


@pytest.fixture
def talk(agent: RecommendationAgent) -> Conversation:
    return agent.conversation()


def test_the_person_is_asked_and_yes_makes_it_a_must_have(talk: Conversation) -> None:
    asked = talk.say(SAID)
    assert asked.request.filters == ()
    assert asked.dialogue is not None
    question = asked.dialogue.question
    assert question is not None
    assert question.text == "“130 is what my purse holds” counts as a wish. Must it be price<=130?"
    assert [option.label for option in question.options] == ["price<=130"]
    answered = talk.say("yes")
    assert answered.request.filters == ("price<=130",)
    assert all(entry.item.price is not None and entry.item.price <= 130 for entry in answered.recommendations)


def test_the_option_itself_is_an_answer_too_and_no_leaves_all_as_it_is(
    agent: RecommendationAgent, talk: Conversation
) -> None:
    talk.say(SAID)
    assert talk.say("price<=130").request.filters == ("price<=130",)
    other = agent.conversation()
    other.say(SAID)
    assert other.say("no").request.filters == ()


def test_what_only_the_rules_read_counts_and_is_told(talk: Conversation) -> None:
    answer = talk.say("a jacket under 130")
    assert answer.request.filters == ("price<130",)
    assert any(note.startswith("price<130 was read by rules; scripted does not take it") for note in answer.notes)


def test_a_model_that_fails_leaves_the_turn_to_the_rules_and_says_so(talk: Conversation) -> None:
    answer = talk.say("a jacket under 130 that never breaks")
    assert answer.request.filters == ("price<130",)
    assert "The request was read by rules alone. The model is broken." in answer.notes


def test_who_asks_once_cannot_be_asked_and_is_told(agent: RecommendationAgent) -> None:
    answer = agent.recommend(SAID, k=2)
    assert answer.request.filters == ()
    assert any("takes “130 is what my purse holds” for a must-have, price<=130" in note for note in answer.notes)


def test_a_search_asks_no_model(agent: RecommendationAgent) -> None:
    before = len(agent.models.reading.calls)  # type: ignore[union-attr]
    agent.search("a jacket under 130")
    assert len(agent.models.reading.calls) == before  # type: ignore[union-attr]
