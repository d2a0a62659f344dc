"""Single items: added, replaced, deleted and put right while the workspace is in use."""

from __future__ import annotations

import base64
import io
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from agent import RecommendationAgent
from agent.answers import UserTurn
from agent.errors import MediaError, RequestError, WorkspaceError
from agent.ingest.items import MAX_DESCRIPTION_CHARS, Items
from retrieval.catalog.problems import RowProblem
from retrieval.storage.workspace import Workspace
from tests.support.apishelf import ROWS, word_agent
from tests.support.worded import WordedModels

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[RecommendationAgent]:
    with word_agent(tmp_path / "w") as opened:
        opened.put_items(ROWS)
        yield opened


def picture(colour: str = "red") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(file, "PNG")
    return file.getvalue()


def address(data: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(data).decode()


def search_ids(agent: RecommendationAgent, text: str) -> list[str]:
    return [candidate.item.id for candidate in agent.search(UserTurn(text=text)).candidates]


def media_files(agent: RecommendationAgent) -> list[str]:
    folder = agent.workspace.path / "media"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def only_problem(agent: RecommendationAgent, row: object) -> RowProblem:
    (problem,) = agent.put_items([row]).problems  # type: ignore[list-item]  # hostile rows
    return problem


def test_an_item_is_found_as_soon_as_the_call_returns(agent: RecommendationAgent) -> None:
    report = agent.put_items([{"id": "new", "title": "Sailing sloop"}])
    assert report.added == ("new",)
    assert search_ids(agent, "sloop")[0] == "new"
    assert agent.put_items([{"id": "new", "title": "Steam tug"}]).updated == ("new",)
    assert search_ids(agent, "tug")[0] == "new"
    assert agent.delete_items(["new", "unknown"]) == ("new",)
    assert "new" not in search_ids(agent, "tug")


def test_the_same_row_again_changes_nothing(agent: RecommendationAgent) -> None:
    row = {"id": "new", "title": "Lamp", "image": address(picture()), "watts": 12}
    assert agent.put_items([row]).added == ("new",)
    steps = agent.pipeline
    assert agent.put_items([row]).unchanged == ("new",)
    assert agent.pipeline is steps


def test_rows_with_problems_are_told_by_number_and_hold_up_no_others(agent: RecommendationAgent) -> None:
    report = agent.put_items(
        [{"id": "x"}, {"title": "No id"}, {"id": "y", "title": "Fine"}, {"id": "y", "title": "Twice"}]
    )
    assert report.added == ("y",)
    assert [(problem.line, problem.kind, problem.severity) for problem in report.problems] == [
        (1, "empty text", "skipped"),
        (2, "no id", "skipped"),
        (4, "duplicate id", "skipped"),
    ]


def test_new_columns_join_the_schema_and_keep_their_type(agent: RecommendationAgent) -> None:
    agent.put_items([{"id": "new", "title": "Lamp", "watts": 12, "maker": "Ann"}])
    assert agent.workspace.schema.read().fields["watts"].type == "integer"
    assert search_ids(agent, "watts under 20 lamp")
    assert agent.search(UserTurn(text="lamp", filters=("watts<=12",))).candidates[0].item.id == "new"
    problem = only_problem(agent, {"id": "other", "title": "Lamp", "watts": "many"})
    assert (problem.kind, problem.severity) == ("wrong type", "degraded")
    agent.put_items([{"id": "third", "title": "Lamp", "maker": "Bo"}])
    assert agent.workspace.schema.read().fields["maker"].values == ("Ann", "Bo")


def test_an_ingest_keeps_items_that_came_one_by_one_and_their_columns(
    agent: RecommendationAgent, tmp_path: Path
) -> None:
    agent.put_items([{"id": "new", "title": "Lamp", "watts": 12}])
    catalog = tmp_path / "catalog.csv"
    catalog.write_text("id,title,shade\n20,Green lamp,green\n", encoding="utf-8")
    report = agent.ingest(catalog)
    assert "new" in report.absent
    assert agent.search(UserTurn(text="lamp", filters=("watts=12",))).candidates[0].item.id == "new"
    assert agent.ingest(catalog).unchanged == 1


def test_columns_that_an_ingest_excluded_stay_out(agent: RecommendationAgent, tmp_path: Path) -> None:
    catalog = tmp_path / "catalog.csv"
    catalog.write_text("id,title,secret\n20,Lamp,whispered\n", encoding="utf-8")
    agent.ingest(catalog, exclude=["secret"])
    agent.put_items([{"id": "21", "title": "Lamp", "secret": "whispered"}])
    item = agent.workspace.store.item("21")
    assert item is not None
    assert "secret" not in item.attributes


@pytest.mark.parametrize("form", ["address", "named", "bytes"])
def test_pictures_come_as_data_and_are_kept_by_content(agent: RecommendationAgent, form: str) -> None:
    data = picture()
    given = {
        "address": address(data),
        "named": {"name": "../../lamp.png", "data": base64.b64encode(data).decode()},
        "bytes": data,
    }[form]
    report = agent.put_items(
        [{"id": "a", "title": "Lamp", "image": given}, {"id": "b", "title": "Twin", "images": [given]}]
    )
    assert not report.problems
    assert len(media_files(agent)) == 1
    item = agent.workspace.store.item("a")
    assert item is not None
    assert item.media[0].sha256 == media_files(agent)[0]
    assert item.media[0].name in ("image 1", "lamp.png")
    assert "red" in item.descriptions[0].text


@pytest.mark.parametrize(
    "given",
    [
        "/etc/passwd",
        "lamp.jpg",
        "file:///etc/passwd",
        "https://example.org/lamp.jpg",
        "data:image/png;base64,%%%",
        "data:,",
        {"name": "lamp.png", "data": base64.b64encode(SVG).decode()},
        {"name": "lamp.png", "path": "/etc/passwd"},
        {"name": 5, "data": "AAAA"},
        7,
        [None],
        SVG,
        b"",
    ],
)
def test_what_is_no_picture_is_left_out_and_nothing_of_it_kept(agent: RecommendationAgent, given: object) -> None:
    problem = only_problem(agent, {"id": "new", "title": "Sloop", "image": given})
    assert problem.severity == "degraded"
    assert media_files(agent) == []
    assert search_ids(agent, "sloop")[0] == "new"


def test_a_broken_picture_is_told_and_costs_the_picture_alone(agent: RecommendationAgent) -> None:
    problem = only_problem(agent, {"id": "new", "title": "Sloop", "image": picture()[:40]})
    assert problem.kind == "unusable medium"
    assert search_ids(agent, "sloop")[0] == "new"


def test_addresses_are_fetched_only_where_that_is_on(agent: RecommendationAgent) -> None:
    def fetch(url: str) -> bytes:
        if "bad" in url:
            raise MediaError("It is somewhere inside.", "Use another.")
        return picture()

    rows = [{"id": str(n), "title": "Lamp", "image": f"https://{n}.example/lamp.png"} for n in ("good", "bad")]
    report = agent.put_items(rows, fetch=fetch)
    assert [problem.id for problem in report.problems] == ["bad"]
    assert len(media_files(agent)) == 1


def test_files_that_no_item_uses_any_more_are_removed(agent: RecommendationAgent) -> None:
    red, blue = address(picture("red")), address(picture("blue"))
    agent.put_items([{"id": "a", "title": "A", "images": [red, blue]}, {"id": "b", "title": "B", "image": red}])
    assert len(media_files(agent)) == 2
    agent.put_items([{"id": "a", "title": "A"}])
    assert len(media_files(agent)) == 1
    agent.put_items([{"id": "c", "image": blue}])  # refused: it has no title
    assert len(media_files(agent)) == 1
    agent.delete_items(["b"])
    assert media_files(agent) == []


def test_kept_pictures_are_found_again_in_a_copy_of_the_workspace(agent: RecommendationAgent, tmp_path: Path) -> None:
    agent.put_items([{"id": "a", "title": "A", "image": picture()}])
    agent.close()
    shutil.copytree(tmp_path / "w", tmp_path / "copy")
    with word_agent(tmp_path / "copy") as moved:
        item = moved.workspace.store.item("a")
        assert item is not None
        assert Path(item.media[0].path).is_relative_to(tmp_path / "copy")


def test_a_person_s_words_take_the_place_of_a_model_s_and_stay(agent: RecommendationAgent) -> None:
    row = {"id": "new", "title": "Lamp", "image": picture()}
    agent.put_items([row])
    item = agent.workspace.store.item("new")
    assert item is not None
    assert item.descriptions[0].origin.startswith("efficientnet")
    digest = str(item.media[0].sha256)
    edited = agent.edit_description("new", digest, "A  scarlet\nlampshade")
    assert edited.descriptions[0].text == "A scarlet lampshade"
    assert edited.descriptions[0].origin == "a person"
    assert search_ids(agent, "scarlet lampshade")[0] == "new"
    agent.put_items([row | {"title": "Another lamp"}])
    again = agent.workspace.store.item("new")
    assert again is not None
    assert again.descriptions[0].text == "A scarlet lampshade"
    assert "visual" in agent.workspace.store.embedded("new")


@pytest.mark.parametrize(
    ("item_id", "text"), [("unknown", "A lamp"), ("1", "A lamp"), ("new", " "), ("new", "a" * 5_000)]
)
def test_words_for_nothing_and_no_words_are_refused(agent: RecommendationAgent, item_id: str, text: str) -> None:
    agent.put_items([{"id": "new", "title": "Lamp", "image": picture()}])
    with pytest.raises(RequestError):
        agent.edit_description(item_id, media_files(agent)[0], text)


def test_many_threads_may_add_and_search_at_once(agent: RecommendationAgent) -> None:
    missed: list[str] = []

    def add(first: int) -> None:
        for number in range(first, first + 8):
            agent.put_items([{"id": f"n{number}", "title": f"Thing kind{number}"}])
            if f"n{number}" not in search_ids(agent, f"kind{number}"):
                missed.append(f"n{number}")

    threads = [threading.Thread(target=add, args=(first,)) for first in (100, 200, 300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not missed
    assert agent.workspace.store.count() == len(ROWS) + 24


def test_items_may_come_while_a_catalog_does(agent: RecommendationAgent, tmp_path: Path) -> None:
    catalog = tmp_path / "catalog.csv"
    catalog.write_text("id,title,shade\n" + "".join(f"c{n},Shade {n},green\n" for n in range(200)), encoding="utf-8")
    ingesting = threading.Thread(target=agent.ingest, args=(catalog,))
    ingesting.start()
    for number in range(10):
        agent.put_items([{"id": f"n{number}", "title": f"Thing kind{number}", "made": number}])
    ingesting.join()
    assert agent.workspace.store.count() == len(ROWS) + 210
    fields = agent.workspace.schema.read().fields
    assert {"shade", "made"} <= fields.keys()
    assert search_ids(agent, "kind7")[0] == "n7"
    assert search_ids(agent, "shade 150")[0] == "c150"


def test_nothing_is_left_behind_where_an_item_cannot_be_stored(
    agent: RecommendationAgent, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> None:
        raise WorkspaceError("The disk is full.", "Free some space.")

    monkeypatch.setattr(agent.workspace.store, "put", full)
    with pytest.raises(WorkspaceError):
        agent.put_items([{"id": "new", "title": "Sloop", "image": picture()}])
    monkeypatch.undo()
    assert media_files(agent) == []
    assert agent.put_items([{"id": "new", "title": "Sloop", "image": picture()}]).added == ("new",)


# Of a workspace alone


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(tmp_path / "alone", create=True) as opened:
        yield opened


def test_what_became_of_each_row_is_told_by_its_id(workspace: Workspace) -> None:
    items = Items(workspace, WordedModels())
    items.put([{"id": "a", "title": "Lamp"}, {"id": "b", "title": "Chair"}])
    report = items.put([{"id": "a", "title": "Lamp"}, {"id": "b", "title": "Bench"}, {"id": "c", "title": "Rug"}])
    assert (report.added, report.updated, report.unchanged) == (("c",), ("b",), ("a",))
    assert report.changed == ("c", "b")
    assert not report.wide
    assert items.put([]).changed == ()


def test_deleting_tells_each_item_that_was_there_once(workspace: Workspace) -> None:
    items = Items(workspace, WordedModels())
    items.put([{"id": "a", "title": "Lamp"}, {"id": "b", "title": "Chair"}])
    assert items.delete(["b", "gone", "b"]) == ("b",)
    assert items.delete(["b"]) == ()
    assert list(workspace.store.digests()) == ["a"]


def test_a_description_is_refused_with_what_is_wrong_with_it(workspace: Workspace) -> None:
    items = Items(workspace, WordedModels())
    items.put([{"id": "a", "title": "Lamp"}])
    for item_id, text, what in (
        ("gone", "A lamp", "There is no item 'gone'"),
        ("a", "A lamp", "The item 'a' has no medium 'digest'"),
        ("a", " \u200b", "The description is empty"),
        ("a", "x" * (MAX_DESCRIPTION_CHARS + 1), f"has {MAX_DESCRIPTION_CHARS + 1:,} characters"),
    ):
        with pytest.raises(RequestError, match=what):
            items.describe(item_id, "digest", text)
