"""Put retrieval together for one workspace: snapshot, channels, weights."""

from __future__ import annotations

from collections import Counter
from functools import partial

from agent.retrieve.plans import AUTO, plans_of
from retrieval.bridge import Ridge
from retrieval.channels.collaborative import CollaborativeChannel
from retrieval.channels.dense import DenseChannel
from retrieval.channels.lexical import LexicalChannel, LexicalIndex
from retrieval.channels.popularity import PopularityChannel
from retrieval.collaborative.learned import LateLearned, LateModel, load_learned
from retrieval.items import Item
from retrieval.retriever import Retriever
from retrieval.schema import Schema
from retrieval.snapshot import Snapshot
from retrieval.storage.workspace import Workspace
from retrieval.text.item_text import lexical_text
from retrieval.text.words import words

RIDGE_BLOB = "bridge ridge"
VOCABULARY_WORDS = 60  # about what the recogniser's prompt holds
SHORT_CHARS = 40
MIN_LETTERS = 4
CHANNELS = ("text", "multilingual", "visual", "bridge", "sound")


def workspace_schema(workspace: Workspace) -> Schema:
    """The schema that ingest wrote into the workspace; one without fields before the first ingest."""
    return workspace.schema.read()


def open_snapshot(workspace: Workspace) -> Snapshot:
    """The workspace's present items, with their vectors."""
    return Snapshot.read(workspace.store, workspace_schema(workspace), CHANNELS)


def lexical_index(snapshot: Snapshot) -> LexicalIndex:
    """Which items hold which words, by row."""
    return LexicalIndex(item_words(item, snapshot.schema) for item in snapshot.items)


def item_words(item: Item, schema: Schema) -> list[str]:
    """The words that the lexical channel counts of one item."""
    return words(lexical_text(item, schema))


def open_retriever(workspace: Workspace, fusion: str = AUTO, epsilon: float | None = None) -> Retriever:
    """A retriever over the workspace's present items.

    Args:
        fusion: As in `AgentConfig.fusion`.
        epsilon: As in `AgentConfig.privacy_epsilon`.

    Raises:
        ConfigError: there is no such fusion, or it has not been trained in this workspace.
    """
    snapshot = open_snapshot(workspace)
    learned = late_learned(workspace, snapshot, epsilon)
    return assemble(workspace, snapshot, lexical_index(snapshot), learned, fusion)


def late_learned(workspace: Workspace, snapshot: Snapshot, epsilon: float | None = None) -> LateLearned:
    """What was learned from behaviour with these items; read or fitted when it is first asked."""
    return LateLearned(partial(load_learned, workspace.store, snapshot.rows, epsilon))


def assemble(
    workspace: Workspace, snapshot: Snapshot, lexical: LexicalIndex, learned: LateLearned, fusion: str
) -> Retriever:
    """A retriever over items that have been read.

    Raises:
        ConfigError: as `open_retriever` does.
    """
    return Retriever(
        snapshot=snapshot,
        channels=(
            *(DenseChannel(name, snapshot, workspace.index) for name in CHANNELS),
            LexicalChannel(lexical),
            CollaborativeChannel(LateModel(lambda: learned.loaded.model)),
            PopularityChannel(LateModel(lambda: learned.loaded.popularity)),
        ),
        plans=plans_of(workspace.store, snapshot, fusion),
    )


def load_ridge(workspace: Workspace) -> Ridge | None:
    """The map from pictures to words that ingest fitted on this catalog; None where ConSE alone is used."""
    saved = workspace.store.blob(RIDGE_BLOB)
    return Ridge.from_bytes(saved) if saved else None


def vocabulary(snapshot: Snapshot) -> tuple[str, ...]:
    """Words that many titles, categories and short attributes of the catalog share, most frequent first."""
    counts: Counter[str] = Counter()
    for item in snapshot.items:
        short = (value for value in item.attributes.values() if isinstance(value, str) and len(value) <= SHORT_CHARS)
        text = " ".join((item.title, item.category or "", *short))
        counts.update({word for word in text.split() if word.isalpha() and len(word) >= MIN_LETTERS})
    return tuple(word for word, _ in counts.most_common(VOCABULARY_WORDS))
