"""Agents over items that are known by the words of their titles alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from agent.config import AgentConfig, load_config
from agent.models import Models, encoder_ids
from agent.recommender import RecommendationAgent
from agent.weights.weights import DownloadProgress
from retrieval.channels.registry import embedded_channels
from retrieval.items import Item
from retrieval.schema import SCHEMA_FILE, Schema, write_schema
from tests.support.senses import Deaf, MeanColours, SpectrumEars
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
    """Models that know texts by their words, pictures by colour and sounds by spectrum; none is for language."""

    text = multilingual = WordEncoder()
    pictures = MeanColours()
    transcriber = Deaf()
    sounds = SpectrumEars()

    def __init__(self, config: AgentConfig | None = None, progress: DownloadProgress | None = None) -> None:
        super().__init__(config or load_config(llm="none"), progress)

    @property
    def chat(self) -> None:
        return None

    @property
    def encoder_ids(self) -> Mapping[str, str]:
        words = {encoder: WordEncoder.id for encoder, _ in embedded_channels()}
        return encoder_ids({**words, "pictures": MeanColours.id, "sounds": SpectrumEars.id})


def worded_agent(folder: Path, items: Sequence[Item], schema: Schema = SCHEMA) -> RecommendationAgent:
    """An agent over a new workspace with these items; the caller closes it."""
    vectors = {item.id: WordEncoder().encode([item.title]) for item in items}
    workspace = fill(folder, items, {"text": vectors, "multilingual": vectors})
    write_schema(schema, workspace.path / SCHEMA_FILE)
    return RecommendationAgent(workspace, WordedModels())


def without_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every command open its workspace with models that know words alone."""

    monkeypatch.setattr("agent.models.Models", WordedModels)
    monkeypatch.setattr("agent.recommender.agent.Models", WordedModels)
