"""What decided: how a shown list would look without one channel or modality, and what each aspect gave to a score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.answers import Decided, Influence
from agent.explain.contributions import contributions
from agent.explain.counterfactual import CounterfactualRanker
from agent.rerank import Scored
from retrieval.channels.registry import MODALITIES, channels_of


def attribute(chosen: Sequence[Scored], ranker: CounterfactualRanker) -> list[Decided]:
    """For each shown item what every channel and modality did for its rank, and what its score is made of."""
    whole = ranker()
    channels = {name: frozenset({name}) for name in ranker.pool.scores}
    present = frozenset(channels)
    modalities = {str(name): group for name in MODALITIES if (group := channels_of(name) & present)}
    # Each is ranked once for all items; a modality of a single channel is ranked with it.
    lists = {left_out: ranker(left_out) for left_out in {*channels.values(), *modalities.values()} - {present}}

    def influences(row: int, groups: Mapping[str, frozenset[str]]) -> dict[str, Influence]:
        return {
            name: Influence(score=whole[row][1] - lists[left_out][row][1], rank=lists[left_out][row][0])
            for name, left_out in groups.items()
            if left_out in lists
        }

    rows = [scored.candidate.row for scored in chosen]
    return [
        Decided(influences(row, modalities), influences(row, channels), base, parts)
        for row, (base, parts) in zip(rows, contributions(chosen, ranker), strict=True)
    ]
