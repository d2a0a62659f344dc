"""Moments of what was selected: where in an item's sound or video the request is answered."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from agent.answers import Moment
from agent.explain import Selection
from agent.explain.context import ReasonContext
from agent.explain.moments import MomentWish, frame_vectors, is_timed, moment_of
from agent.pipeline.view import View
from retrieval.channels.registry import VISUAL
from retrieval.encoding import Vectors


def moments_of(selection: Selection, context: ReasonContext, view: View) -> list[Moment | None]:
    """For each chosen item its moment; None where none answers the request."""
    items = [scored.candidate.item for scored in selection.chosen]
    if not any(map(is_timed, items)):
        return [None] * len(items)
    sights = selection.inquiry.perceived.sights
    looks = np.stack([sight.vector for sight in sights]) if sights else None
    wanted, alike = frozenset(context.wanted_words()), view.holdings.ground_of_cards.alike
    sought = MomentWish(selection.inquiry.understood.sought, wanted, looks, alike)

    def vectors(item_id: str) -> Mapping[str, Vectors]:
        embedded = view.workspace.store.embedded(item_id).get(VISUAL.name)
        return frame_vectors(embedded.contents, embedded.vectors) if embedded else {}

    return [moment_of(item, sought, view.holdings.nearness, vectors) for item in items]


__all__ = ["moments_of"]
