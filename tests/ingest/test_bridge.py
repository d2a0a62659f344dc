"""The bridge is kept in step with the catalog, however an ingest ended."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from agent.ingest.bridge import bridge_is_stale, refit_bridge
from retrieval.bridge import unit
from retrieval.items import Item
from retrieval.storage.store import Embedded, StoredItem
from retrieval.storage.workspace import Workspace


def pictured(item_id: str, seed: int) -> StoredItem:
    def embedded(model: str, dim: int, *, searchable: bool = True) -> Embedded:
        vector = unit(np.random.default_rng(seed).normal(size=(1, dim)))
        return Embedded(model, (f"{model}{seed}",), vector, searchable)

    vectors = {
        "text": embedded("t", 4),
        "visual": embedded("v", 6),
        "concepts": embedded("c", 4, searchable=False),
    }
    return StoredItem(Item(item_id, item_id.upper()), str(seed), vectors)


def test_an_ingest_stopped_before_the_bridge_leaves_it_to_the_next(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "w", create=True) as workspace:
        assert not bridge_is_stale(workspace.store)
        workspace.store.put([pictured("a", 1), pictured("b", 2)])
        assert bridge_is_stale(workspace.store)
        refit_bridge(workspace)
        assert not bridge_is_stale(workspace.store)
        workspace.store.put([pictured("b", 3)])
        assert bridge_is_stale(workspace.store)
        refit_bridge(workspace)
        ids, points = workspace.store.vectors("bridge")
    assert ids == ["a", "b"]
    assert points.shape == (2, 4)
