"""The channels that know what people did: where they speak, and on what scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.channels.collaborative import CollaborativeChannel, CollaborativeScorer
from retrieval.channels.popularity import PopularityChannel
from retrieval.query import History, Query

NOBODY_TOUCHED = np.nan


@dataclass(frozen=True)
class Fixed:
    """A model whose scores are the history's weight times what stands here."""

    of_weight_one: Sequence[float]
    name: str = "fixed"

    def scores(self, history: History) -> NDArray[np.float32]:
        weight = float(history.weights.sum()) if len(history.weights) else 1.0
        return np.array(self.of_weight_one, dtype=np.float32) * np.float32(weight)


def history(*weights: float) -> History:
    return History(np.arange(len(weights)), np.array(weights, dtype=np.float32))


def query(of: History | None, *hidden: int) -> Query:
    return Query("history", "", {}, history=of, hidden=np.array(hidden, dtype=np.intp))


CHANNEL = CollaborativeChannel(Fixed([0.4, -0.2, 0.8, NOBODY_TOUCHED, 0.0]))


def test_what_speaks_against_an_item_counts_as_nothing_and_what_is_unknown_stays_unknown() -> None:
    scorer = CHANNEL.prepare(query(history(1.0)))
    assert scorer is not None
    np.testing.assert_allclose(scorer.score(np.arange(5)), [0.4, 0.0, 0.8, np.nan, 0.0])
    np.testing.assert_allclose(scorer.score(np.array([2, 0])), [0.8, 0.4])


def test_items_that_somebody_touched_are_proposed_best_first_and_no_others() -> None:
    scorer = CHANNEL.prepare(query(history(1.0)))
    assert scorer is not None
    assert scorer.propose(10, None).tolist() == [2, 0, 1, 4]
    assert scorer.propose(1, np.array([True, True, False, True, True])).tolist() == [0]


@pytest.mark.parametrize(
    ("of", "hidden", "why"),
    [
        (None, (), "no history"),
        (history(), (), "an empty history"),
        (history(-1.0), (1,), "nothing but dislikes, whose opposite is hidden"),
        (history(1.0), (0, 2), "everything it would name is known"),
    ],
)
def test_the_channel_is_silent_where_it_has_nothing_to_say(
    of: History | None, hidden: tuple[int, ...], why: str
) -> None:
    assert CHANNEL.prepare(query(of, *hidden)) is None, why


def test_the_channel_speaks_where_a_single_item_is_left() -> None:
    scorer = CHANNEL.prepare(query(history(1.0), 2))
    assert isinstance(scorer, CollaborativeScorer)
    assert scorer.propose(1, np.array([True, True, False, True, True])).tolist() == [0]


def test_popularity_says_the_same_to_everybody_whatever_they_did() -> None:
    channel = PopularityChannel(Fixed([0.1, 0.0, 0.9]))
    scorers = [channel.prepare(query(of)) for of in (None, history(5.0), history(-1.0))]
    for scorer in scorers:
        assert scorer is not None
        np.testing.assert_allclose(scorer.score(np.arange(3)), [0.1, 0.0, 0.9])


def test_popularity_is_silent_while_nobody_did_anything() -> None:
    assert PopularityChannel(Fixed([0.0, 0.0])).prepare(query(None)) is None
