"""What the pages under `docs` and the README name is there, and the picture of the rooms is what its text says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support.places import ROOT
from tests.support.scripts import load_script

ARCHITECTURE = ROOT / "docs" / "architecture.md"
PICTURE = ROOT / "docs" / "pictures" / "architecture.svg"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PATH = re.compile(r"`((?:agent|benchmarks|docs|prompts|retrieval|tests|ui|\.ci)/[^`\s]*)`")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def rooms() -> list[str]:
    """The modules and packages right inside `agent`, as import-linter has them."""
    [layers] = [contract["layers"] for contract in CONTRACTS if contract.get("containers") == ["agent"]]
    return [room.strip() for layer in layers for room in layer.split("|")]


@each_page
def test_every_path_of_the_repository_that_a_page_names_is_there(page: Path) -> None:
    paths = PATH.findall(page.read_text(encoding="utf-8"))
    assert [path for path in paths if not (ROOT / path).exists()] == []


@each_page
def test_links_lead_to_files(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    local = [target for target in targets if not target.startswith(("http:", "https:"))]
    assert [target for target in local if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("room", rooms())
def test_the_page_on_architecture_names_every_room_of_the_agent(room: str) -> None:
    named = set(PATH.findall(ARCHITECTURE.read_text(encoding="utf-8")))
    assert {f"agent/{room}", f"agent/{room}.py"} & named


def test_the_picture_is_what_its_text_draws() -> None:
    source = PICTURE.with_suffix(".txt").read_text(encoding="utf-8")
    assert load_script("picture").draw(source) == PICTURE.read_text(encoding="utf-8"), "run .ci/picture"


def test_the_rooms_in_the_picture_are_there() -> None:
    names = [text.text or "" for text in ElementTree.parse(PICTURE).iter() if text.get("class") == "name"]
    assert {"perceive", "understand", "retrieve", "rerank", "diversify", "explain"} <= set(names)
    assert [name for name in names if "/" in name and not (ROOT / name).exists()] == []
