"""Candidates: what the evidence of each channel says of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.candidates import Candidate, ChannelScore
from retrieval.channels import Channel, best_rows
from retrieval.fusion import Fusion
from retrieval.fusion.cascade import Cascade
from retrieval.fusion.weighted import Weighted
from retrieval.query import Query
from retrieval.retriever import Plan, Retriever
from retrieval.snapshot import Rows
from tests.support.shelf import numbered, snapshot

WEIGHTS = {"text": 0.5, "lexical": 0.5}


@dataclass(frozen=True)
class Fixed:
    """A channel whose scores do not depend on the request."""

    name: str
    scores: Sequence[float]

    def prepare(self, query: Query) -> Fixed:
        return self

    def propose(self, n: int, allowed: NDArray[np.bool_] | None) -> Rows:
        return best_rows(np.array(self.scores, dtype=np.float32), n, allowed)

    def score(self, rows: Rows) -> NDArray[np.float32]:
        return np.array(self.scores, dtype=np.float32)[rows]


def judged(fusion: Fusion, scores: Mapping[str, Sequence[float]]) -> list[Candidate]:
    """All items of a small catalog, as candidates."""
    n = len(next(iter(scores.values())))
    channels: list[Channel] = [Fixed(name, values) for name, values in scores.items()]
    retriever = Retriever(snapshot(numbered(n)), channels, {"text": Plan(frozenset(scores), fusion)})
    return retriever.judge(Query("text", "", {}), np.arange(n))


SCORES = {
    "text": [1.0, 0.5, 0.0],
    "lexical": [math.nan, 0.0, 1.0],
}  # the first item lacks what the second channel needs


def test_a_candidate_is_its_item_its_row_and_its_fused_score() -> None:
    candidates = judged(Weighted(WEIGHTS), SCORES)
    assert [(candidate.item.id, candidate.row, candidate.score) for candidate in candidates] == [
        ("0", 0, pytest.approx(0.75)),
        ("2", 2, pytest.approx(0.5)),
        ("1", 1, pytest.approx(0.25)),
    ]


def test_a_contribution_is_what_is_lost_without_the_channel_and_below_0_where_it_held_the_item_back() -> None:
    best, middle, last = judged(Weighted(WEIGHTS), SCORES)
    assert best.channels["text"] == ChannelScore(1.0, 1, 0.5, pytest.approx(0.75 - 0.5))
    assert middle.channels["text"] == ChannelScore(0.0, 3, 0.5, pytest.approx(0.5 - 1.0))
    assert last.channels["lexical"] == ChannelScore(0.0, 2, 0.5, pytest.approx(0.25 - 0.5))


def test_a_channel_without_a_score_has_no_rank_and_may_still_have_held_the_item_back() -> None:
    best = judged(Weighted(WEIGHTS), SCORES)[0]
    assert best.channels["lexical"] == ChannelScore(None, None, 0.5, pytest.approx(0.75 - 1.0))


def test_equal_scores_of_a_channel_share_the_better_rank() -> None:
    candidates = judged(Weighted(WEIGHTS), {"text": [0.2, 0.9, 0.9], "lexical": [0.0, 0.5, 1.0]})
    ranks = {candidate.item.id: candidate.channels["text"].rank for candidate in candidates}
    assert ranks == {"0": 3, "1": 1, "2": 1}


def test_a_fusion_without_fixed_shares_gives_channels_no_weight() -> None:
    candidates = judged(Cascade(WEIGHTS), SCORES)
    assert {score.weight for candidate in candidates for score in candidate.channels.values()} == {None}
