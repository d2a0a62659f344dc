"""The agent: one call or another, the same answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.answers import Answer, Event, RequestFields, TalkFields, UserTurn
from agent.errors import RequestError, WorkspaceUnwritable
from agent.pipeline.events import final_answer
from agent.recommender.agent import RecommendationAgent
from tests.support.worded import shop, without_weights, worded_agent


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    with worded_agent(tmp_path_factory.mktemp("shop") / "w", shop()) as opened:
        yield opened


def untimed(answer: Answer) -> Answer:
    return replace(answer, timings_s={}, dialogue=None)


def test_asked_whole_step_by_step_or_by_a_turn_the_answer_is_the_same(agent: RecommendationAgent) -> None:
    turn, told = UserTurn("a red lamp", filters=("price<=40",), k=2), list[Event]()
    whole = agent.recommend("a red lamp", filters=["price<=40"], k=2)
    assert untimed(final_answer(agent.stream("a red lamp", filters=["price<=40"], k=2))) == untimed(whole)
    assert untimed(agent.respond(turn, told.append)) == untimed(whole)
    assert [event.kind for event in told] == [event.kind for event in agent.answer(turn)][:-1]


def test_an_argument_that_there_is_not_is_refused_by_name(agent: RecommendationAgent) -> None:
    with pytest.raises(TypeError, match="'colour'"):
        agent.recommend("a lamp", colour="red")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="'user'"):
        agent.conversation().say("a lamp", user="ada")  # type: ignore[call-arg]


def test_paths_become_text_and_lists_become_tuples() -> None:
    turn = UserTurn.of("like this", {"images": [Path("a.png"), "b.png"], "audio": Path("c.ogg"), "k": 2}, RequestFields)
    assert turn == UserTurn("like this", images=("a.png", "b.png"), audio="c.ogg", k=2)
    assert UserTurn.of("", {"diversity": 0.5, "video": None}, TalkFields) == UserTurn(diversity=0.5)


def test_reasons_are_given_for_whatever_items_are_named(agent: RecommendationAgent) -> None:
    reasons = dict(agent.explain_list(["chair-blue", "lamp-red"], "a red lamp"))
    assert reasons.keys() == {"chair-blue", "lamp-red"}
    assert agent.explain("lamp-red", "a red lamp").claims == reasons["lamp-red"].claims
    with pytest.raises(RequestError, match="no item 'gone'"):
        agent.explain("gone", "a red lamp")
    with pytest.raises(RequestError, match="empty"):
        list(agent.explain_list([], "a red lamp"))


def test_a_list_is_ranked_without_reasons(agent: RecommendationAgent) -> None:
    ranked = agent.rank(UserTurn("a red lamp", k=4))
    assert len(ranked) == 4
    assert ranked[0].candidate.item.id == "lamp-red"


@pytest.mark.parametrize("epsilon", [None, "4"])
def test_what_people_did_is_learned_once_by_those_who_only_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, epsilon: str | None
) -> None:
    without_weights(monkeypatch)
    with worded_agent(tmp_path / "w", shop()) as owner:
        for user in ("ada", "ben", "cleo"):
            for thing in ("lamp", "rope", "tent"):
                owner.feedback(user, f"{thing}-red", "like")
    if epsilon is not None:
        monkeypatch.setenv("TASTEMAKER_PRIVACY_EPSILON", epsilon)
    with RecommendationAgent.read(tmp_path / "w") as one, RecommendationAgent.read(tmp_path / "w") as other:
        answers = [agent.recommend("", user="ada", k=3) for agent in (one, other)]
        kept = one.workspace.store.learned()
        with pytest.raises(WorkspaceUnwritable):
            one.feedback("ada", "lamp-red", "like")
    assert kept is not None
    assert untimed(answers[0]) == untimed(answers[1])
    with RecommendationAgent.read(tmp_path / "w") as again:
        assert again.workspace.store.learned() == kept
