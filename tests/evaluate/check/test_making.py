"""Journeys that are drawn from a catalog: the same by the same seed, of every sort, and right."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.errors import RequestError
from agent.evaluate.check import check, make_journeys
from agent.recommender import RecommendationAgent
from retrieval.items import Item
from tests.support.worded import worded_agent


def test_the_same_seed_draws_the_same(outdoor_shop: RecommendationAgent) -> None:
    first = make_journeys(outdoor_shop, 12, seed=3)
    assert first == make_journeys(outdoor_shop, 12, seed=3) != make_journeys(outdoor_shop, 12, seed=4)
    assert len({journey.name for journey in first}) == 12


def test_every_sort_is_drawn_and_all_hold(outdoor_shop: RecommendationAgent) -> None:
    journeys = make_journeys(outdoor_shop, 21, seed=1)
    sorts = [journey.name.split(":")[0] for journey in journeys]
    assert set(sorts) == {"limit", "refusal", "order", "others", "lacking", "question", "undo"}
    assert check(outdoor_shop, journeys).failures == ()


def test_a_catalog_that_does_not_give_so_many_gives_fewer(
    outdoor_shop: RecommendationAgent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.evaluate.check.making.SpokenCatalog.kinds", lambda *_: [])
    monkeypatch.setattr("agent.evaluate.check.making.SpokenCatalog.lacking", lambda *_: ["sofa"])
    assert 1 <= len(make_journeys(outdoor_shop, 20)) <= 3


def test_a_catalog_that_gives_none_is_said_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.evaluate.check.making.SpokenCatalog.lacking", lambda *_: [])
    with (
        worded_agent(tmp_path / "w", [Item("1", "One"), Item("2", "Two")]) as agent,
        pytest.raises(RequestError, match="No journeys can be drawn"),
    ):
        make_journeys(agent, 5)
