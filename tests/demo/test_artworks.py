"""The demo catalog: museum records become rows, and nothing that gives an answer away stays in by mistake."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from agent.demo.artworks import DETAIL_OF, STAFF_TAGS, artworks, row
from tests.support.made_media import encoded, photo

RECORD = {
    "objectID": int(DETAIL_OF),
    "title": "Boating",
    "department": "European Paintings",
    "artistDisplayName": "Edouard Manet",
    "artistNationality": "French",
    "culture": "",
    "objectDate": "1874",
    "objectEndDate": 1874,
    "medium": "Oil on canvas",
    "objectName": "Painting",
    "period": "",
    "dimensions": "38 1/4 x 51 1/4 in. (97.2 x 130.2 cm)\nFramed: 45 x 58 in.",
    "tags": [{"term": "Boats"}, {"term": "Men"}],
}


def test_a_record_becomes_a_row_of_a_catalog() -> None:
    made = row(RECORD)
    assert (made["id"], made["title"], made["image"]) == (DETAIL_OF, "Boating", f"images/{DETAIL_OF}.jpg")
    assert (made["category"], made["artist"], made["year"]) == ("European Paintings", "Edouard Manet", 1874)
    assert made["size"] == "38 1/4 x 51 1/4 in. (97.2 x 130.2 cm)"
    assert made[STAFF_TAGS] == ["Boats", "Men"]


def test_where_no_culture_is_recorded_the_artist_s_nationality_stands_for_it() -> None:
    assert row(RECORD)["culture"] == "French"
    assert row({**RECORD, "culture": "Japan"})["culture"] == "Japan"


@pytest.mark.parametrize(("field", "column"), [("period", "period"), ("medium", "medium"), ("tags", STAFF_TAGS)])
def test_an_empty_field_is_left_out(field: str, column: str) -> None:
    assert column not in row({**RECORD, field: [] if field == "tags" else ""})
    assert column not in row({**RECORD, field: None})


def test_the_catalog_lies_beside_its_pictures_and_a_detail_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, folder = tmp_path / "archive", tmp_path / "made"
    archive.mkdir()
    folder.mkdir()
    (archive / "objects.json").write_text(json.dumps({"objects": [RECORD]}))
    (archive / f"{DETAIL_OF}.jpg").write_bytes(encoded(photo(100, 80)))

    def derived(name: str, made: str, make: Callable[[Path, Path], None]) -> Path:
        make(archive, folder)
        return folder

    monkeypatch.setattr("agent.demo.artworks.ensure", lambda name, progress=None: archive)
    monkeypatch.setattr("agent.demo.artworks.derived", derived)
    assert artworks() == folder
    (line,) = (folder / "catalog.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line) == row(RECORD)
    assert (folder / json.loads(line)["image"]).read_bytes() == (archive / f"{DETAIL_OF}.jpg").read_bytes()
    with Image.open(folder / "detail.jpg") as detail:
        assert detail.size == (60, 50)
