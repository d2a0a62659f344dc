"""What `docs/extending.md` sends people to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n)+)", PAGE, flags=re.MULTILINE))


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`([\w./]+/[\w.]*)`", PAGE))))
def test_every_file_and_folder_it_names_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_a_channel_touches_at_most_five_files() -> None:
    steps = re.findall(r"^(\d+)\. `", SECTIONS["A channel"], flags=re.MULTILINE)
    assert steps == ["1", "2", "3", "4", "5"]
