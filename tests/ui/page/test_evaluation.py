"""The evaluation page without a browser: reports stay and can be compared, and tuning changes nothing by itself."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from agent.errors import RequestError, WorkspaceError
from agent.evaluate.evaluate import Wanted
from agent.recommender import RecommendationAgent
from agent.retrieve.tuned import load_tuned
from retrieval.evaluation.judging import Rules
from retrieval.evaluation.significance import Interval
from retrieval.tuning.fusions import Effort
from retrieval.tuning.guard import Verdict
from retrieval.tuning.setting import FusionSetting
from retrieval.tuning.tuned import Tuned, TuningFinding
from tests.support.apishelf import OpenService, word_agent
from tests.support.catalogs import write_rows
from ui.page.evaluation.page import EvaluationAnswers
from ui.page.evaluation.view import compared, compared_html, in_use_html, judged_by_html, report_html, when
from ui.page.shared.job_panel import JobWatch
from ui.page.shared.words import Words
from ui.service.experiments import apply_tuning, catalog_state, evaluation, reset_tuning, tuning
from ui.service.jobs import JobStopped
from ui.service.reports import MOST, KeptReport, Reports
from ui.service.service import Service

EN, ZH = Words("en"), Words("zh")
HOSTILE = "<script>alert(1)</script>"
COLOURS = ("red", "blue", "green", "white", "black")
THINGS = ("lamp", "chair", "table", "vase", "clock", "shelf")


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    folder = tmp_path_factory.mktemp("evaluated")
    rows = [
        {"id": f"{colour}-{thing}", "title": f"{colour.title()} {thing}", "category": thing, "colour": colour}
        for colour in COLOURS
        for thing in THINGS
    ]
    with word_agent(folder / "w") as opened:
        opened.ingest(write_rows(folder, *rows))
        for who, colour in enumerate(COLOURS * 3):
            for thing in (*THINGS[who % 3 :], *THINGS[: who % 3])[:5]:
                opened.feedback(f"person {who}", f"{colour}-{thing}", "like")
        yield opened


@pytest.fixture
def reports(tmp_path: Path) -> Reports:
    return Reports(tmp_path / "w")


@pytest.fixture(scope="module")
def evaluated(agent: RecommendationAgent, tmp_path_factory: pytest.TempPathFactory) -> KeptReport:
    told: list[str] = []
    wanted = Wanted(("weighted", "rrf"), ablate=True, splits=("leave-one-out",), rules=Rules(5, 0))
    work = evaluation(agent, wanted, Reports(tmp_path_factory.mktemp("reports")))
    made = work(lambda stage, done=0, total=0: told.append(stage))
    assert told[-1] == "drawing"
    return made


def tuned_report(agent: RecommendationAgent, *, kept: bool = True) -> KeptReport:
    one = Interval(0.5, 0.4, 0.6)
    verdict = Verdict(kept, f"better {HOSTILE}", one, one, one, 30)
    setting = FusionSetting.of("rrf", {"lexical": 0.5, "text": 0.5})
    finding = TuningFinding("text", "before", "after", 60, 40, "title", verdict, setting if kept else None)
    tuned = Tuned("tpe", 60, 0, (finding,))
    body = {"tuned": json.loads(tuned.to_json()), "notes": [HOSTILE], "stopped": False, "catalog": catalog_state(agent)}
    return KeptReport("20260101-000000", "tuning", "tpe, 60 trials", 12.0, body)


# Reports


def test_reports_are_read_back_the_newest_first_and_the_oldest_go(reports: Reports) -> None:
    kept = [reports.keep("evaluation", f"{at}", 1.0, {"at": at}) for at in range(MOST + 3)]
    assert reports.ids() == [one.id for one in reversed(kept)][:MOST]
    assert reports.find(kept[-1].id) == kept[-1]
    assert reports.find(kept[0].id) is None


def test_only_ids_of_reports_are_looked_for_and_damage_is_no_report(reports: Reports, tmp_path: Path) -> None:
    kept = reports.keep("evaluation", "x", 1.0, {})
    (file,) = tmp_path.rglob("*.json")
    (tmp_path / "w" / "secret.json").write_text(file.read_text())
    assert reports.find("../../secret") is None
    file.write_text("{")
    assert reports.find(kept.id) is None


def test_a_full_disk_is_told(reports: Reports, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("ui.service.reports.write_text", full)
    with pytest.raises(WorkspaceError, match="No space left"):
        reports.keep("evaluation", "x", 1.0, {})
    assert reports.ids() == []


# Evaluations


def test_an_evaluation_says_what_it_is_judged_by_and_shows_table_and_plot(evaluated: KeptReport) -> None:
    shown = report_html(evaluated, EN)
    assert "leave-one-out" in shown
    assert "nDCG@5" in shown
    assert "data:image/svg+xml;base64," in shown
    for name in ("text only", "behaviour only", "weighted", "rrf"):
        assert f'<th scope="row">{name}</th>' in shown
    assert "baseline" in shown
    assert "基线" in report_html(evaluated, ZH)
    assert when(evaluated).endswith("weighted, rrf, modalities alone, leave-one-out; @5")


def test_a_report_escapes_what_comes_from_outside(evaluated: KeptReport, agent: RecommendationAgent) -> None:
    body = {**evaluated.body, "catalog": HOSTILE, "notes": [HOSTILE]}
    assert "<script" not in report_html(replace(evaluated, title=HOSTILE, body=body), EN)
    assert "<script" not in report_html(tuned_report(agent), EN)


def test_two_evaluations_are_compared_where_both_have_figures(
    evaluated: KeptReport, agent: RecommendationAgent
) -> None:
    tasks = json.loads(json.dumps(evaluated.body["tasks"]))
    rows = {row["name"]: row for row in tasks[0]["rows"]}
    rows["rrf"]["figures"]["nDCG@5"]["mean"] += 0.125
    tasks[0]["rows"] = [rows["rrf"], rows["text only"]]
    other = replace(evaluated, id="20270101-000000", body={**evaluated.body, "tasks": tasks})
    found = {one.name: one.difference for one in compared(evaluated, other)}
    assert found == {"rrf": "+0.125", "text only": "+0.000"}
    assert "not tested for chance" in compared_html(evaluated, other, EN)
    assert compared_html(evaluated, tuned_report(agent), EN) == ""


def test_a_page_says_by_what_an_evaluation_would_judge() -> None:
    assert "requests made from the catalog itself" in judged_by_html(0, 0, EN)
    assert "people: 30, events: 1,200" in judged_by_html(1_200, 30, EN)


# Tuning


def test_what_tuning_found_is_used_once_somebody_says_so_and_can_be_taken_back(agent: RecommendationAgent) -> None:
    report = tuned_report(agent)
    assert "would be used" in report_html(report, EN)
    assert load_tuned(agent.workspace.store) is None
    apply_tuning(agent, report)
    assert agent.pipeline.tuned is not None
    assert "after (better" in in_use_html(agent.pipeline.tuned, EN)
    reset_tuning(agent)
    assert agent.pipeline.tuned is None
    assert "defaults are in use" in in_use_html(None, EN)


def test_nothing_is_put_to_use_that_is_unproven_or_of_another_catalog(
    agent: RecommendationAgent, evaluated: KeptReport
) -> None:
    report = tuned_report(agent)
    for wrong, why in (
        (tuned_report(agent, kept=False), "nothing to put to use"),
        (evaluated, "nothing to put to use"),
        (replace(report, body={**report.body, "catalog": "another"}), "catalog has changed"),
    ):
        with pytest.raises(RequestError, match=why):
            apply_tuning(agent, wrong)
    assert load_tuned(agent.workspace.store) is None
    assert "there is nothing to change" in report_html(tuned_report(agent, kept=False), EN)


@pytest.mark.parametrize("why", ["stopped", "time is up"])
def test_a_tuning_that_ends_early_keeps_its_report_and_changes_nothing(
    agent: RecommendationAgent, reports: Reports, why: str
) -> None:
    def told(stage: str, done: int = 0, total: int = 0) -> None:
        if why == "stopped" and done:
            raise JobStopped

    report = tuning(agent, Effort(trials=4), None if why == "stopped" else 0.0, reports)(told)
    assert report.body["stopped"]
    assert reports.find(report.id) == report
    assert "Stopped before its end" in report_html(report, EN)
    assert load_tuned(agent.workspace.store) is None


# The page


def asking() -> Any:
    return SimpleNamespace(headers={"accept-language": "en"}, cookies={})


@pytest.fixture(scope="module")
def service(agent: RecommendationAgent) -> Service:
    return OpenService(agent)


def test_an_evaluation_that_is_started_shows_its_report_when_it_has_ended(service: Service) -> None:
    page = EvaluationAnswers(service, JobWatch(service))
    judged, splits, _ = page.state(asking())
    assert "people: 15, events: 75" in judged
    assert splits["visible"]
    failure, *_ = page.evaluate(["weighted"], False, ["leave-one-out"], None, 3.0, asking())  # type: ignore[arg-type]
    assert failure == ""
    job = service.jobs.current
    assert job is not None
    report = job.wait(60).result
    *_, newest, first, second = page.look(asking())
    assert newest == first["value"] == report.id
    assert [id for _, id in second["choices"]] == ["", report.id]
    shown, apply = page.show(first["value"], None, asking())
    assert "seed 3" in shown
    assert not apply["visible"]
    *_, unchanged, _, _ = page.look(asking(), report.id)
    assert unchanged != report.id  # a page that shows the newest is left as it is


def test_what_cannot_be_started_is_told_in_the_page(service: Service) -> None:
    page = EvaluationAnswers(service, JobWatch(service))
    page.evaluate(["nonsense"], False, [], 10, 0, asking())
    job = service.jobs.current
    assert job is not None
    assert job.wait(60).phase == "failed"
    assert "There is no fusion" in JobWatch(service).view(EN)[0]
    assert "nothing to put to use" in page.put_to_use(page.look(asking())[-2]["value"], asking())[0]
