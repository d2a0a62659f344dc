"""`python -m benchmarks.verifying WORKSPACE ...`: what `verify` finds false in many answers without a language model.

Requests are made from each catalog: words of its titles, values and texts, and those of `verifying.yaml`, which are of
several words in five languages, with limits and denials. Sentences with words that have no place on a card count too.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from agent.errors import TastemakerError
from agent.evaluate.cards import OUT_OF_PLACE
from agent.evaluate.explanations import requests_of
from agent.evaluate.known_items.words import content_words, facets
from agent.recommender import RecommendationAgent
from agent.serialise import item_json
from agent.verify import verify
from benchmarks.workspaces import agent_of
from retrieval.snapshot import Snapshot
from retrieval.storage.workspace import Workspace

FRAMES = Path(__file__).with_name("verifying.yaml")
PRICES = (20, 50, 80, 120, 200, 400)
MADE_SHARE = 0.4  # of the requests are made from the catalog alone


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as JSON, and the catalog's own entries of its items."""

    catalog: str
    answer: Mapping[str, Any]
    stored: Mapping[str, Mapping[str, Any]]


def worded_requests(snapshot: Snapshot, seed: int) -> Iterator[str]:
    """Requests of several words, language by language, without end."""
    data, rng = yaml.safe_load(FRAMES.read_text("utf-8")), np.random.default_rng(seed)
    values = sorted(facets(snapshot)) or [item.title for item in snapshot.items[:50]]
    while True:
        for language, frames in data["frames"].items():
            facet, other = (str(rng.choice(values)) for _ in range(2))
            word, denied = (str(rng.choice(data["words"][language])) for _ in range(2))
            item = snapshot.items[int(rng.integers(len(snapshot.items)))]
            telling = content_words(item.description or item.title)
            at = int(rng.integers(max(1, len(telling) - 3)))
            yield str(rng.choice(frames)).format(
                facet=facet,
                other=other,
                word=word,
                denied=denied,
                price=rng.choice(PRICES),
                sentence=" ".join(telling[at : at + 3]) or facet,
            )


def answers_of(folder: Path, n_answers: int, seed: int = 0) -> Iterator[KeptAnswer]:
    """The answers of one workspace; requests that it refuses are left out."""
    with Workspace.open(folder) as workspace:
        agent = agent_of(workspace, "none")
        snapshot = agent.retriever.snapshot
        made = requests_of(snapshot, seed, per_maker=round(n_answers * MADE_SHARE / 3))
        requests = chain(made, worded_requests(snapshot, seed))
        yield from islice(filter(None, (_kept(agent, text, folder.name) for text in requests)), n_answers)


def _kept(agent: RecommendationAgent, text: str, catalog: str) -> KeptAnswer | None:
    try:
        answer = agent.recommend(text)
    except TastemakerError:
        return None
    stored = {entry.item.id: agent.workspace.store.item(entry.item.id) for entry in answer.recommendations}
    entries = {item_id: item_json(item) for item_id, item in stored.items() if item}
    return KeptAnswer(catalog, answer.to_dict(), entries) if entries else None


def report(kept: Sequence[KeptAnswer]) -> Iterator[str]:
    """What is false, line by line, then the counts."""
    counts: Counter[tuple[str, str]] = Counter()
    for entry in kept:
        counts[entry.catalog, "answers"] += 1
        for row in verify(entry.answer, entry.stored.get):
            counts[entry.catalog, row.part] += 1
            counts[entry.catalog, "false"] += bool(row.fault)
            if row.fault:
                asked = entry.answer["request"]["text"]
                yield f"{entry.catalog} {row.item_id} {row.part} | {asked} | {row.text} | {row.fault}"
        texts = [shown["explanation"]["text"] for shown in entry.answer["recommendations"]]
        counts[entry.catalog, "cards"] += len(texts)
        counts[entry.catalog, "out of place"] += sum(bool(OUT_OF_PLACE.search(text)) for text in texts)
    names = ("answers", "cards", "item", "claim", "sentence", "false", "out of place")
    for catalog in (*dict.fromkeys(entry.catalog for entry in kept), "all"):
        rows = {
            name: sum(n for (of, what), n in counts.items() if what == name and catalog in (of, "all"))
            for name in names
        }
        yield f"{catalog}: " + ", ".join(f"{n} {name}" for name, n in rows.items())


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what came out false."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.verifying", description=__doc__)
    parser.add_argument("workspaces", type=Path, nargs="+", help="folders, each opened as it is")
    parser.add_argument("--answers", type=int, default=170, help="of each workspace")
    given = parser.parse_args(arguments)
    kept = (answer for folder in given.workspaces for answer in answers_of(folder, given.answers))
    print("\n".join(report([*kept])))


if __name__ == "__main__":
    main()
