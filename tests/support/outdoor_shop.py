"""A small outdoor shop: prices, brands, colours, and descriptions that answer questions."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from agent.config import load_config
from agent.recommender import RecommendationAgent
from tests.support.catalogs import write_rows

_ROWS = """
jacket-1 | Rain Shell | Jackets | 120 | Northfell | red | A waterproof jacket with a hood that rolls away.
jacket-2 | Ridge Down | Jackets | 210 | Northfell | blue | A warm down jacket for cold nights, without a hood.
jacket-3 | City Parka | Jackets | 160 | Brisk | black | A long parka with four pockets and a fleece lining.
jacket-4 | Trail Windbreaker | Jackets | 60 | Brisk | green | A light jacket for running, packs into its own pocket.
jacket-5 | Alpine Shell | Jackets | 330 | Summit | red | A hard shell jacket for climbing in bad weather.
jacket-6 | Meadow Fleece | Jackets | 45 | Brisk | grey | A soft fleece jacket made of recycled bottles.
tent-1 | Dome Two | Tents | 180 | Summit | green | A tent for two people, stands within five minutes.
tent-2 | Tunnel Four | Tents | 420 | Northfell | orange | A tent for four people with a porch for wet boots.
tent-3 | Solo Nest | Tents | 95 | Brisk | green | A tent for a single sleeper, very small when packed.
tent-4 | Base Camp | Tents | 760 | Summit | yellow | A tent for six people that stands in storms.
tent-5 | Ridge Tent | Tents | 250 | Brisk | blue | A tent for three people with two doors.
bag-1 | Cosy Twenty | Sleeping bags | 80 | Brisk | blue | A sleeping bag for summer, filled with fibre.
bag-2 | Frost Ten | Sleeping bags | 240 | Northfell | red | A sleeping bag for winter, filled with down.
bag-3 | Light Thirty | Sleeping bags | 130 | Summit | black | A sleeping bag that weighs less than a kilo.
bag-4 | Wide Night | Sleeping bags | 150 | Northfell | green | A sleeping bag with room to turn around.
bag-5 | Camp Classic | Sleeping bags | 55 | Brisk | grey | A sleeping bag for the cellar, the car and the lake.
boot-1 | Moor Walker | Boots | 140 | Northfell | brown | Boots of leather with a waterproof lining.
boot-2 | Stone Grip | Boots | 190 | Summit | black | Stiff boots for rock and crampons.
boot-3 | Path Light | Boots | 85 | Brisk | grey | Soft boots for easy paths, made without leather.
boot-4 | Snow Stomper | Boots | 110 | Northfell | blue | Lined boots for snow and slush.
boot-5 | River Boot | Boots | 70 | Brisk | green | Quick drying boots for wading.
"""
_FIELDS = ("id", "title", "category", "price", "brand", "colour", "description")


def rows() -> list[dict[str, Any]]:
    """The rows of its catalog."""
    cut = ([part.strip() for part in line.split("|")] for line in _ROWS.strip().splitlines())
    return [{**dict(zip(_FIELDS, parts, strict=True)), "price": float(parts[3])} for parts in cut]


@pytest.fixture(scope="session")
def outdoor_workspace(shared_folder: Path) -> Path:
    """A workspace with the shop, made once: copy it before anything opens it."""
    workspace, made = shared_folder / "outdoor", shared_folder / "outdoor.made"
    with FileLock(shared_folder / "outdoor.lock"):
        if not made.exists():
            catalog = write_rows(shared_folder, *rows(), name="outdoor.jsonl")
            with RecommendationAgent.from_catalog(catalog, workspace, load_config(llm="none")):
                pass
            made.touch()
    return workspace


@pytest.fixture(scope="module")
def outdoor_shop(outdoor_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    """The agent of a copy of the shop."""
    workspace = shutil.copytree(outdoor_workspace, tmp_path_factory.mktemp("outdoor") / "w")
    with RecommendationAgent.open(workspace, load_config(llm="none")) as agent:
        yield agent
