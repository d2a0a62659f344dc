"""What rules do to answers, counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.answers import UserTurn
from agent.errors import EvaluationError, RuleError
from agent.evaluate.shop_rules import JudgedTurn, judged_turns, made_turns, rule_figures
from agent.recommender import RecommendationAgent
from tests.support.worded import COLOURS, shop, worded_agent


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[RecommendationAgent]:
    with worded_agent(tmp_path / "w", shop()) as opened:
        yield opened


def turns(agent: RecommendationAgent) -> list[JudgedTurn]:
    rows = agent.retriever.snapshot.rows
    return [JudgedTurn(colour, UserTurn(f"a {colour} tent"), {rows[f"tent-{colour}"]: 1.0}) for colour in COLOURS]


def test_a_rule_that_hides_what_is_asked_for_costs_what_it_hides(agent: RecommendationAgent) -> None:
    agent.set_rules([{"do": "hide", "items": ["tent-red"]}])
    figures = rule_figures(agent, turns(agent), k=1)
    assert (figures.n, figures.ndcg_without) == (3, 1.0)
    assert figures.changed == pytest.approx(1 / 3)
    assert figures.ndcg_with == pytest.approx(2 / 3)
    assert figures.difference.interval.mean == pytest.approx(-1 / 3)
    assert figures.promoted == 0.0


def test_what_is_promoted_is_counted(agent: RecommendationAgent) -> None:
    agent.set_rules([{"do": "pin", "items": ["tent-green"], "when": "tent"}])
    assert rule_figures(agent, turns(agent), k=2).promoted == pytest.approx(1 / 2)


def test_a_list_that_is_short_counts_against_the_best_that_there_could_be(agent: RecommendationAgent) -> None:
    agent.set_rules([{"do": "hide", "where": "category=lamp"}])
    rows = agent.retriever.snapshot.rows
    both = JudgedTurn("q", UserTurn("a red tent", k=5), {rows["tent-red"]: 1.0, rows["lamp-red"]: 1.0})
    assert rule_figures(agent, [both], k=5).ndcg_with < 1.0


def test_requests_of_a_file_are_those_that_have_an_answer(agent: RecommendationAgent, tmp_path: Path) -> None:
    queries, qrels = tmp_path / "q.jsonl", tmp_path / "q.trec"
    queries.write_text("\n".join(json.dumps({"qid": f"{n}", "text": "a red tent"}) for n in range(2)), encoding="utf-8")
    qrels.write_text("0 0 tent-red 1\n1 0 gone 1\n", encoding="utf-8")
    assert [turn.id for turn in judged_turns(agent, queries, qrels)] == ["0"]


def test_requests_can_be_made_from_the_catalog(agent: RecommendationAgent) -> None:
    made = made_turns(agent, 0)
    assert made
    assert all(turn.turn.text and turn.gains for turn in made)


def test_without_rules_or_requests_there_is_nothing_to_judge(agent: RecommendationAgent) -> None:
    with pytest.raises(RuleError, match="no rules"):
        rule_figures(agent, turns(agent))
    agent.set_rules([{"do": "hide", "items": ["tent-red"]}])
    with pytest.raises(EvaluationError, match="no request"):
        rule_figures(agent, [])
