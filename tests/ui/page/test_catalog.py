"""The catalog page without a browser: what it shows of a catalog, of work and of descriptions, and what it starts."""

from __future__ import annotations

import io
import json
import re
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from agent.errors import WorkspaceError
from agent.ingest.catalog import IngestReport
from retrieval.catalog.problems import RowProblem
from retrieval.items import PERSON, Description, Item, Media
from retrieval.schema import SCHEMA_FILE, load_schema
from retrieval.storage.stored import StoredItem
from tests.support.apishelf import ROWS, OpenService, word_agent
from tests.support.catalogs import write_csv, write_rows
from ui.guard.visitors import VISITOR_COOKIE, visitor_of
from ui.page.catalog.page import CatalogAnswers
from ui.page.catalog.seen import SeenAnswers
from ui.page.catalog.view import AT_ONCE, cell, ingested_html, preview_html, seen_html, seen_in
from ui.page.catalog.view import ROWS as SHOWN_ROWS
from ui.page.shared.job_panel import JobWatch
from ui.page.shared.job_view import duration, failure_html, job_html
from ui.page.shared.words import Words
from ui.service.catalogs import FOLDER
from ui.service.jobs import JobState
from ui.service.preview import FLAGS, preview
from ui.service.service import Service

EN, ZH = Words("en"), Words("zh")
ADA, BOB = {VISITOR_COOKIE: "ada's secret"}, {VISITOR_COOKIE: "bob's secret"}
HOSTILE = "<dialog onclick=alert(1)>x</dialog>{{ 7*7 }}"


def test_a_preview_escapes_all_that_a_catalog_says_and_shows_its_first_rows(tmp_path: Path) -> None:
    rows = [{"id": f"{at}", "title": f"{HOSTILE} {at}", "note": "a\nb" * 90} for at in range(30)]
    found = preview(write_rows(tmp_path, *rows, {"id": HOSTILE}))
    shown = preview_html(found, HOSTILE, EN)
    assert "<dialog" not in shown
    assert (
        shown.count("&lt;dialog onclick=alert(1)&gt;x&lt;/dialog&gt;{{ 7*7 }}") == 2
    )  # names; of titles tags are taken
    assert shown.count("x {{ 7*7 }} ") == SHOWN_ROWS
    assert "30 items in 31 rows" in shown
    assert "Rows with problems: 1" in shown
    assert "31 行中有 30 个条目" in preview_html(found, "x", ZH)
    assert max(len(cell(item, "note")) for item in found.items) == 80


def test_fields_are_a_form_with_what_they_are_used_for(tmp_path: Path) -> None:
    found = preview(write_rows(tmp_path, {"id": "1", "title": "Lamp", f"{HOSTILE}": "red"}))
    shown = preview_html(found, "x", EN)
    assert '<input type="hidden" name="type-0" value="text">' in shown  # a title is always text
    assert '<select name="type-1" aria-label="type of &lt;dialog onclick=alert(1)&gt;' in shown
    assert '<option value="category" selected>category</option>' in shown
    assert re.search(r'name="filterable-1" aria-label="filterable: [^"]*" checked', shown)
    assert not re.search(r'name="hidden-1" aria-label="[^"]*" checked', shown)
    assert "<dialog" not in shown


def test_a_report_of_an_ingest_tells_counts_and_problems_by_line() -> None:
    problem = RowProblem(7, HOSTILE, "kind", HOSTILE, "Mend it.", "skipped")
    report = IngestReport(3, 2, 1_000, ("gone",), "", ("colr",), [problem] * 300, seconds=2.5)
    shown = ingested_html(report, EN)
    assert "3 items added, 2 updated, 1,000 unchanged, in 2.5 s" in shown
    assert "and 100 more" in shown
    assert "colr" in shown
    assert "<td>7</td>" in shown
    assert "<dialog" not in shown


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
    assert "<dialog" not in shown
    assert "What was finished is kept" in job_html(JobState("ingest", "stopped"), EN)
    assert "<dialog" not in failure_html(WorkspaceError(HOSTILE, HOSTILE), EN)


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
    assert "v1/items/7/picture?size=320&amp;n=1" in by_model


# What the page starts


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    opened = OpenService(word_agent(tmp_path / "w"))
    yield opened
    opened.close()


def picture_of(number: int) -> bytes:
    """A small picture, another one for each number."""
    file = io.BytesIO()
    Image.new("RGB", (64, 64), (number * 40, 90, 200)).save(file, "PNG")
    return file.getvalue()


def lamps(archive: Path, row: dict[str, str], picture: int) -> Path:
    """An archive of a catalog with one item and its picture."""
    archive.parent.mkdir()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("catalog.jsonl", json.dumps(row))
        packed.writestr("lamp.png", picture_of(picture))
    return archive


def answers_of(service: Service, *, local: bool = True) -> CatalogAnswers:
    return CatalogAnswers(service, JobWatch(service), local=local)


def sent(service: Service, file: Path, cookies: Mapping[str, str] = ADA) -> dict[str, str]:
    """A file that somebody sent, as the page names it."""
    return {"path": str(service.uploads.keep(file.read_bytes(), visitor_of(cookies), file.name, ["catalog"]).path)}


def asking(language: str = "en") -> Any:
    return SimpleNamespace(headers={"accept-language": language}, cookies=ADA)


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
        catalog, told, shown = page.look(sent(service, table), "", asking())
        assert (told, "Preview of shop.jsonl" in shown) == ("", True)
        started(page, catalog, **form_of(catalog, hidden="legs", left_out="tags"))
        report = finished(service).result
        assert (report.added, report.unchanged) == (added, unchanged)
    assert [problem.line for problem in report.problems] == [len(ROWS) + 1]
    (schema,) = (service.workspace / FOLDER).glob(f"shop*/{SCHEMA_FILE}")
    assert load_schema(schema).fields["legs"].hidden
    item = service.agent.workspace.store.item("a/b?c")
    assert item is not None
    assert "tags" not in item.attributes
    *_, resume, told = page.view(asking("zh-CN"))
    assert not resume["visible"]
    assert "未变 5" in told


def test_an_ingest_that_was_stopped_is_offered_again_and_goes_on(service: Service, tmp_path: Path) -> None:
    page, table = answers_of(service), write_rows(tmp_path, *ROWS)
    catalog, *_ = page.look(None, str(table), asking())
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
    assert "is damaged" in page.look(sent(service, broken), "", asking())[1]
    assert "no catalog" in page.look(None, "relative.csv", asking())[1]
    table = write_rows(tmp_path, *ROWS)
    catalog, *_ = page.look(None, str(table), asking())
    told, shown, *_ = started(page, catalog, **{"name-0": "legs", "type-0": "colour"})
    assert "cannot be of type" in told
    assert "__type__" in shown  # the form stays as it is
    assert service.jobs.current is None


def test_a_file_is_looked_at_for_whoever_sent_it_and_nobody_else(service: Service, tmp_path: Path) -> None:
    page, table = answers_of(service), write_rows(tmp_path, *ROWS)
    strangers = SimpleNamespace(headers={}, cookies={})
    ours = service.uploads.keep(table.read_bytes(), None, table.name, ["catalog"])
    for file, request in (
        (sent(service, table, BOB), asking()),
        ({"path": str(table)}, asking()),
        ({"path": str(ours.path)}, strangers),
    ):
        catalog, told, shown = page.look(file, "", request)  # type: ignore[arg-type]
        assert (catalog, shown) == (None, "")
        assert "There is no such file" in told or "It is not known whose file this is" in told


def test_only_on_this_machine_alone_may_people_point_at_files_of_the_server(service: Service, tmp_path: Path) -> None:
    table = str(write_rows(tmp_path, *ROWS))
    assert answers_of(service).look(None, table, asking())[0] == table
    refused = answers_of(service, local=False).look(None, table, asking())
    assert refused[0] is None
    assert "Choose a file first" in refused[1]


def test_to_look_at_a_catalog_while_another_is_being_read_is_no_harm(service: Service, tmp_path: Path) -> None:
    page, table, goes_on = answers_of(service), write_rows(tmp_path, *ROWS), threading.Event()
    service.jobs.start("ingest", lambda report: goes_on.wait(30))
    catalog = page.look(sent(service, table), "", asking())[0]
    assert "is running" in started(page, catalog)[0]
    goes_on.set()
    finished(service)
    assert Path(catalog).exists()
    started(page, catalog)
    assert finished(service).result.added == len(ROWS)


def test_to_look_at_another_catalog_of_the_same_name_leaves_every_picture_where_its_item_names_it(
    service: Service, tmp_path: Path
) -> None:
    page = answers_of(service)
    row = {"id": "lamp", "title": "Lamp", "image": "lamp.png"}
    page_of_lamp, _, _ = page.look(sent(service, lamps(tmp_path / "a" / "shop.zip", row, picture=1)), "", asking())
    started(page, page_of_lamp)
    assert finished(service).result.added == 1
    for number in (2, 3):  # another lamp under the same name, and then none at all
        page.look(
            sent(service, lamps(tmp_path / str(number) / "shop.zip", {**row, "id": "other"}, picture=number)),
            "",
            asking(),
        )
    item = service.agent.workspace.store.item("lamp")
    assert item is not None
    assert Path(item.media[0].path).read_bytes() == picture_of(1)
    other, _, _ = page.look(
        sent(service, lamps(tmp_path / "b" / "shop.zip", {**row, "id": "other"}, picture=4)), "", asking()
    )
    started(page, other)
    assert finished(service).result.added == 1
    assert Path(item.media[0].path).read_bytes() == picture_of(1)


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


def test_a_preview_says_which_column_was_taken_for_what_and_takes_others(service: Service, tmp_path: Path) -> None:
    page = answers_of(service)
    table = write_csv(tmp_path, f"Key,Ware,{HOSTILE},Value\nk1,Lamp,red,5\nk2,Chair,blue,9\n", name="shop.csv")
    catalog, _, shown = page.look(sent(service, table), "", asking())
    assert '<option value="Ware" selected>' in shown
    assert "a guess by its values" in shown
    assert "none was taken; it may be Value" in shown
    assert "<dialog" not in shown
    form = {"column-id": "Key", "column-title": HOSTILE, "column-price": "Value", "column-image": ""}
    told, shown, *_ = remapped(page, catalog, form)
    assert (told, '<option value="Value" selected>' in shown) == ("", True)
    assert shown.count("<td>red</td>") == 1
    started(page, catalog)
    assert finished(service).result.added == 2
    item = service.agent.workspace.store.item("k1")
    assert item is not None
    assert (item.title, item.price) == ("red", 5.0)


def test_a_preview_names_the_export_and_asks_what_becomes_of_variants(service: Service, tmp_path: Path) -> None:
    page = answers_of(service)
    text = "Handle,Title,Variant Price,Option1 Name,Option1 Value\nmug,Mug,5,Size,S\nmug,,6,,L\n"
    catalog, _, shown = page.look(sent(service, write_csv(tmp_path, text)), "", asking())
    assert "Read as an export of Shopify" in shown
    assert "1 items in 1 rows" in shown
    _, shown, *_ = remapped(page, catalog, {"variants": "keep"})
    assert "2 items in 2 rows" in shown
    assert "各为一个条目" in page.look(None, catalog, asking("zh-CN"))[2]


def test_a_column_that_is_not_there_is_refused_in_the_page(service: Service, tmp_path: Path) -> None:
    page, table = answers_of(service), write_csv(tmp_path, "id,title\n1,Lamp\n")
    catalog, *_ = page.look(sent(service, table), "", asking())
    told, shown, *_ = remapped(page, catalog, {"column-title": "none such"})
    assert "has no column" in told
    assert "__type__" in shown


def remapped(page: CatalogAnswers, catalog: str, form: Mapping[str, str]) -> list[Any]:
    return page.press(catalog, asking(), SimpleNamespace(_data={"act": "columns", **form}))  # type: ignore[arg-type]
