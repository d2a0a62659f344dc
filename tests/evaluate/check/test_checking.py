"""Going through journeys: those that ship hold, crashes are found, nothing is left behind."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from agent.config import load_config
from agent.evaluate.check import Journey, JourneyTurn, check, failures, read_journeys
from agent.recommender import RecommendationAgent

OUTDOOR = Path(__file__).with_name("outdoor_shop.yaml")


@pytest.fixture(scope="module")
def museum(demo_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    workspace = shutil.copytree(demo_workspace, tmp_path_factory.mktemp("museum") / "w")
    with RecommendationAgent.open(workspace, load_config(llm="none")) as agent:
        yield agent


def test_the_journeys_that_ship_hold_on_the_demo(museum: RecommendationAgent) -> None:
    with as_file(files("agent.demo") / "journeys.yaml") as path:
        journeys = read_journeys(path, museum.pipeline.schema)
    told: list[int] = []
    report = check(museum, journeys, told.append)
    assert report.failures == ()
    assert report.journeys == len(journeys) == told[-1] >= 15
    assert report.turns >= 80
    assert report.expectations > 3 * report.turns


def test_the_journeys_of_the_shop_hold(outdoor_shop: RecommendationAgent) -> None:
    report = check(outdoor_shop, read_journeys(OUTDOOR, outdoor_shop.pipeline.schema))
    assert report.failures == ()


def test_a_turn_that_fails_is_told_and_does_not_end_its_journey(outdoor_shop: RecommendationAgent) -> None:
    turns = (
        JourneyTurn(say="the cheapest tents", has=("tent-3",), order="price desc"),
        JourneyTurn(say="undo", act=("more",)),
        JourneyTurn(say="thanks", act=("thanks",)),
    )
    failed = list(failures(outdoor_shop, Journey(name="tents", turns=turns)))
    assert [(failure.turn, failure.say) for failure in failed] == [(1, "the cheapest tents"), (2, "undo")]
    assert (failed[0].journey, failed[0].expected, failed[0].came) == ("tents", "order price desc", "price asc")


def test_a_crash_is_a_failure_of_its_own_and_ends_only_its_journey(
    outdoor_shop: RecommendationAgent, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> int:
        raise KeyError("lost")

    monkeypatch.setattr("agent.pipeline.pipeline.Pipeline.count", crash)
    counting = Journey(name="count", turns=(JourneyTurn(say="how many tents are there?"), JourneyTurn(say="thanks")))
    thanks = Journey(name="thanks", turns=(JourneyTurn(say="thanks", act=("thanks",)),))
    (failure,) = check(outdoor_shop, (counting, thanks)).failures
    assert (failure.journey, failure.turn, failure.came) == ("count", 1, "KeyError: 'lost'")


def test_nothing_of_a_journey_is_left_behind(outdoor_shop: RecommendationAgent) -> None:
    said = (JourneyTurn(say="the cheapest tents"), JourneyTurn(say="I love the first"))
    known = outdoor_shop.export_user("ada")
    list(failures(outdoor_shop, Journey(name="ada's", user="ada", turns=said)))
    assert outdoor_shop.export_user("ada") == known
