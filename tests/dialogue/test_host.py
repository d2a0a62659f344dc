"""Hosts: a conversation asks little of the agent that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.dialogue.conversation import Conversation
from agent.dialogue.host import Host
from agent.models import Models
from agent.people.feedback import Feedback
from agent.pipeline.pipeline import Pipeline
from retrieval.storage.workspace import Workspace
from tests.support.worded import shop, worded_agent


class Bare:
    """An agent that is nothing but a host."""

    def __init__(self, workspace: Workspace, models: Models) -> None:
        self.workspace = workspace
        self.models = models
        self.pipeline = Pipeline(workspace, models)

    def feedback(self, user: str, item_id: str, kind: str, reason: str = "") -> Feedback:
        return self.pipeline.people.feedback(user, item_id, kind, reason)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    with worded_agent(tmp_path / "w", shop()) as agent:
        yield Bare(agent.workspace, agent.models)


def test_a_conversation_is_held_and_resumed_over_any_host(host: Host) -> None:
    talk = Conversation.begin(host, "ada")
    first = talk.say("a red lamp", k=2)
    assert first.recommendations[0].item.id == "lamp-red"
    again = Conversation.resume(host, talk.id, "ada")
    assert again.state.last == talk.state.last
    assert again.why(1).item.id == "lamp-red"


def test_what_a_person_thinks_of_an_item_goes_to_the_host(host: Host) -> None:
    talk = Conversation.begin(host, "ada")
    talk.say("a red lamp", k=2)
    talk.judge("lamp-red", "like", "it is bright")
    (event,) = host.workspace.store.interactions("ada")
    assert (event.item_id, event.kind) == ("lamp-red", "like")
