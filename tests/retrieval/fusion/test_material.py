"""Training material: requests scored once by all channels, and handed out in batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
import torch

from retrieval.cases import Case
from retrieval.fusion import Pool, material
from retrieval.fusion.frame import Frame
from retrieval.fusion.material import Gathered, Material, gather
from retrieval.query import Query
from tests.support import lessons
from tests.support.shelf import pool

SCORES = np.array([0.1, 0.2, 0.3, 0.4, 0.5])
NOTHING_HIDDEN = np.array([], dtype=np.intp)


def case(gains: Mapping[int, float], name: str = "q") -> Case:
    return Case(name, Query("text", "", {}), gains, NOTHING_HIDDEN)


def pools(hidden: Mapping[str, Sequence[int]]) -> material.PoolOf:
    """Five items; of some requests not all of them are candidates."""

    def pool_of(asked: Case) -> Pool:
        rows = np.setdiff1d(np.arange(5), hidden.get(asked.id, ()))
        return Pool(rows, {"text": SCORES[rows]}, {}, {})

    return pool_of


def material_of(gathered: Gathered, categories: Sequence[int] | None = None, top: float | None = None) -> Material:
    frame = Frame.fit([asked.scores for asked in gathered.requests], {}, gathered.rows)
    return Material(gathered, frame, None if categories is None else np.array(categories), top)


CASES = [case({1: 2.0, 4: 1.0}, "a"), case({0: 1.0}, "b"), case({3: 1.0}, "c")]
GATHERED = gather(CASES, pools({"b": [4], "c": [3]}), seed=0)


def test_a_request_without_an_answer_among_its_candidates_is_left_out() -> None:
    assert [asked.case.id for asked in GATHERED.requests] == ["a", "b"]
    assert GATHERED.rows.tolist() == [0, 1, 2, 3, 4]


def test_a_gathered_request_is_seen_as_its_channels_answered_it() -> None:
    seen = GATHERED.pool(GATHERED.requests[1])
    assert seen.rows.tolist() == [0, 1, 2, 3]
    np.testing.assert_allclose(seen.scores["text"], SCORES[:4], atol=1e-7)
    assert seen.scores["text"].dtype == np.float64


def test_no_requests_are_no_error() -> None:
    nothing = gather([], pools({}), seed=0)
    assert (len(nothing.requests), nothing.rows.shape) == (0, (0,))


def test_of_a_large_catalog_the_answers_and_a_sample_are_trained_against(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(material, "MAX_ROWS", 10)
    features = lessons.tables()
    cases = lessons.cases(features)[:2]
    first, again, other = (gather(cases, lambda asked: lessons.pool(asked, features), seed) for seed in (0, 0, 1))
    answers = {row for asked in cases for row in asked.gains}
    assert len(first.rows) == 10
    assert answers <= set(first.rows.tolist())
    assert first.rows.tolist() == sorted(first.rows.tolist()) == again.rows.tolist() != other.rows.tolist()


def test_gains_are_shares_of_the_best_one_and_candidates_are_marked() -> None:
    made = material_of(GATHERED)
    assert made.top_gain == 2.0
    assert made.gains.tolist() == [[0.0, 1.0, 0.0, 0.0, 0.5], [0.5, 0.0, 0.0, 0.0, 0.0]]
    assert made.may.tolist() == [[True] * 5, [True] * 4 + [False]]
    assert len(made) == 2


def test_what_is_more_relevant_than_anything_in_training_counts_as_wholly_relevant() -> None:
    assert material_of(GATHERED, top=0.5).gains.max().item() == 1.0


def test_a_batch_has_the_items_that_any_of_its_requests_may_be_answered_with() -> None:
    made = material_of(GATHERED)
    batch, answers = made.batch(torch.tensor([1]))
    assert (batch.scores.shape, answers.gains.tolist()) == ((1, 1, 4), [[0.5, 0.0, 0.0, 0.0]])
    both, of_both = made.batch(torch.tensor([1, 0]))
    assert both.scores.shape == (2, 1, 5)
    assert of_both.may.tolist() == [[True] * 4 + [False], [True] * 5]
    assert both.known[0, 0].tolist() == [1.0] * 4 + [0.0]
    assert both.scores[0, 0, 4].item() == 0.0


def test_an_item_of_a_category_that_an_answer_has_is_akin_to_it_and_one_without_any_to_nothing() -> None:
    _, answers = material_of(GATHERED, categories=[0, 1, 1, -1, 0]).batch(torch.tensor([0, 1]))
    assert answers.akin.tolist() == [[1.0, 1.0, 1.0, 0.0, 1.0], [1.0, 0.0, 0.0, 0.0, 1.0]]
    _, unknown = material_of(GATHERED).batch(torch.tensor([0]))
    assert not unknown.akin.any()


def test_a_sampled_batch_holds_every_right_answer_and_only_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(material, "COLUMNS", 2)
    made = material_of(GATHERED)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for _ in range(20):
            batch, answers = made.sampled_batch(torch.tensor([0, 1]))
            assert batch.scores.shape[2] == 3  # three right answers are more than the two that were asked for
            assert answers.gains.sum().item() == 2.0
            single, of_single = made.sampled_batch(torch.tensor([1]))
            assert single.scores.shape[2] == 2
            assert of_single.may.all()


def test_a_digest_changes_with_whatever_is_trained_on() -> None:
    first = material_of(GATHERED).digest()
    assert material_of(gather(CASES, pools({"b": [4], "c": [3]}), seed=0)).digest() == first
    others = [
        material_of(gather([CASES[0]], pools({}), seed=0)).digest(),
        material_of(gather(CASES, pools({"b": [3]}), seed=0)).digest(),
        material_of(GATHERED, categories=[0, 1, 1, -1, 0]).digest(),
    ]
    assert len({first, *others}) == 1 + len(others)


def test_a_pool_without_scores_is_material_without_channels() -> None:
    empty = gather([case({1: 1.0})], lambda _: pool({}, 3), seed=0)
    assert material_of(empty).scores.shape == (1, 0, 3)
