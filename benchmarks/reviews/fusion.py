"""A made catalog in which some answers stand in reviews alone: how well they are found with reviews and without."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from agent.config import load_config
from agent.recommender import RecommendationAgent
from benchmarks.figures import observed
from benchmarks.table import Row

HERE = Path(__file__).parent
SEED, DAY_S, BEGIN_S = 7, 86_400.0, 1.6e9
WRITERS = (2, 5)  # people who speak of a matter of an item
K = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with the items that answer it, and whether only reviews tell which these are."""

    text: str
    relevant: frozenset[str]
    reviewed: bool


def make(folder: Path) -> tuple[Path, Path, list[Asked]]:
    """Write the catalog and the reviews; both, and the requests."""
    data, rng = yaml.safe_load((HERE / "made.yaml").read_text("utf-8")), np.random.default_rng(SEED)
    items, reviews, asked = list[Any](), list[Any](), list[Asked]()
    for kind, of_kind in data["kinds"].items():
        own = [_item(kind, name, of_kind["facts"], data["colours"], rng) for name in data["names"]]
        items += own
        for matter in of_kind["matters"]:
            sides = rng.choice(["praise", "fault", ""], size=len(own), p=[0.25, 0.35, 0.4])
            for item, side in zip(own, sides, strict=True):
                reviews += list(_reviews(item["id"], matter[str(side)], data["filler"], rng)) if side else []
            praised = frozenset(item["id"] for item, side in zip(own, sides, strict=True) if side == "praise")
            asked.append(Asked(matter["asked"], praised, reviewed=True))
        for fact in of_kind["facts"]:
            telling = frozenset(item["id"] for item in own if fact in item["description"])
            asked.append(Asked(f"a {kind} {fact}", telling, reviewed=False))
    catalog, written = folder / "catalog.jsonl", folder / "reviews.jsonl"
    for path, rows in ((catalog, items), (written, reviews)):
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return catalog, written, [each for each in asked if each.relevant]


def _item(kind: str, name: str, facts: list[str], colours: list[str], rng: np.random.Generator) -> Mapping[str, str]:
    colour, fact = str(rng.choice(colours)), str(rng.choice(facts))
    description = f"A {colour} {kind} {fact}."
    return {"id": f"{kind}-{name}".lower(), "title": f"{name} {kind}", "category": kind, "description": description}


def _reviews(
    item_id: str, texts: list[str], filler: list[str], rng: np.random.Generator
) -> Iterator[Mapping[str, object]]:
    for text in rng.permutation(texts)[: int(rng.integers(*WRITERS))]:
        at_s = BEGIN_S + DAY_S * int(rng.integers(1_000))
        said = f"{rng.choice(filler)} {text}"
        yield {"item_id": item_id, "user_id": f"u{rng.integers(10**9)}", "text": said, "timestamp": at_s}


def rows(folder: Path) -> list[Row]:
    """nDCG@10 of both kinds of requests, without the reviews and with them."""
    catalog, reviews, asked = make(folder)
    with RecommendationAgent.from_catalog(catalog, folder / "workspace", load_config(llm="none")) as agent:
        before = figures(agent, asked)
        agent.import_reviews(reviews)
        after = figures(agent, asked)
    names = {True: "answer stands in reviews alone", False: "answer stands in the item"}
    return [
        observed(f"{names[reviewed]}: nDCG@{K} {when}", values[reviewed], "nDCG", f"{n} requests")
        for reviewed in (True, False)
        for n in [sum(each.reviewed is reviewed for each in asked)]
        for when, values in (("without reviews", before), ("with reviews", after))
    ]


def figures(agent: RecommendationAgent, asked: list[Asked]) -> dict[bool, float]:
    """The mean nDCG of the requests that reviews alone answer, and of the others."""
    gains: dict[bool, list[float]] = {True: [], False: []}
    for each in asked:
        hits = [candidate.item.id in each.relevant for candidate in agent.search(each.text, k=K).candidates[:K]]
        ideal = sum(1 / np.log2(at + 2) for at in range(min(K, len(each.relevant))))
        gains[each.reviewed].append(sum(hit / np.log2(at + 2) for at, hit in enumerate(hits)) / ideal)
    return {reviewed: float(np.mean(values)) for reviewed, values in gains.items()}
