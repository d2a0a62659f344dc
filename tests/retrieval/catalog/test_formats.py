from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.catalog import lines
from retrieval.catalog.cleaning import clean_text
from retrieval.catalog.markup import plain_text
from retrieval.errors import CatalogError
from retrieval.schema import Field, Schema
from retrieval.spelling.missing import is_missing
from tests.support.catalogs import GOOD, only_item, only_problem, read, write_csv, write_rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("packed", [False, True])
def test_encodings_with_a_mark_are_read(tmp_path: Path, encoding: str, packed: bool) -> None:
    text = json.dumps({"id": 1, "title": "Älplermagronen 山"}, ensure_ascii=False) + "\r\n"
    mark = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}.get(encoding, b"")
    data = mark + text.encode(encoding)
    path = tmp_path / ("catalog.jsonl.gz" if packed else "catalog.jsonl")
    path.write_bytes(gzip.compress(data) if packed else data)
    assert only_item(path).title == "Älplermagronen 山"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ('{"id": 1, "title": "x"}'.encode("utf-16-le"), "looks like UTF-16"),
        ('{"id": 1, "title": "x"}'.encode("utf-32"), "is UTF-32"),
        (codecs.BOM_UTF16_LE + b'{\x00"\x00i', "not valid UTF-16"),
        (b"", "holds no rows"),
        (b"\n \n", "holds no rows"),
        (b'[{"id": 1}]', "one JSON array"),
        (b"[\n{}\n]", "one JSON array"),
        (b'{\n"id": 1\n}', "several lines"),
        (b"PK\x03\x04....", "a ZIP archive"),
        (gzip.compress(b'{"id": 1}' * 100, mtime=0)[:-12], "damaged gzip"),
        (gzip.compress(bytes(range(64)), mtime=0) + b"tail", "damaged gzip"),
        (b"PAR1....", "damaged Parquet"),
    ],
)
def test_unreadable_file_is_told_plainly(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "catalog.jsonl"
    path.write_bytes(data)
    with pytest.raises(CatalogError, match=words) as error:
        read(path)
    assert error.value.hint.endswith(".")


def test_unknown_format_names_the_known_ones(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(CatalogError, match="no known format") as error:
        read(tmp_path / "notes.txt")
    assert "parquet" in error.value.hint


def test_missing_catalog_is_told(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="There is no catalog at"):
        read(tmp_path / "nothing.jsonl")


def test_device_is_not_a_catalog() -> None:
    with pytest.raises(CatalogError, match="neither a file nor a folder"):
        read(Path("/dev/zero"))


def test_format_is_told_by_content_when_the_ending_says_nothing(tmp_path: Path) -> None:
    assert only_item(write_rows(tmp_path, GOOD, name="export.txt")).id == "good"
    assert only_item(write_csv(tmp_path, "id,title\n1,x\n", name="table.txt")).id == "1"


def test_giant_line_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LINE_LIMIT", 1000)
    problem = only_problem(tmp_path, {"id": 1, "title": "x" * 600_000})
    assert problem.kind == "line too long"


def test_decompression_bomb_is_refused_before_it_unfolds(tmp_path: Path) -> None:
    path = tmp_path / "catalog.jsonl.gz"
    with gzip.open(path, "wb") as file:
        for _ in range(100):
            file.write(b" " * 2**20)
    with pytest.raises(CatalogError, match="times its size"):
        read(path)


def test_csv_is_typed_by_whole_columns(tmp_path: Path) -> None:
    text = (
        "ID,Title,price,year,weight,sold,zip,mixed,empty\n"
        '1,"A ""quoted"", one",9.5,1650,1.5,true,01234,5,\n'
        '2,"Two\nlines",,1700,2,FALSE,99999,x,\n'
    )
    items, problems = read(write_csv(tmp_path, text))
    assert not problems
    assert [item.title for item in items] == ['A "quoted", one', "Two lines"]
    assert items[0].price == 9.5
    assert dict(items[0].attributes) == {"year": 1650, "weight": 1.5, "sold": True, "zip": "01234", "mixed": "5"}
    assert dict(items[1].attributes) == {"year": 1700, "weight": 2.0, "sold": False, "zip": "99999", "mixed": "x"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("packed", [False, True])
def test_csv_delimiter_is_found(tmp_path: Path, delimiter: str, packed: bool) -> None:
    data = f"id{delimiter}title{delimiter}n\n1{delimiter}x{delimiter}2\n".encode("utf-8-sig")
    path = tmp_path / ("catalog.csv.gz" if packed else "catalog.csv")
    path.write_bytes(gzip.compress(data) if packed else data)
    assert only_item(path).attributes == {"n": 2}


def test_csv_lists_are_split_where_declared_or_where_bars_part_short_words(tmp_path: Path) -> None:
    schema = Schema([Field.of("tags", "list")])
    path = write_csv(tmp_path, "id,title,tags,other\n1,x,a|b; c,a|b\n2,y,a; b,c\n")
    items, _ = read(path, schema=schema)
    assert [item.attributes for item in items] == [
        {"tags": ("a", "b; c"), "other": ("a", "b")},
        {"tags": ("a", "b"), "other": ("c",)},
    ]


def test_bad_csv_rows_are_reported_with_their_lines(tmp_path: Path) -> None:
    data = 'id,title\n1,"two\nlïnes"\n0,tëa\n'.encode() + b'2,caf\xe9\n3,a,b\n4\n5,"a",b"c\n6,good\n7,"never, closed\n'
    path = tmp_path / "catalog.csv"
    path.write_bytes(data)
    items, problems = read(path)
    assert [item.id for item in items] == ["1", "0", "6"]
    assert [(problem.line, problem.kind) for problem in problems] == [
        (5, "not UTF-8"),
        (6, "wrong number of cells"),
        (7, "wrong number of cells"),
        (8, "wrong number of cells"),
        (10, "not CSV"),
    ]


def test_long_csv_cell_names_the_quotation_mark_as_likely_cause(tmp_path: Path) -> None:
    path = write_csv(tmp_path, 'id,title\n1,"' + "x\n" * 600_000 + '"\n2,y\n')
    items, problems = read(path)
    assert problems[0].line == 2
    assert "quotation mark" in problems[0].hint
    assert items[-1].id == "2"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no readable header"),
        ("name,title\n1,x\n", "none is named 'id'.*The columns are 'name', 'title'"),
        ("id,a,A\n1,x,y\n", "two columns are named 'a'"),
    ],
)
def test_unusable_csv_header_is_told(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(CatalogError, match=words):
        read(write_csv(tmp_path, text))


def test_parquet_is_read_like_jsonl(tmp_path: Path) -> None:
    import pyarrow as arrow
    from pyarrow import parquet

    table = arrow.Table.from_pylist(
        [
            {"id": 1, "title": "A", "tags": ["x", "y"], "weight": 1.5, "attributes": {"year": 1650}},
            {"id": 2, "title": "B", "tags": [], "weight": float("nan"), "attributes": None},
            {"id": 1, "title": "C", "tags": None, "weight": None, "attributes": None},
        ]
    )
    parquet.write_table(table, tmp_path / "catalog.parquet")
    items, (problem,) = read(tmp_path / "catalog.parquet")
    assert [dict(item.attributes) for item in items] == [{"tags": ("x", "y"), "weight": 1.5, "year": 1650}, {}]
    assert (problem.line, problem.kind) == (3, "duplicate id")


def test_parquet_without_its_extra_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "catalog.parquet").write_bytes(b"PAR1....")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(CatalogError, match=r"pip install 'tastemaker\[parquet\]'"):
        read(tmp_path / "catalog.parquet")


def test_folder_of_pictures_takes_words_from_sidecars(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("blue_vase.jpg", "b.png", "c.webp", "sub/d.gif", ".hidden.jpg", "notes.md"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "b.json").write_text('{"id": "vase-2", "title": "Second vase",\n "price": 12, "image": "c.webp"}')
    (tmp_path / "c.txt").write_bytes("\ufeffThird vase\n\nIt is old.\n".encode())
    items, problems = read(tmp_path)
    assert not problems
    assert [(item.id, item.title, item.description, item.price) for item in items] == [
        ("vase-2", "Second vase", "", 12),
        ("blue_vase", "blue vase", "", None),
        ("c", "Third vase", "It is old.", None),
        ("sub/d", "d", "", None),
    ]
    assert [[medium.name for medium in item.media] for item in items] == [
        ["b.png", "c.webp"],
        ["blue_vase.jpg"],
        ["c.webp"],
        ["sub/d.gif"],
    ]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.json", b"{", "a.json: "),
        ("a.json", b"[]", "not an object"),
        ("a.txt", b"caf\xe9", "not UTF-8"),
        ("a.txt", b"x" * 2_000_000, "larger than"),
        ("a.txt", codecs.BOM_UTF32_LE + b"x", "UTF-32"),
    ],
)
def test_bad_sidecar_is_reported(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    (tmp_path / "a.jpg").write_bytes(b"x")
    (tmp_path / "b.jpg").write_bytes(b"x")
    (tmp_path / name).write_bytes(data)
    items, (problem,) = read(tmp_path)
    assert [item.id for item in items] == ["b"]
    assert (problem.kind, problem.id) == ("sidecar", "a")
    assert words in problem.reason


def test_sidecar_may_not_be_a_link_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "a.jpg").write_bytes(b"x")
    (folder / "a.txt").symlink_to(tmp_path / "secret.txt")
    _, (problem,) = read(folder)
    assert "link out of the folder" in problem.reason


def test_folder_without_pictures_points_at_the_catalog_in_it(tmp_path: Path) -> None:
    write_rows(tmp_path, GOOD)
    with pytest.raises(CatalogError, match="holds no pictures") as error:
        read(tmp_path)
    assert "catalog.jsonl" in error.value.hint


texts = st.text(st.characters(codec="utf-8"), max_size=30)
records = st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=6)


def said(text: str) -> str:
    """What is read of a text: nothing where it only says that there is none."""
    shown = plain_text(text)
    return "" if is_missing(shown) else clean_text(shown)


def title_of(text: str) -> str:
    return " ".join(said(text).split()) or "t"


@settings(deadline=None)
@given(records)
def test_what_is_written_as_jsonl_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]
) -> None:
    path = tmp_path_factory.mktemp("jsonl") / "catalog.jsonl"
    given_rows = [
        {"id": i, "title": a if said(a) else "t", "description": b, "note": c} for i, (a, b, c) in enumerate(rows)
    ]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=i % 2 == 0) for i, row in enumerate(given_rows)), "utf-8")
    items, problems = read(path)
    assert {problem.kind for problem in problems} <= {"NUL"}
    assert [(item.title, item.description, item.attributes.get("note", "")) for item in items] == [
        (title_of(a), said(b), said(c)) for a, b, c in rows
    ]


@settings(deadline=None)
@given(records, st.sampled_from(",;\t"))
def test_what_is_written_as_csv_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], delimiter: str
) -> None:
    path = tmp_path_factory.mktemp("csv") / "catalog.csv"
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(["id", "title", "description", "note"])
    for number, (a, b, c) in enumerate(rows):
        writer.writerow([number, a if said(a) else "t", b, c])
    path.write_bytes(out.getvalue().encode())
    items, problems = read(path, schema=Schema([Field.of("note", "text")]))
    assert {problem.kind for problem in problems} <= {"NUL"}
    assert [(item.title, item.description, item.attributes.get("note", "")) for item in items] == [
        (title_of(a), said(b), said(c)) for a, b, c in rows
    ]


@settings(deadline=None)
@given(st.lists(st.binary(max_size=80), max_size=8))
def test_no_bytes_make_reading_fail_other_than_plainly(
    tmp_path_factory: pytest.TempPathFactory, junk: list[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("junk")
    for name, first in (("catalog.jsonl", b'{"id": 1, "title": "x"}'), ("catalog.csv", b"id,title")):
        path = folder / name
        path.write_bytes(b"\n".join([first, *junk]))
        try:
            read(path)
        except CatalogError as error:
            assert error.hint  # noqa: PT017 - either outcome is right
