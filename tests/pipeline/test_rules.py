"""Rules of the shop in answers: followed as far as the person's own words let them, and admitted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from agent.answers import Answer, UserTurn
from agent.cli.output import print_recommendation
from agent.config import load_config
from agent.recommender import RecommendationAgent
from tests.support.worded import WordedModels, shop, worded_agent


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    with worded_agent(tmp_path_factory.mktemp("rules") / "w", shop()) as opened:
        yield opened


@pytest.fixture(autouse=True)
def no_rules(agent: RecommendationAgent) -> Iterator[None]:
    yield
    agent.set_rules([])


def ids(answer: Answer) -> list[str]:
    return [recommendation.item.id for recommendation in answer.recommendations]


def ruled(agent: RecommendationAgent, text: str, *rules: Mapping[str, object], **fields: object) -> Answer:
    agent.set_rules(rules)
    return agent.recommend(text, **{"k": 3, **fields})  # type: ignore[arg-type]


PIN: Mapping[str, object] = {"do": "pin", "items": ["tent-green"], "when": ["tent"]}


def test_what_is_pinned_leads_and_is_told_as_promoted(
    agent: RecommendationAgent, capsys: pytest.CaptureFixture
) -> None:
    answer = ruled(agent, "a red tent", PIN)
    assert ids(answer)[:2] == ["tent-green", "tent-red"]
    assert [recommendation.promoted for recommendation in answer.recommendations[:2]] == [True, False]
    assert answer.recommendations[0].to_dict()["promoted"] is True
    assert answer.recommendations[0].decided is None  # no channel has put it there
    print_recommendation(answer.recommendations[0])
    assert "promoted by the shop" in capsys.readouterr().out


def test_a_rule_for_other_words_changes_nothing(agent: RecommendationAgent) -> None:
    plain = ids(agent.recommend("a red lamp", k=3))
    answer = ruled(agent, "a red lamp", PIN)
    assert ids(answer) == plain
    assert not any(recommendation.promoted for recommendation in answer.recommendations)


def test_no_rule_breaks_a_must_have(agent: RecommendationAgent) -> None:
    answer = ruled(agent, "a tent", PIN, {"do": "boost", "where": "price>20"}, filters=["price<23.5"])
    assert "tent-green" not in ids(answer)
    assert all(recommendation.item.price < 23.5 for recommendation in answer.recommendations)  # type: ignore[operator]


def test_no_rule_brings_back_what_was_refused(agent: RecommendationAgent) -> None:
    answer = ruled(agent, "a tent, not green", PIN)
    assert "tent-green" not in ids(answer)


def test_an_order_that_is_asked_for_is_kept(agent: RecommendationAgent) -> None:
    answer = ruled(agent, "the cheapest tent", PIN)
    prices = [recommendation.item.price for recommendation in answer.recommendations]
    assert prices == sorted(prices)  # type: ignore[type-var]
    assert not any(recommendation.promoted for recommendation in answer.recommendations)


def test_what_is_boosted_rises_by_its_places(agent: RecommendationAgent) -> None:
    before = ids(agent.recommend("a red tent", k=5))
    after = ids(ruled(agent, "a red tent", {"do": "boost", "items": before[-1], "places": 1}, k=5))
    assert after == [*before[:-2], before[-1], before[-2]]


def test_what_is_buried_comes_last_and_what_is_hidden_not_at_all(agent: RecommendationAgent) -> None:
    buried = ids(ruled(agent, "a red tent", {"do": "bury", "items": "tent-red"}, k=36))
    assert buried[0] != "tent-red"
    hidden = {"do": "hide", "where": "category=tent"}
    assert not [found for found in ids(ruled(agent, "a red tent", hidden, k=36)) if found.startswith("tent")]
    assert not [hit for hit in agent.search(UserTurn("a red tent", k=36)).candidates if hit.item.category == "tent"]


def test_words_of_a_synonym_find_what_they_mean_and_that_is_told(agent: RecommendationAgent) -> None:
    answer = ruled(agent, "a red bivouac", {"do": "synonym", "when": "bivouac", "means": "tent"})
    assert ids(answer)[0] == "tent-red"
    assert "“bivouac” is read as “tent” here." in answer.notes


def test_a_synonym_is_known_in_a_conversation(agent: RecommendationAgent) -> None:
    agent.set_rules([{"do": "synonym", "when": "bivouac", "means": "tent"}])
    talks = {thing: agent.conversation() for thing in ("bivouac", "tent")}
    for wish in ("a red {}", "rather a blue {}", "which {} is the cheapest?", "show me another {}"):
        said = {thing: talk.say(wish.format(thing), k=2) for thing, talk in talks.items()}
        assert ids(said["bivouac"]) == ids(said["tent"])


def test_settings_can_leave_the_rules_out(agent: RecommendationAgent) -> None:
    agent.set_rules([PIN])
    with_rules = agent.pipeline
    without = type(with_rules)(agent.workspace, WordedModels(load_config(llm="none", rules=False)))
    assert without.rulebook.rules == ()
    assert len(with_rules.rulebook.rules) == 1
