"""The catalog page without a browser: what it shows of a catalog, of work and of descriptions, and what it starts."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from agent.errors import WorkspaceError
from agent.ingest.catalog import IngestReport
from agent.perceive.items import PERSON
from retrieval.catalog.problems import RowProblem
from retrieval.items import Description, Item, Media
from retrieval.schema import SCHEMA_FILE, load_schema
from retrieval.storage.stored import StoredItem
from tests.support.apishelf import ROWS, OpenService, word_agent
from tests.support.catalogs import write_rows
from ui.page.catalog.page import CatalogAnswers
from ui.page.catalog.seen import SeenAnswers
from ui.page.catalog.view import AT_ONCE, cell, ingested_html, preview_html, seen_html, seen_in
from ui.page.catalog.view import ROWS as SHOWN_ROWS
from ui.page.shared.job_panel import JobWatch
from ui.page.shared.job_view import duration, failure_html, job_html
from ui.page.shared.words import Words
from ui.service.jobs import JobState
from ui.service.preview import FLAGS, preview
from ui.service.service import Service

EN, ZH = Words("en"), Words("zh")
HOSTILE = "<script>alert(1)</script>{{ 7*7 }}"


def test_a_preview_escapes_all_that_a_catalog_says_and_shows_its_first_rows(tmp_path: Path) -> None:
    rows = [{"id": f"{at}", "title": f"{HOSTILE} {at}", "note": "a\nb" * 90} for at in range(30)]
    found = preview(write_rows(tmp_path, *rows, {"id": HOSTILE}))
    shown = preview_html(found, HOSTILE, EN)
    assert "<script" not in shown
    assert shown.count("&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}") == SHOWN_ROWS + 2
    assert "30 items in 31 rows" in shown
    assert "Rows with problems: 1" in shown
    assert "31 行中有 30 个条目" in preview_html(found, "x", ZH)
    assert max(len(cell(item, "note")) for item in found.items) == 80


def test_fields_are_a_form_with_what_they_are_used_for(tmp_path: Path) -> None:
    found = preview(write_rows(tmp_path, {"id": "1", "title": "Lamp", f"{HOSTILE}": "red"}))
    shown = preview_html(found, "x", EN)
    assert '<input type="hidden" name="type-0" value="text">' in shown  # a title is always text
    assert '<select name="type-1" aria-label="type of &lt;script&gt;' in shown
    assert "<option selected>category</option>" in shown
    assert re.search(r'name="filterable-1" aria-label="filterable: [^"]*" checked', shown)
    assert not re.search(r'name="hidden-1" aria-label="[^"]*" checked', shown)
    assert "<script" not in shown


def test_a_report_of_an_ingest_tells_counts_and_problems_by_line() -> None:
    problem = RowProblem(7, HOSTILE, "kind", HOSTILE, "Mend it.", "skipped")
    report = IngestReport(3, 2, 1_000, ("gone",), "", ("colr",), [problem] * 300, seconds=2.5)
    shown = ingested_html(report, EN)
    assert "3 items added, 2 updated, 1,000 unchanged, in 2.5 s" in shown
    assert "and 100 more" in shown
    assert "colr" in shown
    assert "<td>7</td>" in shown
    assert "<script" not in shown


def test_a_job_is_shown_with_its_progress_and_the_time_left() -> None:
    state = JobState("ingest", "running", "looking at and embedding items", 50, 200, time.monotonic() - 100)
    shown = job_html(state, EN)
    assert "50 of 200" in shown
    assert "about 5 min left" in shown
    assert re.search(r'<progress[^>]+max="200" value="50"', shown)
    assert "正在查看并向量化条目" in job_html(state, ZH)
    assert "value=" not in job_html(JobState("demo", stage="something else"), EN)
    assert job_html(None, EN) == ""


def test_the_end_of_a_job_says_what_happened() -> None:
    failed = JobState("ingest", "failed", what=f"The disk is full: {HOSTILE}.", hint="Free some space.")
    shown = job_html(failed, EN)
    assert 'role="alert"' in shown
    assert "Free some space." in shown
    assert "<script" not in shown
    assert "What was finished is kept" in job_html(JobState("ingest", "stopped"), EN)
    assert "<script" not in failure_html(WorkspaceError(HOSTILE, HOSTILE), EN)


@pytest.mark.parametrize(("seconds", "told"), [(0.2, "1 s"), (89, "89 s"), (200, "3 min"), (7_300, "2 h")])
def test_a_time_is_told_as_a_person_would(seconds: float, told: str) -> None:
    assert duration(seconds, EN) == told


def test_descriptions_are_found_by_all_words_of_title_text_or_id() -> None:
    media = (Media("image", "/a.jpg", "a.jpg", sha256="a"), Media("image", "/b.jpg", "b.jpg", sha256="b"))
    told = (
        Description("b", "image", "model", "1", "Mostly brown."),
        Description("a", "image", PERSON, "1", "Two boats."),
    )
    items = [Item("7", "Quai au café", media=media, descriptions=told), Item("8", "No picture")]
    assert [(one.number, one.text) for one in seen_in(items, "")] == [(1, "Mostly brown."), (0, "Two boats.")]
    assert [one.media for one in seen_in(items, "BOATS cafe")] == ["a"]
    assert seen_in(items, "boats brown") == []
    by_model, by_person = (seen_html(one, EN) for one in seen_in(items, ""))
    assert "described by model" in by_model
    assert "written by a person" in by_person
    assert "/v1/items/7/picture?size=320&amp;n=1" in by_model


# What the page starts


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    opened = OpenService(word_agent(tmp_path / "w"))
    yield opened
    opened.close()


def answers_of(service: Service, *, local: bool = True) -> CatalogAnswers:
    return CatalogAnswers(service, JobWatch(service), local=local)


def asking(language: str = "en") -> Any:
    return SimpleNamespace(headers={"accept-language": language}, cookies={})


def form_of(catalog: str, **ticked: str) -> dict[str, str]:
    """What a browser sends when nothing was changed but these fields."""
    form = {}
    for at, use in enumerate(preview(Path(catalog)).uses):
        form |= {f"name-{at}": use.name, f"type-{at}": use.type}
        form |= {f"{flag}-{at}": "on" for flag in FLAGS if getattr(use, flag) or ticked.get(flag) == use.name}
    return form


def started(page: CatalogAnswers, catalog: str, **form: str) -> list[Any]:
    return page.press(catalog, asking(), SimpleNamespace(_data={"act": "ingest", **form}))  # type: ignore[arg-type]


def finished(service: Service) -> JobState:
    assert service.jobs.current is not None
    return service.jobs.current.wait(60)


def test_a_catalog_is_looked_at_changed_and_brought_in_and_costs_nothing_the_second_time(
    service: Service, tmp_path: Path
) -> None:
    page, table = answers_of(service), write_rows(tmp_path, *ROWS, {"id": "no title"}, name="shop.jsonl")
    for added, unchanged in ((len(ROWS), 0), (0, len(ROWS))):
        catalog, told, shown = page.look(str(table), "", asking())
        assert (told, "Preview of shop.jsonl" in shown) == ("", True)
        started(page, catalog, **form_of(catalog, hidden="legs", left_out="tags"))
        report = finished(service).result
        assert (report.added, report.unchanged) == (added, unchanged)
    assert [problem.line for problem in report.problems] == [len(ROWS) + 1]
    assert load_schema(Path(catalog).parent / SCHEMA_FILE).fields["legs"].hidden
    item = service.agent.workspace.store.item("a/b?c")
    assert item is not None
    assert "tags" not in item.attributes
    *_, resume, told = page.view(asking("zh-CN"))
    assert not resume["visible"]
    assert "未变 5" in told


def test_an_ingest_that_was_stopped_is_offered_again_and_goes_on(service: Service, tmp_path: Path) -> None:
    page, table = answers_of(service), write_rows(tmp_path, *ROWS)
    catalog, *_ = page.look("", str(table), asking())
    agent, put = service.agent, service.agent.workspace.store.put

    def stop_then_put(entries: Any) -> None:
        service.jobs.cancel()
        put(entries)

    agent.workspace.store.put = stop_then_put  # type: ignore[method-assign]
    started(page, catalog)
    assert finished(service).phase == "stopped"
    agent.workspace.store.put = put  # type: ignore[method-assign]
    reloaded = answers_of(service)
    assert reloaded.view(asking())[3]["visible"]
    reloaded.go_on(asking())
    assert finished(service).result.unchanged == len(ROWS)
    assert not reloaded.view(asking())[3]["visible"]


def test_what_cannot_be_used_is_told_in_the_page_and_nothing_is_started(service: Service, tmp_path: Path) -> None:
    page = answers_of(service)
    broken = tmp_path / "shop.zip"
    broken.write_bytes(b"PK\x03\x04 broken")
    assert "Choose a file first" in page.look(None, "", asking())[1]
    assert "is damaged" in page.look(str(broken), "", asking())[1]
    assert "no catalog" in page.look(None, "relative.csv", asking())[1]
    table = write_rows(tmp_path, *ROWS)
    catalog, *_ = page.look(None, str(table), asking())
    told, shown, *_ = started(page, catalog, **{"name-0": "legs", "type-0": "colour"})
    assert "cannot be of type" in told
    assert "__type__" in shown  # the form stays as it is
    assert service.jobs.current is None


def test_only_on_this_machine_alone_may_people_point_at_files_of_the_server(service: Service, tmp_path: Path) -> None:
    table = str(write_rows(tmp_path, *ROWS))
    assert answers_of(service).look(None, table, asking())[0] == table
    refused = answers_of(service, local=False).look(None, table, asking())
    assert refused[0] is None
    assert "Choose a file first" in refused[1]


def test_a_catalog_is_not_replaced_while_it_is_being_read(service: Service, tmp_path: Path) -> None:
    page, table, goes_on = answers_of(service), write_rows(tmp_path, *ROWS), threading.Event()
    service.jobs.start("ingest", lambda report: goes_on.wait(30))
    assert "A catalog is being brought in" in page.look(str(table), "", asking())[1]
    goes_on.set()
    finished(service)
    assert page.look(str(table), "", asking())[0]


def test_what_was_begun_is_noted_as_plain_values(service: Service, tmp_path: Path) -> None:
    page, table = answers_of(service), write_rows(tmp_path, *ROWS)
    catalog, *_ = page.look(None, str(table), asking())
    started(page, catalog)
    assert finished(service).phase == "done"
    noted = json.loads((service.workspace / "catalogs" / ".latest.json").read_text())
    assert noted == {"path": str(table), "exclude": [], "finished": True}


# What the machine saw


@pytest.fixture
def seeing(tmp_path: Path) -> Iterator[Service]:
    """A service over eight items with a picture each."""
    agent = word_agent(tmp_path / "seen")
    described = [
        Item(
            f"{at}",
            f"Picture {at}",
            media=(Media("image", f"/{at}.png", f"{at}.png", sha256=f"{at}"),),
            descriptions=(Description(f"{at}", "image", "model", "1", f"Mostly {'red' if at else 'blue'}."),),
        )
        for at in range(8)
    ]
    agent.workspace.store.put([StoredItem(item, "digest", {}) for item in described])
    agent.reread()
    opened = OpenService(agent)
    yield opened
    opened.close()


def test_descriptions_are_turned_over_six_at_a_time_and_searched(seeing: Service) -> None:
    page = SeenAnswers(seeing)
    at, keys, line, *parts = page.open(asking())
    assert (at, [item for item, _ in keys]) == (0, list("012345"))
    assert "Descriptions 1 to 6 of 8" in line
    assert len(parts) == 4 * AT_ONCE
    at, keys, line, *parts = page.on("", at, asking())
    assert (at, [item for item, _ in keys]) == (6, list("67"))
    assert [row["visible"] for row in parts[::4]] == [True, True, False, False, False, False]
    assert page.on("", at, asking())[0] == 6  # there is nothing behind the last page
    assert page.back("", at, asking())[0] == 0
    assert page.find("blue", asking())[1] == [("0", "0")]
    assert "Nothing to show here" in page.find("green", asking())[2]


def test_a_description_that_is_put_right_is_saved_and_one_that_cannot_be_is_told(seeing: Service) -> None:
    page = SeenAnswers(seeing)
    save = page.saver(0)
    line, shown, button = save([("3", "3")], f"Two boats {HOSTILE}", asking())
    assert "“Picture 3” is saved" in line
    assert "written by a person" in shown
    assert not button["visible"]
    assert page.find("boats", asking())[1] == [("3", "3")]
    assert 'role="alert"' in save([("gone", "3")], "Two boats", asking())[0]
    assert 'role="alert"' in save([("3", "3")], " ", asking())[0]
    assert save([], "Two boats", asking())[0] == save([], "x", asking())[1]  # nothing to save: nothing changes
