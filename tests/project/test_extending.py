"""What `docs/extending.md` sends people to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from retrieval.fusion.catalogue import NAMES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
TUNING = (ROOT / "docs" / "tuning.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n)+)", PAGE, flags=re.MULTILINE))


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`([\w./]+/[\w.]*)`", PAGE))))
def test_every_file_and_folder_it_names_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def steps(text: str) -> list[str]:
    return re.findall(r"^(\d+)\. `", text, flags=re.MULTILINE)


def test_a_channel_touches_at_most_five_files() -> None:
    assert steps(SECTIONS["A channel"]) == ["1", "2", "3", "4", "5"]


def test_a_fusion_touches_three_files_and_one_that_learns_four() -> None:
    free, learned = SECTIONS["A fusion"].split("One that is trained")
    assert steps(free) == ["1", "2", "3"]
    assert steps(learned) == ["1", "2", "3", "4"]


def test_one_page_names_every_fusion() -> None:
    names = TUNING.partition("## One switch")[2]
    assert [name for name in NAMES if f"`{name}`" not in names] == []
