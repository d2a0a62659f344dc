"""Media by the names a catalog gives them, found inside its folder alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.catalog.media_paths import ENDINGS, MediaFolder
from retrieval.catalog.problems import Flaw
from retrieval.items import MediaKind


@pytest.fixture
def folder(tmp_path: Path) -> MediaFolder:
    (tmp_path / "sub").mkdir()
    for name in ("a.JPG", "moving.gif", "sub/b.png", "sound.ogg"):
        (tmp_path / name).write_bytes(b"x")
    return MediaFolder(tmp_path)


def test_a_medium_has_its_absolute_path_and_the_name_the_catalog_wrote(folder: MediaFolder, tmp_path: Path) -> None:
    medium = folder.find("image", "./sub/../sub/b.png")
    assert (medium.kind, medium.name, medium.problem) == ("image", "./sub/../sub/b.png", None)
    assert medium.path == str(tmp_path.resolve() / "sub" / "b.png")


@pytest.mark.parametrize(("kind", "name"), [("image", "a.JPG"), ("image", "moving.gif"), ("video", "moving.gif")])
def test_endings_are_known_in_any_case_and_some_are_of_two_kinds(
    folder: MediaFolder, kind: MediaKind, name: str
) -> None:
    assert folder.find(kind, name).problem is None


@pytest.mark.parametrize(
    ("kind", "name", "problem"),
    [
        ("video", "a.JPG", "is not a video by its ending '.JPG'"),
        ("audio", "moving.gif", "is not a sound by its ending '.gif'"),
        ("image", "nowhere.jpg", "is missing"),
        ("image", "sub", "is a folder"),
        ("image", "mailto:somebody", "is an address, not a file"),
        ("image", "c:a.jpg", "has an absolute path"),
        ("image", "x" * 1025, "has a name longer than 1024 characters"),
        ("image", "a.jpg.tar.gz.and.a.very.long.ending", "is not a picture by its ending '.ending'"),
    ],
)
def test_a_medium_that_cannot_be_used_says_why_and_has_no_path(
    folder: MediaFolder, kind: MediaKind, name: str, problem: str
) -> None:
    medium = folder.find(kind, name)
    assert (medium.path, medium.name, medium.problem) == ("", name, problem)


def test_a_folder_beside_that_begins_with_the_same_name_is_outside(tmp_path: Path) -> None:
    for name in ("catalog", "catalog-private"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.jpg").write_bytes(b"x")
    media = MediaFolder(tmp_path / "catalog")
    assert media.find("image", "../catalog/a.jpg").problem is None
    assert media.find("image", "../catalog-private/a.jpg").problem == "leads out of the catalog's folder"


def test_a_cell_names_one_medium_or_several(folder: MediaFolder) -> None:
    flaws: list[Flaw] = []
    assert [medium.name for medium in folder.media("images", "image", ["a.JPG", "sub/b.png"], flaws)] == [
        "a.JPG",
        "sub/b.png",
    ]
    assert [medium.problem for medium in folder.media("audio", "audio", "sound.ogg", flaws)] == [None]
    assert list(folder.media("audio", "audio", None, flaws)) == []
    assert flaws == []


def test_every_kind_of_medium_has_endings_written_small_and_without_a_point() -> None:
    assert set(ENDINGS) == {"image", "audio", "video"}
    assert all(ending.isalnum() and ending.islower() for endings in ENDINGS.values() for ending in endings)
