"""What a run of the benchmarks may be told, and how large everything is."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

SECONDS = 300.0
LLM = "auto"
CACHE = Path(tempfile.gettempdir()) / "tastemaker-benchmarks"


@dataclass(frozen=True, slots=True)
class Settings:
    """Sizes of a run; the defaults are those that the targets speak of.

    Attributes:
        data: Folder of evaluation kits, each a folder with `catalog.jsonl`, `queries.jsonl` and `qrels.trec`.
        cache: Where workspaces are kept between runs.
        llm: What the language model's setting says where a benchmark uses one.
        n_items: Items of the made-up shop.
        n_artworks: Works of the demo catalog; all when None.
        n_requests: Requests whose time is taken.
        n_users: People who ask one server at the same time.
        seconds: How long they do.
        n_added: Items added to a server that runs.
        rounds: Repetitions of what is measured more than once; the median counts.
    """

    data: Path | None = None
    cache: Path = CACHE
    llm: str = LLM
    n_items: int = 20_000
    n_artworks: int | None = None
    n_requests: int = 40
    n_users: int = 32
    seconds: float = SECONDS
    n_added: int = 1_000
    rounds: int = 3
