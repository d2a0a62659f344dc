"""Catalogs that are sent: unpacked safely, kept in the workspace, looked at before they are brought in."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.errors import CatalogError, WorkspaceError
from retrieval.catalog import read_catalog
from retrieval.items import Item
from retrieval.schema import SCHEMA_FILE, load_schema
from tests.support.catalogs import write_rows
from ui.service import archives
from ui.service.archives import unpack
from ui.service.catalogs import STAGED, Catalogs, Chosen, media_paths, pointed
from ui.service.preview import Use, declare, preview, uses_in

ROW = '{"id": "1", "title": "Lamp", "image": "lamp.jpg", "colour": "red"}\n'


def packed(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


@pytest.fixture
def named() -> set[str]:
    """The files that items name."""
    return set()


@pytest.fixture
def catalogs(tmp_path: Path, named: set[str]) -> Catalogs:
    return Catalogs(tmp_path / "w" / "catalogs", lambda: named)


def brought(catalogs: Catalogs, file: Path, name: str) -> Path:
    """A catalog that was sent, looked at and brought in."""
    return catalogs.keep(catalogs.stage(file, name))


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


# Archives


def test_an_archive_of_a_folder_is_unpacked_without_hidden_files(tmp_path: Path) -> None:
    archive = packed(tmp_path / "a.zip", {"shop/catalog.jsonl": b"{}", "shop/.DS_Store": b"x", "__MACOSX/shop/a": b"x"})
    assert unpack(archive, tmp_path / "out") == 2
    assert files_in(tmp_path / "out") == {"shop/catalog.jsonl"}


@pytest.mark.parametrize(
    "name", ["../up.csv", "/etc/passwd", "a/../../b", "C:/x", "a\\..\\b", "nul\nline", "x" * 300, "a/" * 20 + "b"]
)
def test_a_name_that_leads_out_of_an_archive_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    archive = packed(tmp_path / "a.zip", {"good.csv": b"id,title", name: b"x"})
    with pytest.raises(CatalogError, match="holds the name"):
        unpack(archive, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def linked(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        entry = zipfile.ZipInfo("link")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")


def doubled(path: Path) -> None:
    packed(path, {"a.csv": b"1", "b.csv": b"2"})
    path.write_bytes(path.read_bytes().replace(b"b.csv", b"a.csv"))


def locked(path: Path) -> None:
    packed(path, {"a.csv": b"id,title"})
    data = bytearray(path.read_bytes())
    for at in (data.find(b"PK\x03\x04") + 6, data.find(b"PK\x01\x02") + 8):
        data[at] |= 1
    path.write_bytes(data)


def unusual(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.csv", "id,title")


def damaged(path: Path) -> None:
    packed(path, {"a.csv": os.urandom(5_000)})
    data = bytearray(path.read_bytes())
    data[2_000] ^= 255
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (linked, "is a link"),
        (doubled, "names one file twice"),
        (locked, "needs a password"),
        (unusual, "packed in an unusual way"),
        (damaged, "is damaged"),
        (lambda path: packed(path, {"a": b"1", "a/b": b"2"}), "file and a folder of the same name"),
        (lambda path: packed(path, {"[Content_Types].xml": b"<x/>"}), "is a spreadsheet"),
        (lambda path: packed(path, {}), "holds no files"),
        (lambda path: path.write_bytes(b"PK\x03\x04 and no more"), "is damaged"),
    ],
)
def test_an_archive_with_anything_but_plain_files_is_refused(
    tmp_path: Path, make: Callable[[Path], object], why: str
) -> None:
    make(tmp_path / "a.zip")
    with pytest.raises(CatalogError, match=why):
        unpack(tmp_path / "a.zip", tmp_path / "out")


def test_an_archive_of_more_files_than_catalogs_have_is_refused_before_its_list_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = packed(tmp_path / "many.zip", {f"{number}.txt": b"" for number in range(20)})
    assert unpack(archive, tmp_path / "all") == 0
    monkeypatch.setattr(archives, "MAX_FILES", 19)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(CatalogError, match="more than 19 files"):
        unpack(archive, tmp_path / "none")


def test_files_that_lie_over_each_other_count_as_they_are_packed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = packed(tmp_path / "a.zip", {"a.csv": os.urandom(1_000) * 100})
    with zipfile.ZipFile(archive, "a") as opened:
        for number in range(50):
            copy = zipfile.ZipInfo(f"{number}.csv")
            for name in ("header_offset", "compress_type", "CRC", "compress_size", "file_size", "create_system"):
                setattr(copy, name, getattr(opened.infolist()[0], name))
            opened.filelist.append(copy)
        opened._didModify = True
    monkeypatch.setattr(archives, "BOMB_BYTES", 1_000)
    with pytest.raises(CatalogError, match="would unpack to"):
        unpack(archive, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_bomb_is_refused_by_what_it_would_become(tmp_path: Path) -> None:
    archive = packed(tmp_path / "bomb.zip", {"zeros.csv": bytes(archives.BOMB_BYTES + 1)})
    assert archive.stat().st_size < 100_000
    with pytest.raises(CatalogError, match=r"would unpack to 64 MiB from 0\.1"):
        unpack(archive, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@settings(deadline=None, max_examples=60)
@given(data=st.binary(min_size=0, max_size=200), flips=st.lists(st.tuples(st.integers(0, 400), st.integers(1, 255))))
def test_a_broken_archive_never_fails_in_another_way(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, flips: list[tuple[int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("broken")
    archive = packed(folder / "a.zip", {"catalog.csv": data, "deep/b.txt": data * 3})
    broken = bytearray(archive.read_bytes())
    for at, change in flips:
        broken[at % len(broken)] ^= change
    archive.write_bytes(broken)
    with contextlib.suppress(CatalogError):
        unpack(archive, folder / "out")
    outside = files_in(folder) - {f"out/{name}" for name in files_in(folder / "out")}
    assert outside == {"a.zip"}


# Keeping


def test_a_table_that_is_sent_is_kept_under_a_harmless_name(catalogs: Catalogs, tmp_path: Path) -> None:
    table = write_rows(tmp_path, {"id": "1", "title": "Lamp"})
    for name in (
        "shop.jsonl",
        "../../etc/shop.jsonl",
        "a b.jsonl",
        "..",
        "con:\0.jsonl",
        "<script>.jsonl",
        "日本.jsonl",
    ):
        kept = brought(catalogs, table, name)
        assert kept.is_relative_to(catalogs.folder)
        assert kept.parent.parent == catalogs.folder
        assert kept.read_bytes() == table.read_bytes()
    assert brought(catalogs, table, "shop.jsonl") == catalogs.folder / "shop" / "shop.jsonl"


def test_names_that_look_alike_once_harmless_do_not_replace_one_another(catalogs: Catalogs, tmp_path: Path) -> None:
    table = write_rows(tmp_path, {"id": "1", "title": "Lamp"})
    assert len({brought(catalogs, table, name) for name in ("a_b.jsonl", "a b.jsonl", "a/a_b.jsonl")}) == 3


def test_what_is_sent_again_leaves_the_same_files_untouched_and_removes_what_is_gone(
    catalogs: Catalogs, tmp_path: Path
) -> None:
    first = {"shop/items.jsonl": ROW.encode(), "shop/lamp.jpg": b"lamp", "shop/old.jpg": b"old", "shop/x": b"file"}
    kept = brought(catalogs, packed(tmp_path / "1.zip", first), "shop.zip")
    assert kept == catalogs.folder / "shop" / "shop" / "items.jsonl"
    before = (kept.parent / "lamp.jpg").stat().st_ctime_ns
    (kept.parent / SCHEMA_FILE).write_text("fields: {colour: {type: text}}")
    second = {"shop/items.jsonl": ROW.encode() * 2, "shop/lamp.jpg": b"lamp", "shop/x/y": b"folder"}
    brought(catalogs, packed(tmp_path / "2.zip", second), "shop.zip")
    assert files_in(kept.parent) == {"items.jsonl", "lamp.jpg", "x/y", SCHEMA_FILE}
    assert (kept.parent / "lamp.jpg").stat().st_ctime_ns == before
    assert kept.read_text() == ROW * 2
    assert {name for name in files_in(catalogs.folder) if not name.startswith(STAGED)} == {
        f"shop/shop/{name}" for name in files_in(kept.parent)
    }


def pictured(path: Path, **pictures: bytes) -> Path:
    """A catalog of these pictures, each of an item of its own."""
    rows = [{"id": name, "title": name, "image": f"{name}.jpg"} for name in pictures]
    table = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
    return packed(path, {"items.jsonl": table, **{f"{name}.jpg": data for name, data in pictures.items()}})


def taken_in(catalog: Path, named: set[str]) -> None:
    """Have items name what a catalog brings."""
    named |= media_paths(row for row in read_catalog(catalog) if isinstance(row, Item))


def test_whoever_only_looks_at_a_catalog_changes_nothing_for_anybody(
    catalogs: Catalogs, tmp_path: Path, named: set[str]
) -> None:
    kept = brought(catalogs, pictured(tmp_path / "1.zip", lamp=b"lamp", chair=b"chair"), "shop.zip")
    taken_in(kept, named)
    before = {name: (kept.parent / name).read_bytes() for name in files_in(kept.parent)}
    looked_at = [catalogs.stage(pictured(tmp_path / "2.zip", lamp=b"another", boat=b"boat"), "shop.zip", "eve")]
    looked_at += [catalogs.stage(pictured(tmp_path / "3.zip", boat=b"boat"), "shop.zip", "bob")]
    assert {name: (kept.parent / name).read_bytes() for name in files_in(kept.parent)} == before
    assert [len(preview(path).items) for path in looked_at] == [2, 1]
    assert catalogs.present(looked_at[0]) == looked_at[0]


def test_a_file_that_an_item_names_is_never_removed_and_never_replaced(
    catalogs: Catalogs, tmp_path: Path, named: set[str]
) -> None:
    first = brought(catalogs, pictured(tmp_path / "1.zip", lamp=b"lamp", chair=b"chair"), "shop.zip")
    taken_in(first, named)
    changed = brought(catalogs, pictured(tmp_path / "2.zip", lamp=b"another lamp"), "shop.zip")
    taken_in(changed, named)
    other = brought(catalogs, pictured(tmp_path / "3.zip", boat=b"boat"), "shop.zip")
    assert len({path.parent for path in (first, changed, other)}) == 3
    grown = pictured(tmp_path / "4.zip", lamp=b"lamp", boat=b"boat")
    assert brought(catalogs, grown, "shop.zip") == first  # the same lamp: its item counts as unchanged
    assert {name: (first.parent / name).read_bytes() for name in ("lamp.jpg", "chair.jpg", "boat.jpg")} == {
        "lamp.jpg": b"lamp",
        "chair.jpg": b"chair",
        "boat.jpg": b"boat",
    }
    in_the_way = packed(tmp_path / "5.zip", {"lamp.jpg/lamp.jpg": b"x", "boat.jpg": b"boat"})
    assert brought(catalogs, in_the_way, "shop.zip") != first.parent
    assert sorted(Path(path).read_bytes() for path in named) == [b"another lamp", b"chair", b"lamp"]


def test_what_no_item_names_any_more_goes_once_its_successor_is_brought_in(
    catalogs: Catalogs, tmp_path: Path, named: set[str]
) -> None:
    first = brought(catalogs, pictured(tmp_path / "1.zip", lamp=b"lamp"), "shop.zip")
    taken_in(first, named)
    second = brought(catalogs, pictured(tmp_path / "2.zip", lamp=b"another lamp"), "shop.zip")
    catalogs.tidy(second)
    assert first.exists()
    named.clear()
    taken_in(second, named)
    elsewhere = brought(catalogs, write_rows(tmp_path, {"id": "1", "title": "Lamp"}), "shops.jsonl")
    catalogs.tidy(second)
    assert not first.parent.exists()
    assert second.exists()
    assert elsewhere.exists()
    catalogs.tidy(tmp_path)  # a catalog of the machine's own
    assert tmp_path.exists()


def test_a_catalog_that_was_kept_is_found_again_by_where_it_was_looked_at(catalogs: Catalogs, tmp_path: Path) -> None:
    looked_at = catalogs.stage(write_rows(tmp_path, {"id": "1", "title": "Lamp"}), "shop.jsonl")
    kept = catalogs.keep(looked_at)
    assert catalogs.present(looked_at) == catalogs.keep(kept) == kept == catalogs.folder / "shop" / "shop.jsonl"
    assert catalogs.present(tmp_path) == tmp_path


def test_what_is_only_looked_at_goes_with_its_sender_with_time_and_where_there_is_too_much(
    catalogs: Catalogs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = write_rows(tmp_path, {"id": "1", "title": "Lamp"})
    of_ada, of_eve = (catalogs.stage(table, "shop.jsonl", owner) for owner in ("ada", "eve"))
    assert "ada" not in str(of_ada.relative_to(catalogs.folder))
    assert (catalogs.forget("ada"), catalogs.forget("ada")) == (1, 0)
    assert not of_ada.exists()
    assert of_eve.exists()
    monkeypatch.setattr("ui.service.catalogs.MOST_STAGED", 3)
    later = [catalogs.stage(table, "shop.jsonl") for _ in range(5)]
    assert [path.exists() for path in later] == [False, False, True, True, True]
    monkeypatch.setattr("ui.service.catalogs.STAGED_S", -1.0)
    newest = catalogs.stage(table, "shop.jsonl")
    assert [path.exists() for path in (*later, newest)] == [False] * 5 + [True]


def test_a_declared_schema_comes_with_a_catalog_of_that_name_unless_it_brings_its_own(
    catalogs: Catalogs, tmp_path: Path
) -> None:
    kept = brought(catalogs, packed(tmp_path / "1.zip", {"items.jsonl": ROW.encode()}), "shop.zip")
    (kept.parent / SCHEMA_FILE).write_text("fields: {colour: {type: text}}")
    again = catalogs.stage(packed(tmp_path / "2.zip", {"items.jsonl": ROW.encode()}), "shop.zip")
    assert load_schema(again.parent / SCHEMA_FILE).fields["colour"].type == "text"
    own = {"items.jsonl": ROW.encode(), SCHEMA_FILE: b"fields: {colour: {type: category}}"}
    brings = catalogs.stage(packed(tmp_path / "3.zip", own), "shop.zip")
    assert load_schema(brings.parent / SCHEMA_FILE).fields["colour"].type == "category"


def test_a_folder_of_pictures_is_a_catalog_and_several_tables_are_not(catalogs: Catalogs, tmp_path: Path) -> None:
    pictures = packed(tmp_path / "p.zip", {"a/one.jpg": b"1", "a/two.jpg": b"2"})
    assert brought(catalogs, pictures, "p.zip") == catalogs.folder / "p" / "a"
    with pytest.raises(CatalogError, match=r"several tables: one.csv, two.csv"):
        brought(catalogs, packed(tmp_path / "t.zip", {"one.csv": b"id", "two.csv": b"id"}), "t.zip")
    named = packed(tmp_path / "n.zip", {"catalog.csv": b"id", "two.csv": b"id"})
    assert brought(catalogs, named, "n.zip").name == "catalog.csv"


def test_what_cannot_be_used_leaves_the_earlier_catalog_as_it_was(
    catalogs: Catalogs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = write_rows(tmp_path, {"id": "1", "title": "Lamp"})
    kept = brought(catalogs, table, "shop.jsonl")
    (tmp_path / "empty").touch()
    with pytest.raises(CatalogError, match="empty"):
        brought(catalogs, tmp_path / "empty", "shop.jsonl")

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("ui.service.catalogs.shutil.copyfileobj", full)
    with pytest.raises(WorkspaceError, match="No space left on device"):
        brought(catalogs, table, "shop.jsonl")
    assert kept.read_bytes() == table.read_bytes()
    assert {path.name for path in catalogs.folder.iterdir()} == {"shop", STAGED}
    assert len(list((catalogs.folder / STAGED).iterdir())) == 1  # of the first: that it was kept, and where


def test_what_was_being_brought_in_is_known_after_a_restart_until_it_is_finished(
    catalogs: Catalogs, tmp_path: Path
) -> None:
    assert catalogs.unfinished() is None
    chosen = Chosen(brought(catalogs, write_rows(tmp_path, {"id": "1", "title": "Lamp"}), "shop.jsonl"), ("tags",))
    catalogs.remember(chosen)
    assert Catalogs(catalogs.folder, set).unfinished() == chosen
    catalogs.remember(chosen, finished=True)
    assert catalogs.unfinished() is None
    catalogs.remember(chosen)
    chosen.path.unlink()
    assert catalogs.unfinished() is None


def test_a_path_on_the_server_has_to_be_whole_and_there(tmp_path: Path) -> None:
    assert pointed(f" {tmp_path} ") == tmp_path
    os.mkfifo(tmp_path / "pipe.jsonl")
    for wrong in ("", "catalog.jsonl", str(tmp_path / "gone"), "a\0b", str(tmp_path / "pipe.jsonl"), "/dev/zero"):
        with pytest.raises(CatalogError, match="no catalog"):
            pointed(wrong)


# Looking before


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rows = [{"id": str(at), "title": f"Lamp {at}", "colour": "red", "weight": at, "notes": "x"} for at in range(30)]
    return write_rows(tmp_path, *rows, {"id": "0", "title": "Again"}, {"id": "no title"})


def test_a_preview_shows_rows_problems_and_fields_and_says_whether_there_is_more(table: Path) -> None:
    whole = preview(table)
    assert (len(whole.items), [one.line for one in whole.problems], whole.more) == (30, [31, 32], False)
    types = {one.name: one.type for one in whole.uses}
    assert (types["title"], types["colour"], types["weight"]) == ("text", "category", "integer")
    assert preview(table, 30).more


def test_only_what_was_changed_is_declared(table: Path) -> None:
    before = preview(table).schema
    wanted = [
        Use(one.name, one.type, one.filterable, one.searchable, one.name == "colour", one.name == "notes")
        for one in preview(table).uses
    ]
    assert declare(table, before, wanted) == ("notes",)
    declared = load_schema(table.parent / SCHEMA_FILE)
    assert list(declared.fields) == ["colour"]
    assert declared.fields["colour"].hidden
    again = preview(table)
    assert declare(table, again.schema, [*again.uses[:-1], Use("weight", "number", True, False, False)]) == ()
    assert list(load_schema(table.parent / SCHEMA_FILE).fields) == ["colour", "weight"]


def test_nothing_is_declared_where_nothing_was_changed(table: Path) -> None:
    found = preview(table)
    assert declare(table, found.schema, found.uses) == ()
    assert not (table.parent / SCHEMA_FILE).exists()


def test_a_field_can_only_be_what_fields_are(table: Path) -> None:
    before = preview(table).schema
    for wrong, why in (
        (Use("colour", "colour", True, True, False), "cannot be of type 'colour'"),
        (Use("title", "number", True, True, False), "always of type text"),
        (Use("nothing", "text", True, True, False), "no field 'nothing'"),
    ):
        with pytest.raises(CatalogError, match=why):
            declare(table, before, [wrong])
    assert not (table.parent / SCHEMA_FILE).exists()


def test_a_form_says_what_fields_are_for_and_nothing_else_counts() -> None:
    form = {
        "act": "ingest", "name-0": "colour", "type-0": "category", "filterable-0": "on", "left_out-0": "on",
        "name-10": "size", "type-10": "number", "hidden-10": "on", "name-x": "no", "hidden-7": "on",
    }  # fmt: skip
    assert uses_in(form) == [
        Use("colour", "category", True, False, False, True),
        Use("size", "number", False, False, True, False),
    ]
    assert uses_in({"name-0": "colour"}) == [Use("colour", "None", False, False, False)]
