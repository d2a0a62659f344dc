"""A handful of items with small vectors, and candidates made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from agent.backends.encoder_slots import EncoderSlots
from agent.backends.factory import ModelChoice, VisionChoice
from agent.backends.jobs import JobChoice
from agent.backends.loading.model_spec import ModelSpec
from agent.backends.model_card import JOBS
from agent.backends.protocols import ChatModel
from agent.backends.text.use_multilingual import UseMultilingual
from agent.config import AgentConfig
from agent.models import encoder_ids
from agent.rerank.scored import Scored
from retrieval.candidates import Candidate, ChannelScore
from retrieval.channels.registry import embedded_channels, read_by
from retrieval.encoding import Encoder, Vectors
from retrieval.filters.columns import FilterColumns
from retrieval.fusion import Pool
from retrieval.items import Item
from retrieval.schema import Field, Schema
from retrieval.snapshot import DenseTable, Snapshot
from retrieval.storage.store import Embedded, StoredItem
from retrieval.storage.workspace import Workspace
from retrieval.text.words import fold

SCHEMA = Schema(
    [
        Field.of("title", "text"),
        Field.of("description", "text"),
        Field.of("category", "category"),
        Field.of("price", "number"),
        Field.of("tags", "list"),
        Field.of("maker", "category"),
    ]
)


def units(n: int, dim: int = 8, seed: int = 0) -> Vectors:
    """Random unit vectors, float32, shape (n, dim)."""
    rows = np.random.default_rng(seed).normal(size=(n, dim))
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12), dtype=np.float32)


def numbered(n: int) -> list[Item]:
    """Items `0` to `n - 1`; the price is the number."""
    return [Item(str(at), f"Thing {at}", price=float(at)) for at in range(n)]


def fill(folder: Path, items: Sequence[Item], vectors: Mapping[str, Mapping[str, Vectors]]) -> Workspace:
    """A new workspace holding the items, with vectors by channel and item id; the caller closes it."""
    workspace = Workspace.open(folder, create=True)
    workspace.store.put(
        [
            StoredItem(
                item,
                "digest",
                {
                    channel: Embedded(
                        WordEncoder.id,
                        tuple(f"{channel} {item.id} {part}" for part in range(len(of[item.id]))),
                        of[item.id],
                    )
                    for channel, of in vectors.items()
                    if item.id in of
                },
            )
            for item in items
        ]
    )
    workspace.sync_index()
    return workspace


def snapshot(items: Sequence[Item], vectors: Mapping[str, Vectors] | None = None, schema: Schema = SCHEMA) -> Snapshot:
    """The items in memory; each channel has one vector per item, in their order."""
    rows = {item.id: row for row, item in enumerate(items)}
    tables = {name: DenseTable.build(list(rows), matrix, rows) for name, matrix in (vectors or {}).items()}
    return Snapshot(schema, tuple(items), rows, tables, FilterColumns.build(items, schema))


def pool(scores: Mapping[str, np.ndarray], n: int | None = None) -> Pool:
    """Candidates known by their scores alone; `n` of them, or as many as there are scores."""
    length = len(next(iter(scores.values()))) if n is None else n
    return Pool(np.arange(length, dtype=np.intp), scores, {}, {})


def candidate(item: Item, score: float = 0.5, row: int = 0, **channels: float) -> Candidate:
    """A candidate; each channel is given by its score, and ranks it first."""
    by_channel = {
        name: ChannelScore(value, 1, 1 / len(channels), value / len(channels)) for name, value in channels.items()
    }
    return Candidate(item, row, score, by_channel)


def ranked(scores: Sequence[float]) -> list[Scored]:
    """Items of these scores, as they stand."""
    candidates = [
        candidate(item, score, row) for row, (item, score) in enumerate(zip(numbered(len(scores)), scores, strict=True))
    ]
    return [Scored(entry, entry.score, rank) for rank, entry in enumerate(candidates, start=1)]


class WordEncoder:
    """Texts as sums of one random direction per word: texts that share words are alike."""

    id = "words"
    dim = 64

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = [
            np.sum([_direction(word) for word in fold(text).split()] or [np.ones(self.dim)], axis=0) for text in texts
        ]
        sums = np.array(rows).reshape(len(texts), self.dim)
        return np.asarray(sums / np.linalg.norm(sums, axis=1, keepdims=True), dtype=np.float32)


def word_models(config: AgentConfig, chat: ChatModel | None = None) -> Any:
    """Models that know texts by their words alone."""
    words = WordEncoder()
    ids = encoder_ids(dict.fromkeys(("sounds", *(encoder for encoder, _ in embedded_channels())), words.id))
    encoders = dict.fromkeys(read_by("english", "words"), words)
    choice = ModelChoice(None, ModelSpec(chat.name), "for a test") if chat else None
    jobs = {job: JobChoice(job, choice if job in ("rerank", "word") else None, "for a test") for job in JOBS}
    return SimpleNamespace(
        **encoders,
        words=words,
        foreign_words=words,
        picture_words=None,
        sound_words=None,
        turns=turn_encoder(),
        slots=EncoderSlots(),
        adopt=lambda _: None,
        config=config,
        encoder_ids=ids,
        chat=chat,
        jobs=jobs,
        sight=VisionChoice(None, "for a test"),
        doing=lambda job: chat if jobs[job].model else None,
        close=lambda: None,
    )


@cache
def turn_encoder() -> Encoder:
    """What tells acts of turns apart; it comes with a dependency."""
    return UseMultilingual()


@cache
def _direction(word: str) -> np.ndarray:
    return np.random.default_rng(list(word.encode())).normal(size=WordEncoder.dim)
