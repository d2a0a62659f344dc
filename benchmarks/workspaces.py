"""Catalogs and workspaces that several benchmarks use, kept between runs."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from agent.config import load_config
from agent.demo import artworks
from agent.ingest.catalog import IngestProgress
from agent.models import Models
from agent.recommender import RecommendationAgent
from benchmarks import shop
from benchmarks.settings import Settings
from retrieval.storage.workspace import Workspace

TELL_S = 10


def artworks_catalog(settings: Settings) -> Path:
    """The demo catalog, or a smaller one of its first works."""
    whole = artworks.artworks() / "catalog.jsonl"
    if settings.n_artworks is None:
        return whole
    part = settings.cache / f"artworks-{settings.n_artworks}" / whole.name
    rows = read_rows(whole)[: settings.n_artworks]
    for name in (row["image"] for row in rows):
        (part.parent / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(whole.parent / name, part.parent / name)
    write_rows(part, rows)
    return part


def shop_catalog(settings: Settings) -> Path:
    """The made-up shop."""
    path = settings.cache / f"shop-{settings.n_items}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_rows(path, shop.products(settings.n_items))
    return path


def workspace_of(catalog: Path, settings: Settings, exclude: Sequence[str] = ()) -> Path:
    """A workspace that is up to date with a catalog.

    One made by an earlier run is used again, unless code that decides what ingest stores has changed since.
    """
    name = f"{catalog.parent.name}-{catalog.stem}"
    content = _digest(catalog.read_bytes(), repr(sorted(exclude)).encode())
    folder = settings.cache / "workspaces" / f"{name}-{content}-{_digest(*_ingest_code())}"
    # What older code stored would only fill the disk.
    for older in folder.parent.glob(f"{name}-{content}-*"):
        if older != folder:
            shutil.rmtree(older)
    with agent_at(folder, "none") as agent:
        agent.ingest(catalog, exclude=exclude, progress=ingest_listener(name))
    return folder


def _ingest_code() -> Iterator[bytes]:
    root = Path(artworks.__file__).parents[2]
    rooms = [root / "agent" / name for name in ("ingest", "perceive", "media")]
    for path in (path for folder in (*rooms, root / "retrieval") for path in sorted(folder.rglob("*.py"))):
        yield path.read_bytes()


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()[:8]


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSONL file."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def write_rows(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    """Write a JSONL file."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def agent_at(folder: Path, llm: str) -> RecommendationAgent:
    """An agent with a workspace of its own."""
    return agent_of(Workspace.open(folder, create=True), llm)


def agent_of(workspace: Workspace, llm: str) -> RecommendationAgent:
    """An agent with all settings as they are by default, save for the language model."""
    return RecommendationAgent(workspace, Models(load_config(llm=llm)))


def ingest_listener(name: str) -> Callable[[IngestProgress], None]:
    """A listener that says now and then how far an ingest is."""
    started, tell = time.monotonic(), now_and_then()

    def listen(progress: IngestProgress) -> None:
        rate = progress.done / (time.monotonic() - started)
        tell(f"{name}: {progress.stage}, {progress.done:,} of {progress.total:,} ({rate:.0f} items/s)")

    return listen


def now_and_then() -> Callable[[str], None]:
    """Says what it is told, and keeps silent for some seconds after each time."""
    last = time.monotonic()

    def tell(what: str) -> None:
        nonlocal last
        if time.monotonic() - last >= TELL_S:
            last = time.monotonic()
            say(what)

    return tell


def say(what: str) -> None:
    """A line for a person who waits."""
    print(f"  {what}", file=sys.stderr, flush=True)
