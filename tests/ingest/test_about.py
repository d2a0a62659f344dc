"""What the shop says of itself: which file is taken, what of it, and what is said where it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.errors import CatalogError
from agent.ingest.about import BESIDE, take_about
from agent.retrieve.about import FILE, MOST_BYTES

TEXT = "# Delivery\n\nParcels leave on Mondays.\n\n# Returns\n\nThirty days, unworn.\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with a catalog and a workspace."""
    (tmp_path / "workspace").mkdir()
    (tmp_path / "catalog.jsonl").write_text("{}")
    return tmp_path


def taken(shop: Path, given: Path | None = None) -> tuple[str, str]:
    """What is said, and what the workspace holds then."""
    told = take_about(shop / "catalog.jsonl", shop / "workspace", given)
    file = shop / "workspace" / FILE
    return told, file.read_text(encoding="utf-8") if file.exists() else ""


@pytest.mark.parametrize("name", BESIDE)
def test_a_file_beside_the_catalog_is_taken_by_itself_and_told(shop: Path, name: str) -> None:
    (shop / name).write_text(TEXT)
    told, held = taken(shop)
    assert told == f"Questions about the shop are answered from {name}: 2 passages."
    assert held == TEXT.strip()
    assert take_about(shop, shop / "workspace", None) == told  # a folder of pictures is a catalog too


def test_both_files_are_taken_one_after_the_other(shop: Path) -> None:
    (shop / "policies.md").write_text("Ring twice.")
    (shop / "about.md").write_text("Open on Fridays.")
    assert taken(shop)[1] == "Open on Fridays.\n\nRing twice."


def test_a_file_that_is_named_takes_the_place_of_what_was_there(shop: Path) -> None:
    (shop / "about.md").write_text(TEXT)
    taken(shop)
    (shop / "more.txt").write_text("\ufeffWe ring\u202e the bell.\x07", encoding="utf-8")
    told, held = taken(shop, shop / "more.txt")
    assert told == "Questions about the shop are answered from more.txt: 1 passage."
    assert held == "We ring the bell."


def test_where_there_is_none_what_was_taken_before_stays(shop: Path) -> None:
    assert taken(shop) == ("", "")
    (shop / "about.md").write_text(TEXT)
    taken(shop)
    (shop / "about.md").unlink()
    assert taken(shop) == ("", TEXT.strip())


BROKEN = {
    "large": (b"a" * (MOST_BYTES + 1), "larger than 200,000 bytes"),
    "empty": (b" \n\n", "says nothing"),
    "a heading alone": (b"# Delivery", "says nothing"),
    "no text": (b"\xff\xfe\x00", "no text in UTF-8"),
    "zeros": (b"a\x00b", "no text in UTF-8"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_cannot_be_taken_is_told_and_stops_only_who_named_it(shop: Path, case: str) -> None:
    content, why = BROKEN[case]
    (shop / "policies.md").write_bytes(content)
    told, held = taken(shop)
    assert why in told
    assert held == ""
    with pytest.raises(CatalogError, match=why):
        taken(shop, shop / "policies.md")


def test_a_file_that_is_not_there_is_an_error(shop: Path) -> None:
    with pytest.raises(CatalogError, match="cannot be read"):
        taken(shop, shop / "nowhere.md")
