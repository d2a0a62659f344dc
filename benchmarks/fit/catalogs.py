"""The catalogs on which fit is learned and judged, each with everything that evidence is made of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from agent.demo.artworks import artworks
from agent.recommender import RecommendationAgent
from agent.retrieve.fit import FitGround, Sought
from agent.understand.kinds import KindTable
from benchmarks.settings import Settings
from benchmarks.workspaces import agent_at, read_rows, workspace_of, write_rows
from retrieval.channels.lexical import lexical_index
from retrieval.query import Query

OWN = Path(__file__).parents[1] / "understanding"
LABELS = {"recipes": ("tags", "category"), "demo": ("tags",)}
"""Columns that hold labels, and those that repeat them."""
N_CANDIDATES = 12
MEDIA = ("image", "image_url", "audio", "video")


@dataclass(frozen=True, slots=True)
class Wish:
    """A request that was written for a catalog.

    Attributes:
        kind: What kind of thing it is for; None where it names none.
        right: Rows of the items that are right, ascending; none where the catalog has nothing of the sort.
    """

    text: str
    language: str
    kind: str | None
    right: tuple[int, ...]


class FitCatalog:
    """A catalog, opened.

    Args:
        rows: As they stand in its file, labels among them.
    """

    def __init__(self, name: str, agent: RecommendationAgent, rows: list[dict[str, object]]) -> None:
        self.name, self.agent = name, agent
        self.snapshot = agent.pipeline.snapshot
        by_id = {str(row["id"]): row for row in rows}
        self.source = [by_id[item.id] for item in self.snapshot.items]
        lexical = lexical_index(self.snapshot)
        models = agent.models
        kinds = KindTable.build(self.snapshot.items, self.snapshot.schema, lexical, models.text, models.multilingual)
        self.ground = FitGround.build(self.snapshot, lexical, kinds, models.text, models.multilingual)
        self._sought: dict[tuple[str, str], Sought] = {}

    def sought(self, text: str, language: str) -> Sought:
        """A wish, read and encoded once."""
        key = (text, language)
        if key not in self._sought:
            self._sought[key] = self.ground.sought(text, language)
        return self._sought[key]

    def candidates(self, sought: Sought, hidden: NDArray[np.intp], n: int = N_CANDIDATES) -> NDArray[np.intp]:
        """Rows of the candidates that retrieval proposes for a wish, best first."""
        english = sought.language == "en"
        query = Query("text" if english else "foreign", sought.text, sought.vectors, hidden=hidden)
        shortlist = self.agent.pipeline.retriever.shortlist(query, n)
        return np.array([candidate.row for candidate in shortlist.candidates], dtype=np.intp)

    def without(self, sought: Sought, hidden: NDArray[np.intp]) -> Sought:
        """The wish in a catalog that lacks these items."""
        if sought.match is None or not hidden.size:
            return sought
        grades = sought.match.grades.copy()
        grades[hidden] = 0
        return replace(sought, match=replace(sought.match, grades=grades))

    @cached_property
    def wishes(self) -> list[Wish]:
        """The requests that were written for it."""
        lines = yaml.safe_load((OWN / "wishes.yaml").read_text(encoding="utf-8"))[self.name]
        return [
            Wish(str(line[0]), line[3] if len(line) > 3 else "en", line[1], tuple(self._right(line[2])))
            for line in lines
        ]

    def _right(self, rule: str | None) -> Iterator[int]:
        terms = [term.partition(":") for term in rule.split(" & ")] if rule else []
        for row, source in enumerate(self.source):
            texts = _texts(source)
            if terms and all(re.search(pattern, texts[place], re.IGNORECASE) for place, _, pattern in terms):
                yield row


def _texts(source: Mapping[str, object]) -> Mapping[str, str]:
    """By letter what rules look at."""
    told = {name: value for name, value in source.items() if name not in ("id", "tags", *MEDIA)}
    attributes = source.get("attributes")
    tags = source.get("tags") or (attributes.get("tags") if isinstance(attributes, dict) else None)
    return {
        "t": str(source.get("title", "")),
        "c": str(source.get("category") or ""),
        "a": json.dumps(told, ensure_ascii=False),
        "g": " ".join(map(str, tags)) if isinstance(tags, list) else "",
    }


def open_catalogs(settings: Settings, names: tuple[str, ...] = ()) -> list[FitCatalog]:
    """The catalogs at hand: kits of the folder of data, the demo, and two of our own."""
    opened = []
    for name, path in _paths(settings).items():
        if path.is_file() and (not names or name in names):
            rows = read_rows(path)
            folder = workspace_of(_without_media(name, rows, settings), settings, LABELS.get(name, ()))
            opened.append(FitCatalog(name, agent_at(folder, "none"), rows))
    return opened


def judgments(settings: Settings, name: str) -> Mapping[str, Mapping[str, int]]:
    """By text of a kit's request the judged items; none for a catalog that nobody judged."""
    kit = settings.data / name if settings.data else None
    if name not in ("icecat", "recipes") or kit is None:
        return {}
    texts = {row["qid"]: row.get("text") for row in read_rows(kit / "queries.jsonl")}
    judged: dict[str, dict[str, int]] = {}
    for line in (kit / "qrels.trec").read_text(encoding="utf-8").splitlines():
        qid, _, item_id, grade = line.split()
        if text := texts.get(qid):
            judged.setdefault(text, {})[item_id] = int(grade)
    return judged


def _paths(settings: Settings) -> Mapping[str, Path]:
    kits = (
        {name: settings.data / name / "catalog.jsonl" for name in ("eshop", "recipes", "movies", "icecat")}
        if (settings.data)
        else {}
    )
    own = {name: OWN / "catalogs" / f"{name}.jsonl" for name in ("home", "books")}
    return {**kits, "demo": artworks() / "catalog.jsonl", **own}


def _without_media(name: str, rows: list[dict[str, object]], settings: Settings) -> Path:
    """The same catalog in words alone."""
    path = settings.cache / f"fit-{name}" / "catalog.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_rows(path, ({key: value for key, value in row.items() if key not in MEDIA} for row in rows))
    return path
