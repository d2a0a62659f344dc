"""The bridge: titles as requests for pictures, on a catalog whose items have pictures and no words at all.

Every column of the demo catalog but the picture is excluded, the title too: an item then goes by its number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.answers import UserTurn
from agent.models import CONCEPTS
from benchmarks.figures import lower_bound
from benchmarks.settings import Settings
from benchmarks.table import Row
from benchmarks.workspaces import agent_at, artworks_catalog, read_rows, workspace_of
from retrieval.bridge import STRENGTHS, Bridge, bridge_features, fit_bridge, fit_ridge
from retrieval.channels.registry import VISUAL
from retrieval.encoding import Vectors

K, FOLDS, PARTITIONS = 10, 5, 5
STRENGTH = STRENGTHS[len(STRENGTHS) // 2]  # the middle one: choosing would have to look at the pairs asked for
SHOWN_COLUMNS = ("id", "image")
Fit = Callable[[Vectors, Vectors, Vectors], Bridge]
TARGET = "above chance, 95 % sure"


def rows(settings: Settings) -> list[Row]:
    """Count how often a title finds its own picture among the first ten."""
    catalog = artworks_catalog(settings)
    titles, columns = _read(catalog)
    with agent_at(workspace_of(catalog, settings, columns), "none") as agent:
        ids, concepts = agent.workspace.store.vectors(CONCEPTS)
        _, visual = agent.workspace.store.vectors(VISUAL.name)
        texts = agent.models.text.encode([titles[item_id] for item_id in ids])
        ridge, _ = held_back_hits(visual, concepts, texts, always)
        chosen, n_ridges = held_back_hits(visual, concepts, texts, fit_bridge)
        answered = [(item_id, agent.respond(_turn(titles[item_id]), worded=False)) for item_id in ids]
    n = len(ids)
    by_agent = [item_id in {entry.item.id for entry in answer.recommendations} for item_id, answer in answered]
    not_english = sum(not answer.request.english for _, answer in answered)
    share, fits = f"fitted on {1 - 1 / FOLDS:.0%} of the pairs, asked for the others", FOLDS * PARTITIONS
    return [
        _row("by class names (ConSE)", n, hits(texts, concepts, np.arange(n)), "vectors alone, no training"),
        _row("by the ridge", n, ridge, f"{share}; strength {STRENGTH:g}"),
        _row("as ingest chooses between them", n, chosen, f"{share}; {n_ridges} of {fits} fits kept the ridge"),
        _row("asked of the agent", n, by_agent, f"no pairs to learn from; {not_english} titles not taken for English"),
    ]


def hits(texts: Vectors, points: Vectors, own: NDArray[np.intp]) -> list[bool]:
    """Whether each text finds its own picture among the first ten; of equals the others come first.

    Args:
        own: For each text the row of its picture in `points`.
    """
    scores = texts @ points.T
    ranks = (scores >= scores[np.arange(len(own)), own][:, None]).sum(axis=1)
    return [bool(rank <= K) for rank in ranks]


def held_back_hits(visual: Vectors, concepts: Vectors, texts: Vectors, fit: Fit) -> tuple[list[bool], int]:
    """The same with a map of which no asked pair is part, and how many of the fits were a ridge.

    Fold by fold the bridge is fitted as if the held-back items had no words; their texts are then asked against all
    pictures. Done for several partitions into folds, since on few pairs one of them says little.
    """
    outcomes, n_fitted = list[bool](), 0
    for to_fit, held_back in (fold for seed in range(PARTITIONS) for fold in _folds(len(texts), seed)):
        bridge, points = fit(visual[to_fit], concepts[to_fit], texts[to_fit]), concepts.copy()
        points[to_fit] = bridge.points
        if bridge.ridge is not None:
            points[held_back] = bridge.ridge(bridge_features(visual[held_back], concepts[held_back]))
            n_fitted += 1
        outcomes += hits(texts[held_back], points, held_back)
    return outcomes, n_fitted


def always(visual: Vectors, concepts: Vectors, texts: Vectors) -> Bridge:
    """A ridge whether or not it helps; like those of ingest, its points are predicted without their own pairs."""
    features, points = bridge_features(visual, concepts), np.empty_like(texts)
    for to_fit, held_back in _folds(len(texts), PARTITIONS):
        points[held_back] = fit_ridge(features[to_fit], texts[to_fit], STRENGTH)(features[held_back])
    return Bridge(fit_ridge(features, texts, STRENGTH), points)


def _folds(n: int, seed: int) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Rows to fit on and rows held back, fold by fold."""
    fold_of = np.random.default_rng(seed).permutation(n) % FOLDS
    for fold in range(FOLDS):
        yield np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)


def _read(catalog: Path) -> tuple[dict[str, str], list[str]]:
    """Titles by id, and the columns that hold words or numbers."""
    items = read_rows(catalog)
    columns = {name for item in items for name in item}
    return {item["id"]: item["title"] for item in items}, sorted(columns.difference(SHOWN_COLUMNS))


def _turn(title: str) -> UserTurn:
    return UserTurn(text=title, k=K)


def _row(how: str, n: int, outcomes: Sequence[bool], note: str) -> Row:
    recall, chance = sum(outcomes) / len(outcomes), min(1.0, K / n)
    least = lower_bound(round(recall * n), n)  # asking for an item again in another partition adds no evidence
    name = f"titles find their pictures, recall@{K} of {n}, {how}"
    return Row(name, recall, chance, "", recall / chance, TARGET, least > chance, f"peer: chance; {note}")
