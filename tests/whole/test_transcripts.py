"""Whole conversations over the demo catalog: what is shown, which must-haves hold, what the claims rest on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from agent import Answer, RecommendationAgent, load_config
from agent.dialogue.conversation import Conversation
from agent.explain.claims import resolve
from agent.understand.measures import Measures
from tests.support.critique_set import cases, wrong
from tests.support.places import TRANSCRIPTS

RIGHT = 0.95  # share of criticism after which the list must have moved the right way


@pytest.fixture(scope="module")
def agent(demo_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    workspace = shutil.copytree(demo_workspace, tmp_path_factory.mktemp("talk") / "w")
    with RecommendationAgent.open(workspace, load_config(llm="none")) as opened:
        yield opened


@pytest.mark.parametrize("name", ["english", "chinese"])
def test_a_conversation_of_ten_turns_goes_as_people_expect(agent: RecommendationAgent, name: str) -> None:
    talk, before = agent.conversation(), list[str]()
    for turn in yaml.safe_load((TRANSCRIPTS / f"{name}.yaml").read_text(encoding="utf-8")):
        if "error" in turn:
            state = talk.state
            assert turn["error"] in talk.say(turn["say"]).reply
            assert talk.state.last == state.last
            continue
        answer = talk.say(turn["say"], k=3)
        Checks(agent, talk, answer, before).all(turn)
        before = list(talk.state.last)


def test_criticism_moves_the_list_the_right_way(agent: RecommendationAgent) -> None:
    said = cases("artworks")
    assert len(said) >= 50
    failed = [what for case in said if (what := wrong(agent, case))]
    assert 1 - len(failed) / len(said) >= RIGHT, failed


class Checks:
    """What must hold of one answer."""

    def __init__(self, agent: RecommendationAgent, talk: Conversation, answer: Answer, before: list[str]) -> None:
        self._measures = Measures(agent.retriever.snapshot, agent.vocabulary, agent.models)
        self._talk, self._answer, self._before = talk, answer, before
        self._shown = [one.item.id for one in answer.recommendations]

    def all(self, turn: dict[str, Any]) -> None:
        answer, said = self._answer, turn["say"]
        assert answer.dialogue is not None, said
        assert answer.dialogue.follows == turn["follows"], said
        assert bool(answer.recommendations) != turn.get("empty", False), said
        assert answer.recommendations or answer.notes or answer.reply, said
        if "top" in turn:
            assert answer.recommendations[0].item.title in turn["top"], said
        if "filters" in turn:
            assert list(answer.request.filters) == turn["filters"], said
        if "same" in turn:
            assert self._shown == [self._before[number - 1] for number in turn["same"]], said
        elif said not in ("undo", "撤销") and "filters" not in turn:
            assert not set(self._shown) & set(self._before), said  # what meets other must-haves may stay
        self._bounds(turn)
        self._claims(turn)

    def _bounds(self, turn: dict[str, Any]) -> None:
        for measure, number in turn.get("below", {}).items():
            assert (self._values(measure, self._shown) < self._of(measure, number)).all()
        for measure, number in turn.get("above", {}).items():
            assert (self._values(measure, self._shown) > self._of(measure, number)).all()

    def _claims(self, turn: dict[str, Any]) -> None:
        document = self._answer.to_dict()
        for one in document["recommendations"]:
            assert one["explanation"]["claims"]
            for claim in one["explanation"]["claims"]:
                for evidence in claim["evidence"]:
                    pointed = {**one, "request": document["request"], "recommendations": document["recommendations"]}
                    assert resolve(evidence["pointer"], pointed) is not None
        if word := turn.get("claim"):
            told = (claim.text for one in self._answer.recommendations for claim in one.explanation.claims)
            assert any(word.casefold() in text.casefold() for text in told), turn["say"]

    def _values(self, measure: str, items: list[str]) -> np.ndarray:
        return self._measures.of(measure)[[self._measures.snapshot.rows[one] for one in items]]

    def _of(self, measure: str, number: int) -> float:
        return float(self._values(measure, [self._before[number - 1]])[0])
