"""Agents over items that are known by the words of their titles alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from agent.config import load_config
from agent.models import Models, encoder_ids
from agent.recommender import RecommendationAgent
from retrieval.items import Item
from retrieval.schema import SCHEMA_FILE, Schema, write_schema
from tests.support.shelf import SCHEMA, WordEncoder, fill

THINGS = ("lamp", "kettle", "chair", "rope", "tent", "stove", "bowl", "clock", "rug", "ladder", "torch", "bench")
COLOURS = ("red", "blue", "green")


def shop() -> list[Item]:
    """Every thing in every colour, dearer from one to the next."""
    pairs = [(thing, colour) for thing in THINGS for colour in COLOURS]
    return [
        Item(
            f"{thing}-{colour}",
            f"{colour} {thing}",
            f"A {thing} in {colour} that is made to last for many years outdoors.",
            thing,
            price=10.0 + at,
        )
        for at, (thing, colour) in enumerate(pairs)
    ]


class WordedModels(Models):
    """Models that know texts by their words alone and have no language model."""

    text = multilingual = WordEncoder()

    def __init__(self) -> None:
        super().__init__(load_config(llm="none"))

    @property
    def encoder_ids(self) -> Mapping[str, str]:
        return encoder_ids(WordEncoder.id, WordEncoder.id, WordEncoder.id)


def worded_agent(folder: Path, items: Sequence[Item], schema: Schema = SCHEMA) -> RecommendationAgent:
    """An agent over a new workspace with these items; the caller closes it."""
    vectors = {item.id: WordEncoder().encode([item.title]) for item in items}
    workspace = fill(folder, items, {"text": vectors, "multilingual": vectors})
    write_schema(schema, workspace.path / SCHEMA_FILE)
    return RecommendationAgent(workspace, WordedModels())
