"""Thinning: a catalog in which some items lack a modality, as most catalogs do sooner or later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from retrieval.channels import Channel
from retrieval.channels.dense import DenseChannel
from retrieval.channels.lexical import LexicalChannel, LexicalIndex, item_words
from retrieval.channels.registry import LEXICAL, Modality, channels_of
from retrieval.evaluation.task import Lessons, Part, Task
from retrieval.retriever import Retriever
from retrieval.snapshot import DenseTable, Snapshot

Thin = Callable[[Retriever], Retriever]


def thinned(retriever: Retriever, modality: Modality, share: float, seed: int) -> Retriever:
    """The retriever of a catalog in which a share of the items, drawn by lot, lacks a modality.

    Such items have no vectors in its channels and, where the modality is text, none of their words count. What was
    written down of their pictures and sounds beforehand stays among the words of the others.

    Args:
        share: Of all items, in [0, 1].
        seed: The same draws the same items; of a greater share those of a smaller one are part.
    """
    snapshot, gone = retriever.snapshot, channels_of(modality)
    n = len(snapshot.items)
    lacking = np.zeros(n, dtype=bool)
    lacking[np.random.default_rng(seed).permutation(n)[: round(share * n)]] = True
    tables = {name: _without(table, lacking) if name in gone else table for name, table in snapshot.tables.items()}
    less = replace(snapshot, tables={name: table for name, table in tables.items() if len(table.matrix)})
    channels = (_over(channel, less, lacking if LEXICAL.name in gone else None) for channel in retriever.channels)
    return replace(retriever, snapshot=less, channels=tuple(channels))


def thinned_task(task: Task, modality: Modality, share: float, seed: int) -> Task:
    """The same requests, put to a catalog that lacks this much; what learns, learns from that catalog."""

    def thin(retriever: Retriever) -> Retriever:
        return thinned(retriever, modality, share, seed)

    return replace(
        task,
        name=f"{task.name}, {share:.0%} without {modality}",
        parts=lambda: (_part(part, thin) for part in task.parts()),
        identity=f"{task.identity} {modality} {share:g} {seed}",
    )


def _part(part: Part, thin: Thin) -> Part:
    return replace(part, retriever=thin(part.retriever), lessons=lambda: _lessons(part.lessons(), thin))


def _lessons(lessons: Lessons, thin: Thin) -> Lessons:
    less = {id(retriever): thin(retriever) for retriever in lessons.knowing.values()}
    return replace(lessons, knowing={case: less[id(retriever)] for case, retriever in lessons.knowing.items()})


def _without(table: DenseTable, lacking: NDArray[np.bool_]) -> DenseTable:
    owners = np.repeat(np.arange(len(lacking)), np.diff(table.starts))
    there = ~lacking[owners]
    return DenseTable.of(owners[there], table.matrix[there], len(lacking))


def _over(channel: Channel, snapshot: Snapshot, wordless: NDArray[np.bool_] | None) -> Channel:
    if isinstance(channel, DenseChannel):
        return replace(channel, snapshot=snapshot)
    if isinstance(channel, LexicalChannel) and wordless is not None:
        told = zip(snapshot.items, wordless, strict=True)
        return LexicalChannel(LexicalIndex({} if empty else item_words(item, snapshot.schema) for item, empty in told))
    return channel


__all__ = ["thinned", "thinned_task"]
