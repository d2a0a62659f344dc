from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.catalog.problems import RowProblem
from retrieval.catalog.reading import CatalogSummary, item_digest, read_catalog
from retrieval.errors import CatalogError
from retrieval.items import Description, Item
from retrieval.schema import Field, Schema
from tests.support.catalogs import GOOD, only_item, only_problem, read, write_rows


def test_row_becomes_item_and_unknown_columns_become_attributes(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"x")
    row = {
        "id": 7,
        "title": " Blue\u200b vase ",
        "description": ["One.", "Two."],
        "category": "Vases",
        "image": "a.jpg",
        "year": 1650,
        "attributes": {
            "price": "$1,299.50",
            "tags": ["blue", 3, None],
            "size": {"height": 3.5},
            "sold": False,
            "note": "",
        },
    }
    item = only_item(write_rows(tmp_path, row))
    assert (item.id, item.title, item.description, item.category, item.price) == (
        "7",
        "Blue vase",
        "One.\nTwo.",
        "Vases",
        1299.5,
    )
    assert item.attributes == {"year": 1650, "tags": ("blue", "3"), "size.height": 3.5, "sold": False}
    assert [(medium.kind, medium.path, medium.problem) for medium in item.media] == [
        ("image", str((tmp_path / "a.jpg").resolve()), None)
    ]


def test_own_price_wins_over_that_of_the_attributes(tmp_path: Path) -> None:
    assert only_item(write_rows(tmp_path, {**GOOD, "price": 5, "attributes": {"price": 9}})).price == 5


def test_missing_title_is_taken_from_the_description(tmp_path: Path) -> None:
    item = only_item(
        write_rows(tmp_path, {"id": 1, "description": "one two three four five six seven eight nine ten 11 12 13"})
    )
    assert item.title == "one two three four five six seven eight nine ten 11 12 …"


@pytest.mark.parametrize(
    ("row", "kind", "words"),
    [
        ("{not json}", "not JSON", "column 2"),
        ("[1, 2]", "not an object", "[1, 2]"),
        ('"text"', "not an object", "'text'"),
        ('{"id": 1, "title": NaN}', "not a number", "NaN"),
        ('{"id": 1, "title": "x", "w": -Infinity}', "not a number", "-Infinity"),
        ('{"id": 1, "title": "a", "title": "b"}', "duplicate key", "'title'"),
        ('{"id": 1, "Title": "a", "title": "b"}', "duplicate key", "'title'"),
        ('{"id": 1, "title": "x", "w": ' + "9" * 5000 + "}", "number too long", "5000"),
        ('{"id": 1, "a": ' + "[" * 100_000 + "]" * 100_000 + "}", "too deep", "nested"),
        ('{"id": 1, "a": [' + "[]," * 200_001 + "[]]}", "too many parts", "200,000"),
        (b'{"id": 1, "title": "a\x00b"}', "NUL", "NUL"),
        ('{"id": 1, "title": "café"}'.encode("latin-1"), "not UTF-8", "0xE9 at column 24"),
        ({"title": "no id"}, "no id", "no id"),
        ({"id": 1.5, "title": "x"}, "wrong type", "1.5"),
        ({"id": True, "title": "x"}, "wrong type", "True"),
        ({"id": "a\nb", "title": "x"}, "bad id", "'a\\nb'"),
        ({"id": "x" * 300, "title": "x"}, "bad id", "256"),
        ({"id": 1}, "empty text", "neither title nor description"),
        ({"id": 1, "title": " \u200b ", "description": None}, "empty text", "neither"),
        ({"id": 1, "title": ["a"]}, "empty text", "title is ['a']"),
        ({"id": 1, "title": "x", "description": "y" * 1_000_001}, "field too long", "'description' has 1,000,001"),
        ({"id": 1, "title": "x", "note": "y" * 10_000_000}, "field too long", "'note' has 10,000,000"),
        ({"id": 1, "title": "x", "tags": ["y"] * 10_001}, "field too long", "'tags' has 10,001"),
        ({"id": 1, "title": "x", "attributes": {f"a{i}": 1 for i in range(1001)}}, "too many fields", "1,001"),
        ({"id": "good", "title": "x"}, "duplicate id", "line 1"),
    ],
)
def test_bad_row_is_reported_with_its_line_and_the_rest_goes_on(
    tmp_path: Path, row: object, kind: str, words: str
) -> None:
    problem = only_problem(tmp_path, row)
    assert (problem.kind, problem.severity) == (kind, "skipped")
    assert words in problem.reason


@pytest.mark.parametrize(
    ("extra", "kind", "words"),
    [
        ({"price": "cheap"}, "wrong type", "price is 'cheap'"),
        ({"price": -1}, "wrong type", "price is -1"),
        ({"price": True}, "wrong type", "price is True"),
        ({"category": ["a"]}, "wrong type", "category is ['a']"),
        ({"attributes": ["a"]}, "wrong type", "attributes is ['a']"),
        ({"tags": [{"a": 1}]}, "wrong type", "tags[] is {'a': 1}"),
        ({"weight": 2**70}, "number too large", "64 bits"),
        ({"note": "a\0b"}, "NUL", "'note'"),
        ({"note": "a\ud800b"}, "lone surrogate", "'note'"),
        ({"a": {"b": {"c": {"d": {"e": {"f": {"g": 1}}}}}}}, "too deep", "nested"),
        ({"title": "x" * 1500}, "title too long", "1,500"),
        ({"image": [f"{i}.jpg" for i in range(51)]}, "too many media", "50"),
        ({"image": 5}, "wrong type", "image is 5"),
        ({"year": 1, "attributes": {"year": 2}}, "duplicate key", "'year'"),
    ],
)
def test_bad_value_costs_only_itself(tmp_path: Path, extra: dict[str, object], kind: str, words: str) -> None:
    items, problems = read(write_rows(tmp_path, {"id": 1, "title": "x", **extra}))
    assert len(items) == 1
    wanted = [problem for problem in problems if problem.kind == kind]
    assert wanted
    assert wanted[0].severity == "degraded"
    assert words in wanted[0].reason


def test_number_beyond_floats_costs_only_itself(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, '{"id": 1, "title": "x", "w": 1e999}')
    assert (problem.kind, problem.severity) == ("not a number", "degraded")


@pytest.mark.parametrize(
    ("column", "name", "problem"),
    [
        ("image", "/etc/passwd", "has an absolute path"),
        ("image", "C:\\pictures\\a.jpg", "has an absolute path"),
        ("image", "\\\\server\\share\\a.jpg", "has an absolute path"),
        ("image", "~/a.jpg", "has an absolute path"),
        ("image", "../secret.jpg", "leads out of the catalog's folder"),
        ("image", "sub/../../secret.jpg", "leads out of the catalog's folder"),
        ("image", "link.jpg", "is a link out of the catalog's folder"),
        ("image", "outside/secret.jpg", "is behind a link out of the catalog's folder"),
        ("image", "https://example.org/a.jpg", "is an address, not a file"),
        ("image", "file:///etc/passwd", "is an address, not a file"),
        ("image", "data:image/png;base64,AAAA", "is an address, not a file"),
        ("image", "a\0.jpg", "has a name with invisible characters"),
        ("image", "a" * 2000, "has a name longer than 1024 characters"),
        ("image", "a" * 300 + ".jpg", "cannot be reached (File name too long)"),
        ("image", "missing.jpg", "is missing"),
        ("image", "empty.jpg", "is empty"),
        ("image", "sub", "is a folder"),
        ("image", "pipe.jpg", "is not a regular file"),
        ("image", "notes.doc", "is not a picture by its ending '.doc'"),
        ("image", "notes.pdf", "is a PDF document, which cannot be decoded here; save it as JPEG or PNG"),
        ("image", "IMG_1.HEIC", "is a HEIC picture, which cannot be decoded here; save it as JPEG or PNG"),
        ("audio", "song.mid", "is MIDI notes, which cannot be decoded here; save it as MP3 or WAV"),
        ("video", "clip.wmv", "is Windows Media video, which cannot be decoded here; save it as MP4"),
        ("audio", "good.jpg", "is not a sound by its ending '.jpg'"),
        ("video", "good.jpg", "is not a video by its ending '.jpg'"),
    ],
)
def test_unusable_medium_is_named_and_the_item_kept(tmp_path: Path, column: str, name: str, problem: str) -> None:
    root = tmp_path / "catalog"
    (root / "sub").mkdir(parents=True)
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (root / "good.jpg").write_bytes(b"x")
    (root / "notes.pdf").write_bytes(b"x")
    (root / "empty.jpg").touch()
    (root / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    (root / "outside").symlink_to(tmp_path)
    os.mkfifo(root / "pipe.jpg")
    items, problems = read(write_rows(root, {**GOOD, column: name}))
    (medium,) = items[0].media
    assert (medium.name, medium.path, medium.problem) == (name, "", problem)
    assert (problems[0].severity, problems[0].id) == ("degraded", "good")
    assert problem in problems[0].reason


@pytest.mark.parametrize("name", ["good.jpg", "./sub/../good.jpg", "inner.jpg", "sub\\deep.jpg", "noending"])
def test_media_inside_the_folder_are_found(tmp_path: Path, name: str) -> None:
    (tmp_path / "sub").mkdir()
    for file in ("good.jpg", "sub/deep.jpg", "noending"):
        (tmp_path / file).write_bytes(b"x")
    (tmp_path / "inner.jpg").symlink_to(tmp_path / "good.jpg")
    (medium,) = only_item(write_rows(tmp_path, {**GOOD, "images": [name, name]})).media
    assert Path(medium.path).is_file()


def test_excluded_columns_are_nowhere_in_the_item(tmp_path: Path) -> None:
    row = {**GOOD, "Secret": 1, "image": "a.jpg", "attributes": {"tags": ["x"], "year": 5}}
    catalog = read_catalog(write_rows(tmp_path, row), exclude=["secret", "TAGS", "image", "misspelled"])
    (item,) = catalog
    assert isinstance(item, Item)
    assert dict(item.attributes) == {"year": 5}
    assert item.media == ()
    assert catalog.summary.exclude_unused == ("misspelled",)


def test_item_without_its_excluded_texts_goes_by_its_id(tmp_path: Path) -> None:
    row = {"id": "36029", "title": "Secret", "description": "Words"}
    item = only_item(write_rows(tmp_path, row), exclude=["title", "description"])
    assert (item.title, item.untitled) == ("36029", True)


def test_a_title_that_is_the_id_is_one_all_the_same(tmp_path: Path) -> None:
    item = only_item(write_rows(tmp_path, {"id": "basil", "title": "basil"}))
    assert (item.title, item.untitled) == ("basil", False)
    assert item_digest(item) != item_digest(replace(item, untitled=True))


def test_id_cannot_be_excluded(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="cannot be excluded"):
        read_catalog(tmp_path / "catalog.jsonl", exclude=["ID"])


def test_strict_reading_stops_at_the_first_problem(tmp_path: Path) -> None:
    path = write_rows(tmp_path, GOOD, {"id": "bad"}, GOOD)
    with pytest.raises(CatalogError, match=r"catalog.jsonl, line 2: The row has neither title nor description."):
        read(path, strict=True)


def test_summary_counts_what_was_read(tmp_path: Path) -> None:
    path = write_rows(tmp_path, GOOD, GOOD, "{", {"id": 2, "title": "x", "price": "cheap", "image": "no.jpg"})
    catalog = read_catalog(path)
    list(catalog)
    assert str(catalog.summary) == (
        "2 items; 2 rows skipped (duplicate id 1, not JSON 1);"
        " 1 item with something left out (wrong type 1, image not usable 1)"
    )
    list(catalog)
    assert catalog.summary.items == 2


def test_problem_reads_as_one_line(tmp_path: Path) -> None:
    _, (problem,) = read(write_rows(tmp_path, GOOD, {"id": "x"}))
    assert str(problem) == (
        "line 2 (id x), skipped: The row has neither title nor description. Give it at least a title."
    )


def test_declared_types_are_kept_and_what_does_not_fit_is_named(tmp_path: Path) -> None:
    types = {"year": "integer", "sold": "boolean", "tags": "list", "made": "date", "code": "category", "w": "number"}
    schema = Schema([Field.of(name, type_) for name, type_ in types.items()])  # type: ignore[arg-type]
    fits = {"Year": "1650", "sold": "no", "tags": "x", "made": "1999-12-31T10:00", "code": 5, "w": 3}
    misfits = {"year": 1.5, "sold": "maybe", "made": "yesterday", "code": ["x"], "w": "heavy"}
    items, problems = read(write_rows(tmp_path, {**GOOD, **fits}, {"id": 2, "title": "x", **misfits}), schema=schema)
    assert items[0].attributes == {
        "year": 1650,
        "sold": False,
        "tags": ("x",),
        "made": "1999-12-31T10:00",
        "code": "5",
        "w": 3.0,
    }
    assert items[1].attributes == {}
    assert [problem.reason for problem in problems] == [
        "year is 1.5, not of the declared type integer.",
        "sold is 'maybe', not of the declared type boolean.",
        "made is 'yesterday', not of the declared type date.",
        "code is ['x'], not of the declared type category.",
        "w is 'heavy', not of the declared type number.",
    ]


def test_schema_beside_the_catalog_is_used(tmp_path: Path) -> None:
    (tmp_path / "catalog.schema.yaml").write_text("fields: {year: {type: category}}")
    assert only_item(write_rows(tmp_path, {**GOOD, "year": 1650})).attributes == {"year": "1650"}


def test_digest_notices_words_and_picture_bytes_and_nothing_else(tmp_path: Path) -> None:
    picture = tmp_path / "a.jpg"
    picture.write_bytes(b"one")
    path = write_rows(tmp_path, {**GOOD, "image": "a.jpg", "x": 1, "y": 2})
    before = item_digest(only_item(path))
    write_rows(tmp_path, {"y": 2, "x": 1, "image": "a.jpg", **GOOD})
    assert item_digest(only_item(path)) == before
    write_rows(tmp_path, {**GOOD, "image": "a.jpg", "x": 1, "y": 3})
    assert item_digest(only_item(path)) != before
    write_rows(tmp_path, {**GOOD, "image": "a.jpg", "x": 1, "y": 2})
    times = (picture.stat().st_atime_ns, picture.stat().st_mtime_ns)
    replacement = tmp_path / "new"
    replacement.write_bytes(b"two!")
    replacement.replace(picture)
    os.utime(picture, ns=times)
    assert item_digest(only_item(path)) != before
    picture.unlink()
    items, _ = read(path)
    assert item_digest(items[0]) != before


def test_an_item_with_several_flaws_is_degraded_once() -> None:
    summary = CatalogSummary()
    for item_id in ("a", "b"):
        summary.count(Item(item_id, item_id))
        for kind in ("wrong type", "NUL"):
            summary.count(RowProblem(1, item_id, kind, "A flaw.", "Correct it.", "degraded"))
    summary.count(RowProblem(3, None, "no id", "The row has no id.", "Give it one.", "skipped"))
    assert (summary.items, summary.degraded, summary.skipped) == (2, 2, 1)
    assert str(summary) == "2 items; 1 row skipped (no id 1); 2 items with something left out (wrong type 2, NUL 2)"


def test_a_catalog_without_problems_counts_its_items_and_says_no_more() -> None:
    summary = CatalogSummary()
    summary.count(Item("a", "a"))
    assert str(summary) == "1 item"


def test_what_was_perceived_does_not_count_in_the_digest() -> None:
    item = Item("a", "A vase", attributes={"year": 1650})
    described = replace(item, descriptions=(Description("ab" * 32, "image", "a model", "1", "A vase."),))
    assert item_digest(described) == item_digest(item)
    assert len(item_digest(item)) == 32
