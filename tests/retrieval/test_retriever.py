"""Retrieval: candidates with the evidence of every channel, and filters that hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.backends.pictures.keypoints import local_points
from retrieval.channels.dense import DenseChannel
from retrieval.channels.lexical import LexicalChannel, LexicalIndex
from retrieval.filters import parse_filter
from retrieval.fusion.weighted import Weighted
from retrieval.items import Item
from retrieval.query import Query
from retrieval.retriever import Plan, Retriever
from retrieval.snapshot import Snapshot
from retrieval.text.item_text import lexical_text
from retrieval.text.words import words
from tests.support.made_packages import package, photographed
from tests.support.shelf import SCHEMA, fill, units

N = 40
COLOURS = ("red", "blue", "green")
ITEMS = [
    Item(str(n), f"{COLOURS[n % 3]} thing {n}", price=float(n), category="even" if n % 2 == 0 else "odd")
    for n in range(N)
]
WEIGHTS = {"text": 0.5, "lexical": 0.3, "visual": 0.2}


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    """Forty items; only the first ten have pictures."""
    vectors = {
        "text": {item.id: units(1, seed=int(item.id)) for item in ITEMS},
        "visual": {item.id: units(1, seed=100 + int(item.id)) for item in ITEMS[:10]},
    }
    with fill(tmp_path_factory.mktemp("made") / "w", ITEMS, vectors) as workspace:
        found = Snapshot.read(workspace.store, SCHEMA, ("text", "visual"))
        index = LexicalIndex(words(lexical_text(item, SCHEMA)) for item in found.items)
        dense = [DenseChannel(name, found, workspace.index) for name in ("text", "visual")]
        fusion = Weighted(WEIGHTS, frozenset({"lexical"}))
        plans = {
            "text": Plan(frozenset({"text", "lexical"}), fusion),
            "both": Plan(frozenset(WEIGHTS), fusion),
        }
        yield Retriever(found, (*dense, LexicalChannel(index)), plans, depth=10)  # type: ignore[arg-type]


def query(kind: str = "both", text: str = "a red thing", *filters: str, seed: int = 7) -> Query:
    vectors = {"text": units(1, seed=seed), "visual": units(1, seed=seed + 1)}
    musts = tuple(parse_filter(one, SCHEMA) for one in filters)
    return Query(kind, text, vectors, musts)  # type: ignore[arg-type]


def test_candidates_come_best_first_with_scores_as_shares(retriever: Retriever) -> None:
    found = retriever.retrieve(query(), 20)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    for one in found:
        assert 0 <= one.score <= 1
        assert retriever.snapshot.items[one.row] == one.item


def test_weights_are_the_shares_of_the_channels_that_answered(retriever: Retriever) -> None:
    for one in retriever.retrieve(query(), 20):
        assert {name: channel.weight for name, channel in one.channels.items()} == pytest.approx(WEIGHTS)
    for one in retriever.retrieve(query(text="zeppelin"), 20):  # no item has the word
        assert {name: channel.weight for name, channel in one.channels.items()} == pytest.approx(
            {"text": 0.5 / 0.7, "visual": 0.2 / 0.7}
        )


def test_ranks_count_the_channels_own_scores(retriever: Retriever) -> None:
    found = retriever.judge(query(), np.arange(N))
    for name in WEIGHTS:
        scores = [one.channels[name].score for one in found]
        known = [score for score in scores if score is not None]
        for one in found:
            mine = one.channels[name]
            if mine.score is None:
                assert mine.rank is None
            else:
                assert mine.rank == 1 + sum(score > mine.score for score in known)


def test_an_item_without_a_picture_has_no_visual_score_and_is_judged_by_its_text(retriever: Retriever) -> None:
    found = {one.item.id: one.channels["visual"] for one in retriever.judge(query(), np.arange(N))}
    assert all(found[str(n)].score is not None for n in range(10))
    assert all(found[str(n)].score is None for n in range(10, N))


def test_a_plan_asks_only_its_channels(retriever: Retriever) -> None:
    assert set(retriever.retrieve(query("text"), 5)[0].channels) == {"text", "lexical"}


def test_more_candidates_than_channels_usually_propose_can_be_had(retriever: Retriever) -> None:
    assert len(retriever.retrieve(query("text", "zeppelin"), N)) == N


def test_a_request_no_channel_understands_has_no_candidates(retriever: Retriever) -> None:
    assert retriever.retrieve(Query("text", "zeppelin", {}), 10) == []


def test_judging_gives_every_item_named_and_no_other(retriever: Retriever) -> None:
    rows = np.array([3, 17, 39])
    assert {one.row for one in retriever.judge(query(), rows)} == {3, 17, 39}
    assert retriever.judge(query(), np.array([], dtype=np.intp)) == []


@settings(deadline=None, max_examples=40)
@given(st.integers(0, N), st.integers(0, N), st.sampled_from(["even", "odd", None]), st.integers(1, 50))
def test_no_item_that_fails_a_filter_is_ever_a_candidate(
    retriever: Retriever, low: int, high: int, category: str | None, n: int
) -> None:
    filters = [f"price>={low}", f"price<={high}", *([f"category={category}"] if category else [])]
    asked = query("both", "a red thing", *filters)
    found = retriever.retrieve(asked, n)
    meeting = [item for item in ITEMS if all(must.matches(item) for must in asked.filters)]
    assert all(one.item in meeting for one in found)
    assert len(found) == min(n, len(meeting))
    assert len({one.row for one in found}) == len(found)


def test_what_is_known_again_in_a_picture_comes_first_and_says_by_how_many_points(retriever: Retriever) -> None:
    own = local_points(package(3), 250)
    known = replace(retriever, points=lambda ids: {item: {"sha": own} if item == "4" else {} for item in ids})
    asked = replace(query(), points=(local_points(photographed(package(3)), 400),))
    before = retriever.retrieve(asked, 20)
    first, *others = known.retrieve(asked, 20)
    assert (first.item.id, first.score) == ("4", pytest.approx(0.95, abs=0.06))
    assert (first.channels["visual"].points or 0) >= 10
    assert [one.channels["visual"].points for one in others] == [None] * len(others)
    rest = [one.item.id for one in before if one.item.id != "4"]
    assert [one.item.id for one in others] == rest[: len(others)]
    assert known.retrieve(query(), 20)[0].channels["visual"].points is None
