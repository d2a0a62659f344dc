"""Evaluation and tuning as long work: what their reports hold, and for which catalog they count."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agent.errors import RequestError
from agent.evaluate.evaluate import Wanted
from retrieval.evaluation.judging import Rules
from retrieval.tuning.tuned import Tuned
from tests.support.apishelf import OpenService, word_agent
from ui.service.experiments import apply_tuning, catalog_state, evaluation, tuned_of
from ui.service.jobs import JobStopped
from ui.service.reports import KeptReport, Reports

CHAIR = {"id": "1", "title": "Red chair"}


def report_of(body: dict[str, Any]) -> KeptReport:
    return KeptReport("20260101-000000", "tuning", "tuning: tpe, 60 trials", 1.0, body)


def test_the_state_of_a_catalog_changes_with_every_item_and_comes_back(tmp_path: Path) -> None:
    with word_agent(tmp_path / "w") as agent:
        agent.put_items([CHAIR])
        before = catalog_state(agent)
        agent.put_items([CHAIR])
        assert catalog_state(agent) == before
        agent.put_items([CHAIR | {"price": 30}])
        dearer = catalog_state(agent)
        agent.put_items([{"id": "2", "title": "Lamp"}])
        more = catalog_state(agent)
        agent.delete_items(["2"])
        assert catalog_state(agent) == dearer
        assert len({before, dearer, more}) == 3


def test_a_report_says_what_a_tuning_found_unless_it_is_none_or_another_version_made_it() -> None:
    tuned = Tuned("tpe", 60, 0, ())
    document = json.loads(tuned.to_json())
    assert tuned_of(report_of({"tuned": document})) == tuned
    assert tuned_of(report_of({"tasks": []})) is None
    assert tuned_of(report_of({"tuned": document | {"version": -1}})) is None


def test_a_tuning_that_found_nothing_changes_nothing(shop: OpenService) -> None:
    nothing = {"tuned": json.loads(Tuned("tpe", 60, 0, ()).to_json()), "catalog": catalog_state(shop.agent)}
    with pytest.raises(RequestError, match="nothing to put to use"):
        apply_tuning(shop.agent, report_of(nothing))


def test_an_evaluation_that_is_stopped_keeps_no_report(shop: OpenService, tmp_path: Path) -> None:
    def stopped(stage: str, done: int = 0, total: int = 0) -> None:
        raise JobStopped

    work = evaluation(shop.agent, Wanted(("rrf",), ablate=False, rules=Rules(5, 0)), Reports(tmp_path))
    with pytest.raises(JobStopped):
        work(stopped)
    assert Reports(tmp_path).ids() == []
