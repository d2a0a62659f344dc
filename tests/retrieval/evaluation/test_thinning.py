"""Thinning: what a share of the items lacks is gone from its channels, and from nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from retrieval.channels.dense import DenseChannel
from retrieval.channels.lexical import LexicalChannel, lexical_index
from retrieval.channels.registry import Modality
from retrieval.evaluation.task import CatalogFacts, Lessons, Part, Task
from retrieval.evaluation.thinning import thinned, thinned_task
from retrieval.items import Item
from retrieval.query import Query
from retrieval.retriever import Retriever
from retrieval.schema import BUILT_IN_TYPES, Field, Schema
from retrieval.snapshot import DenseTable, Snapshot

N = 10
SCHEMA = Schema([Field.of(name, type_) for name, type_ in BUILT_IN_TYPES.items()])


@pytest.fixture
def retriever() -> Retriever:
    items = tuple(Item(str(at), f"lamp number{at}") for at in range(N))
    rows = {item.id: at for at, item in enumerate(items)}
    table = DenseTable.of(np.arange(N), np.eye(N, dtype=np.float32), N)
    both = DenseTable.of(np.repeat(np.arange(N), 2), np.repeat(np.eye(N, dtype=np.float32), 2, axis=0), N)
    whole = Snapshot(SCHEMA, items, rows, {"text": table, "visual": both}, columns=None)  # type: ignore[arg-type]
    channels = (
        DenseChannel("text", whole, index=None),  # type: ignore[arg-type]
        DenseChannel("visual", whole, index=None),  # type: ignore[arg-type]
        LexicalChannel(lexical_index(whole)),
    )
    return Retriever(whole, channels, {})


def present(retriever: Retriever, channel: str) -> set[int]:
    table = retriever.snapshot.tables.get(channel)
    return set() if table is None else set(np.flatnonzero(table.present).tolist())


@pytest.mark.parametrize(("share", "left"), [(0.0, 10), (0.3, 7), (0.9, 1)])
def test_a_share_of_the_items_has_no_vectors_of_the_modality(retriever: Retriever, share: float, left: int) -> None:
    less = thinned(retriever, "picture", share, seed=3)
    assert len(present(less, "visual")) == left
    assert present(less, "text") == set(range(N))
    seen = next(channel for channel in less.channels if channel.name == "visual")
    assert isinstance(seen, DenseChannel)
    assert seen.snapshot is less.snapshot
    for row in present(less, "visual"):
        assert less.snapshot.tables["visual"].similarity(np.eye(N, dtype=np.float32)[[row]], np.array([row])) == 1.0


def test_who_lacks_less_lacks_part_of_what_who_lacks_more_does(retriever: Retriever) -> None:
    some, more = (present(thinned(retriever, "picture", share, seed=3), "visual") for share in (0.3, 0.6))
    assert more < some


def test_without_text_no_word_counts(retriever: Retriever) -> None:
    less = thinned(retriever, "text", 0.5, seed=3)
    lexical = next(channel for channel in less.channels if channel.name == "lexical")
    scorer = lexical.prepare(Query("text", "lamp", {}, ()))
    assert scorer is not None
    worded = set(np.flatnonzero(scorer.score(np.arange(N)) > 0).tolist())
    assert worded == present(less, "text")
    assert len(worded) == 5
    assert present(less, "visual") == set(range(N))


def test_where_all_items_lack_it_there_is_no_such_table(retriever: Retriever) -> None:
    assert "visual" not in thinned(retriever, "picture", 1.0, seed=3).snapshot.tables


@pytest.mark.parametrize("modality", ["picture", "text"])
def test_a_task_is_put_to_the_thinned_catalog_with_its_lessons(retriever: Retriever, modality: Modality) -> None:
    lessons = Lessons((), (), {})
    task = Task("t", "p", 0, lambda: iter([Part(retriever, (), lambda: lessons)]), CatalogFacts(None, np.zeros(N)), "x")  # type: ignore[arg-type]
    thin = thinned_task(task, modality, 0.5, seed=1)
    (part,) = thin.parts()
    assert len(present(part.retriever, "visual" if modality == "picture" else "text")) == 5
    assert part.lessons().knowing == {}
    assert thin.identity != task.identity
    assert thin.name == f"t, 50% without {modality}"
