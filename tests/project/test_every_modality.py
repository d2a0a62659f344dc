"""The catalog of every modality: made of any folder of stamps, with requests that it answers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.every_modality import OPINIONS, make, stamps_in
from benchmarks.every_modality import main as make_it
from retrieval.catalog import read_catalog
from retrieval.evaluation.judgments import read_qrels
from retrieval.items import Item
from tests.support.made_media import photo, tone, write_sound


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    stamps = tmp_path_factory.mktemp("stamps")
    for kind, names in {"birds": ("red hen", "duck"), "tools": ("rake", "small saw"), "symbols": ("seven",)}.items():
        (stamps / kind).mkdir()
        for seed, name in enumerate(names):
            stem = stamps / kind / name.replace(" ", "_")
            Image.fromarray(photo(96, 72, seed)).save(stem.with_suffix(".png"))
            stem.with_suffix(".txt").write_text(f"A {name}.\nde.utf8=Etwas.\n", encoding="utf-8")
    write_sound(stamps / "birds" / "duck.ogg", tone(1.0, 300.0), "libopus", 48_000)
    return stamps


def test_stamps_are_things_with_a_name_and_no_letters(folder: Path) -> None:
    stamps = stamps_in(folder)
    assert {stamp.name for stamp in stamps} == {"red hen", "duck", "rake", "small saw"}
    assert [stamp.name for stamp in stamps if stamp.sound] == ["duck"]
    assert {stamp.category for stamp in stamps} == {"birds", "tools"}


def test_the_catalog_can_be_read_and_every_request_has_an_answer_in_it(folder: Path, tmp_path: Path) -> None:
    made = make(stamps_in(folder), tmp_path)
    assert made["items"] == 4
    catalog = tmp_path / "catalog.jsonl"
    items = [entry for entry in read_catalog(catalog) if isinstance(entry, Item)]
    assert len(items) == 4
    assert all(medium.problem is None for item in items for medium in item.media)
    assert {medium.kind for item in items for medium in item.media} == {"image", "audio", "video"}
    gains = read_qrels(tmp_path / "qrels.trec")
    queries = [json.loads(line) for line in (tmp_path / "queries.jsonl").read_text().splitlines()]
    ids = {item.id for item in items}
    assert made["requests"] == len(queries)
    for query in queries:
        if not query["qid"].startswith("reviews"):
            assert gains[query["qid"]].keys() <= ids
        assert all((tmp_path / query[kind]).is_file() for kind in ("image", "audio") if kind in query)
    sounds = [query for query in queries if "audio" in query]
    assert [query["qid"] for query in sounds] == ["sound-birds-duck"]


def test_reviews_hold_what_nothing_else_tells(folder: Path, tmp_path: Path) -> None:
    make(stamps_in(folder), tmp_path)
    reviews = [json.loads(line) for line in (tmp_path / "reviews.jsonl").read_text().splitlines()]
    opinions = {text for told, _ in OPINIONS for text in told}
    for item_id in {review["item"] for review in reviews}:
        told = [review for review in reviews if review["item"] == item_id and review["text"] in opinions]
        assert len({review["user"] for review in told}) == 2
    assert not any(text in (tmp_path / "catalog.jsonl").read_text() for text in opinions)


def test_the_same_seed_makes_the_same_requests(folder: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        make(stamps_in(folder), tmp_path / name)
    first, second = ((tmp_path / name / "queries.jsonl").read_text() for name in ("one", "two"))
    assert first == second
    pictures = [(tmp_path / name / "asked" / "birds-red_hen.jpg").read_bytes() for name in ("one", "two")]
    assert np.array_equal(*pictures)


def test_without_stamps_it_says_where_they_come_from(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="tuxpaint-stamps-default"):
        make_it(["--out", str(tmp_path), "--stamps", str(tmp_path / "none")])
