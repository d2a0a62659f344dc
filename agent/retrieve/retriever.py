"""Put retrieval together for one workspace: snapshot, channels, weights."""

from __future__ import annotations

from functools import partial

from agent.retrieve.plans import AUTO, plans_of
from retrieval.channels.collaborative import CollaborativeChannel
from retrieval.channels.dense import DenseChannel
from retrieval.channels.lexical import LexicalChannel, LexicalIndex, lexical_index
from retrieval.channels.popularity import PopularityChannel
from retrieval.channels.registry import dense_channels
from retrieval.collaborative.learned import LateLearned, LateModel, load_learned
from retrieval.retriever import Retriever
from retrieval.schema import Schema
from retrieval.snapshot import Snapshot
from retrieval.storage.workspace import Workspace


def workspace_schema(workspace: Workspace) -> Schema:
    """The schema that ingest wrote into the workspace; one without fields before the first ingest."""
    return workspace.schema.read()


def open_snapshot(workspace: Workspace) -> Snapshot:
    """The workspace's present items, with their vectors."""
    return Snapshot.read(workspace.store, workspace_schema(workspace), dense_channels())


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
            *(DenseChannel(name, snapshot, workspace.index) for name in dense_channels()),
            LexicalChannel(lexical),
            CollaborativeChannel(LateModel(lambda: learned.loaded.model)),
            PopularityChannel(LateModel(lambda: learned.loaded.popularity)),
        ),
        plans=plans_of(workspace.store, snapshot, fusion),
        points=workspace.store.points,
    )
