"""Data frames: an answer as one, and one as a catalog."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest
from PIL import Image

from agent.answers import Answer, Explanation, Recommendation, Request
from agent.errors import CatalogError, WrongArgument
from agent.notebook.frames import catalog_of, frame_of
from agent.recommender import RecommendationAgent
from retrieval.items import Item
from tests.support.worded import WordedModels


def answer(*items: Item) -> Answer:
    reasons = (Explanation(f"Reason {rank}.", ()) for rank in range(1, 1 + len(items)))
    recommendations = (
        Recommendation(item, rank, 0.5, reason, {}, rank)
        for rank, (item, reason) in enumerate(zip(items, reasons, strict=True), start=1)
    )
    return Answer(Request("a lamp", "a lamp", "en"), tuple(recommendations))


def rows(frame: pandas.DataFrame, folder: Path | None = None) -> list[dict[str, Any]]:
    with catalog_of(frame, folder) as path:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_an_answer_has_a_row_for_each_item_with_its_attributes() -> None:
    frame = answer(
        Item("7", "Lamp", price=39.0, attributes={"material": "brass", "score": 9}),
        Item("8", "Light", category="lamps", attributes={"tags": ("a", "b")}),
    ).to_pandas()
    assert list(frame.columns) == [
        "rank", "id", "title", "category", "price", "score", "fit", "reason", "material", "item_score", "tags",
    ]  # fmt: skip
    assert frame["id"].tolist() == ["7", "8"]
    assert frame["reason"].tolist() == ["Reason 1.", "Reason 2."]
    assert frame["item_score"].tolist()[0] == 9
    assert frame.loc[1, "tags"] == ["a", "b"]


def test_an_answer_without_items_has_the_columns_all_the_same() -> None:
    frame = frame_of(answer().to_dict())
    assert len(frame) == 0
    assert list(frame.columns)[:3] == ["rank", "id", "title"]


def test_cells_become_what_a_catalog_holds() -> None:
    frame = pandas.DataFrame(
        {
            "id": [1.0, 2.0],
            "title": ["Lamp", "Light"],
            "price": [39.5, np.nan],
            "sold": pandas.array([True, pandas.NA], dtype="boolean"),
            "since": [pandas.Timestamp("2024-05-01"), pandas.NaT],
            "kind": pandas.Categorical(["brass", None]),
            "tags": [["a", "b"], np.array(["c"])],
            "day": [datetime.date(2024, 5, 1), None],
            "weight": [Decimal("1.5"), None],
            "file": [Path("a.txt"), None],
        }
    )
    assert rows(frame) == [
        {
            "id": 1, "title": "Lamp", "price": 39.5, "sold": True, "since": "2024-05-01T00:00:00", "kind": "brass",
            "tags": ["a", "b"], "day": "2024-05-01", "weight": "1.5", "file": "a.txt",
        },
        {"id": 2, "title": "Light", "tags": ["c"]},
    ]  # fmt: skip


def test_the_index_is_the_id_where_it_does_more_than_count() -> None:
    frame = pandas.DataFrame({"title": ["Lamp", "Light"]}, index=["l-1", "l-2"])
    assert [row["id"] for row in rows(frame)] == ["l-1", "l-2"]
    assert rows(frame.reset_index(drop=True)) == [{"title": "Lamp"}, {"title": "Light"}]
    assert [row["id"] for row in rows(frame.assign(id=["a", "b"]))] == ["a", "b"]


def test_what_is_no_frame_or_no_catalog_is_refused() -> None:
    with pytest.raises(CatalogError, match="of type list"):
        rows([{"id": 1}])  # type: ignore[arg-type]
    with pytest.raises(CatalogError, match="called title"):
        rows(pandas.DataFrame([[1, "a", "b"]], columns=["id", "title", "title"]))
    with pytest.raises(CatalogError, match="column image holds a value of type Image"):
        rows(pandas.DataFrame({"id": [1], "image": [Image.new("RGB", (2, 2))]}))


def test_media_are_named_relative_to_their_folder_and_the_file_goes(tmp_path: Path) -> None:
    frame = pandas.DataFrame({"id": ["7"], "images": [[str(tmp_path / "a.png"), "b.png", "/elsewhere/c.png"]]})
    with catalog_of(frame, tmp_path) as path:
        assert path.parent == tmp_path
        assert json.loads(path.read_text(encoding="utf-8"))["images"] == ["a.png", "b.png", "/elsewhere/c.png"]
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def worded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.recommender.agent.Models", WordedModels)


@pytest.mark.usefixtures("worded")
def test_an_agent_is_made_from_a_frame(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    Image.new("RGB", (40, 40), (200, 30, 30)).save(folder / "lamp.png")
    frame = pandas.DataFrame(
        {
            "id": ["lamp-red", "tent-blue"],
            "title": ["red lamp", "blue tent"],
            "price": [39.0, np.nan],
            "supplier": ["acme", "acme"],
            "image": [str(folder / "lamp.png"), None],
        }
    )
    with RecommendationAgent.from_pandas(frame, tmp_path / "w", folder=folder, exclude=["supplier"]) as agent:
        answer = agent.recommend("a red lamp", k=1)
        [item] = [entry.item for entry in answer]
        assert (item.id, item.price, dict(item.attributes)) == ("lamp-red", 39.0, {})
        assert item.media[0].problem is None
    with RecommendationAgent.from_pandas(frame, tmp_path / "w", folder=folder, exclude=["supplier"]) as agent:
        assert agent.workspace.store.count() == 2


@pytest.mark.usefixtures("worded")
def test_what_fails_leaves_no_workspace_locked(tmp_path: Path) -> None:
    with pytest.raises(CatalogError):
        RecommendationAgent.from_pandas(pandas.DataFrame({"id": []}), tmp_path / "w")
    with RecommendationAgent.from_pandas(pandas.DataFrame({"id": ["1"], "title": ["lamp"]}), tmp_path / "w") as agent:
        assert agent.workspace.store.count() == 1
        with pytest.raises(WrongArgument, match="from_pandas"):
            agent.ingest(pandas.DataFrame({"id": ["1"]}))  # type: ignore[arg-type]
