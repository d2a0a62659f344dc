"""The tables of spellings beside this module."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


def cases(name: str) -> list[Any]:
    content: list[Any] = yaml.safe_load((Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8"))
    return content
