"""From one raw row to one item, whatever the row came from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from retrieval.catalog.media_paths import MediaFolder
from retrieval.catalog.problems import Flaw, RowRefused
from retrieval.catalog.row_reader import TITLE_LIMIT, RowReader
from retrieval.items import Item
from retrieval.schema import Field, Schema


def reader(folder: Path, schema: Schema | None = None, exclude: tuple[str, ...] = ()) -> RowReader:
    return RowReader(MediaFolder(folder), schema, exclude)


def item_of(folder: Path, row: Mapping[str, object], schema: Schema | None = None) -> Item:
    item, flaws = reader(folder, schema).read({"id": "1", "title": "t", **row})
    assert flaws == []
    return item


def test_columns_are_known_in_any_case_and_names_are_cleaned(tmp_path: Path) -> None:
    item, flaws = reader(tmp_path).read({"ID": 7, "TITLE": "A", " made \u200bof ": "clay", "Price": "9,50 €"})
    assert flaws == []
    assert (item.id, item.title, item.price, dict(item.attributes)) == ("7", "A", 9.5, {"made of": "clay"})


def test_attributes_inside_attributes_are_named_by_their_path(tmp_path: Path) -> None:
    row = {"size": {"height": 3, "foot": {"width": 1}}, "attributes": {"size": {"depth": 2}}}
    assert item_of(tmp_path, row).attributes == {"size.height": 3, "size.foot.width": 1, "size.depth": 2}


def test_own_fields_among_the_attributes_fill_in_for_columns_that_are_missing(tmp_path: Path) -> None:
    item = item_of(tmp_path, {"attributes": {"Category": "Vases", "title": "another", "price": 5}})
    assert (item.title, item.category, item.price, dict(item.attributes)) == ("t", "Vases", 5.0, {})


def test_a_declared_field_gives_name_and_type(tmp_path: Path) -> None:
    schema = Schema([Field.of("Year", "integer"), Field.of("Tags", "list")])
    assert item_of(tmp_path, {"YEAR": "1650", "tags": "blue"}, schema).attributes == {"Year": 1650, "Tags": ("blue",)}


def test_the_first_of_two_attributes_of_one_name_is_taken(tmp_path: Path) -> None:
    item, flaws = reader(tmp_path).read({"id": 1, "title": "t", "year": 1, "year ": 2})
    assert item.attributes == {"year": 1}
    assert [flaw.reason for flaw in flaws] == ["The attribute 'year' is given twice."]


def test_a_long_title_is_cut_and_named(tmp_path: Path) -> None:
    item, flaws = reader(tmp_path).read({"id": 1, "title": "x" * (TITLE_LIMIT + 1)})
    assert len(item.title) == TITLE_LIMIT
    assert flaws == [Flaw("title too long", "The title has 1,001 characters.", "Keep 1,000.")]


def test_the_same_medium_named_twice_is_there_once(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"x")
    item = item_of(tmp_path, {"image": "a.jpg", "images": ["a.jpg"]})
    assert [medium.name for medium in item.media] == ["a.jpg"]


def test_what_was_excluded_is_remembered_by_its_folded_name(tmp_path: Path) -> None:
    read = reader(tmp_path, exclude=("SECRET", "never there"))
    item, _ = read.read({"id": 1, "title": "t", "Secret": 5, "attributes": {"sécret": 6}})
    assert item.attributes == {"sécret": 6}
    assert read.excluded_seen == {"secret"}


def test_a_row_that_is_refused_is_refused_with_its_id_once_that_is_known(tmp_path: Path) -> None:
    with pytest.raises(RowRefused) as caught:
        reader(tmp_path).read({"id": "vase"})
    assert (caught.value.kind, caught.value.id) == ("empty text", "vase")
    with pytest.raises(RowRefused) as caught:
        reader(tmp_path).read({"title": "no id"})
    assert (caught.value.kind, caught.value.id) == ("no id", None)


def test_a_row_keeps_nothing_for_the_next_one(tmp_path: Path) -> None:
    read = reader(tmp_path)
    first, _ = read.read({"id": 1, "title": "t", "year": 1650})
    second, flaws = read.read({"id": 2, "title": "t"})
    assert (first.attributes, second.attributes, flaws) == ({"year": 1650}, {}, [])
