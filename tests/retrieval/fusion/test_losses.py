"""What learned fusions are trained by, worked out by hand."""

from __future__ import annotations

import math

import pytest
import torch

from retrieval.fusion.batch import Answers
from retrieval.fusion.layers import SIDE_TASK, Tasks, joint_loss
from retrieval.fusion.losses import category, listwise, pairwise, rating


def answers(gains: list[list[float]], may: list[list[bool]] | None = None) -> Answers:
    """Of candidates that are of a relevant category where they are relevant themselves."""
    worth = torch.tensor(gains)
    allowed = torch.ones_like(worth, dtype=torch.bool) if may is None else torch.tensor(may)
    return Answers(worth, allowed, (worth > 0).float())


def close(loss: torch.Tensor, expected: float) -> None:
    assert loss.item() == pytest.approx(expected, abs=1e-5)


def test_listwise_is_the_cross_entropy_of_the_relevant_candidate() -> None:
    scores = torch.tensor([[0.0, math.log(3.0)]])
    close(listwise(scores, answers([[1.0, 0.0]])), math.log(4))
    close(listwise(scores, answers([[0.0, 0.5]])), math.log(4 / 3))


def test_listwise_shares_a_request_out_by_gain_and_takes_the_mean_over_requests() -> None:
    scores = torch.tensor([[0.0, math.log(3.0)], [0.0, 0.0]])
    first = 0.25 * math.log(4) + 0.75 * math.log(4 / 3)
    close(listwise(scores, answers([[0.3, 0.9], [1.0, 0.0]])), (first + math.log(2)) / 2)


def test_what_is_no_candidate_has_no_part_in_the_list() -> None:
    scores = torch.tensor([[0.0, math.log(3.0), 50.0]])
    close(listwise(scores, answers([[1.0, 0.0, 0.0]], [[True, True, False]])), math.log(4))


def test_a_request_without_an_answer_costs_nothing() -> None:
    close(listwise(torch.tensor([[1.0, 2.0]]), answers([[0.0, 0.0]])), 0.0)


def test_pairwise_asks_for_the_relevant_above_the_others() -> None:
    scores = torch.tensor([[2.0, 0.0, 9.0]])
    close(pairwise(scores, answers([[1.0, 0.0, 0.0]], [[True, True, False]])), math.log(1 + math.exp(-2)))
    close(pairwise(-scores, answers([[1.0, 0.0, 0.0]], [[True, True, False]])), math.log(1 + math.exp(2)))


@pytest.mark.parametrize("gains", [[[0.0, 0.0]], [[1.0, 1.0]]])
def test_where_there_is_no_pair_nothing_is_learned_and_nothing_fails(gains: list[list[float]]) -> None:
    scores = torch.tensor([[1.0, 2.0]], requires_grad=True)
    loss = pairwise(scores, answers(gains))
    loss.backward()  # type: ignore[no-untyped-call]
    close(loss, 0.0)
    assert scores.grad is not None
    assert not scores.grad.any()


def test_rating_is_the_squared_error_of_the_relevant_alone() -> None:
    close(rating(torch.zeros(1, 3), answers([[0.9, 0.0, 0.3]])), ((0.5 - 0.9) ** 2 + (0.5 - 0.3) ** 2) / 2)
    close(rating(torch.zeros(1, 2), answers([[0.0, 0.0]])), 0.0)


def test_category_is_judged_over_the_candidates_alone() -> None:
    guess = torch.tensor([[0.0, math.log(3.0), 40.0]])
    expected = (math.log(2) - math.log(1 / 4)) / 2  # half sure of what is so, three quarters sure of what is not
    close(category(guess, answers([[1.0, 0.0, 0.0]], [[True, True, False]])), expected)


def test_side_tasks_count_a_tenth_beside_the_ranking() -> None:
    right = answers([[1.0, 0.0]])
    tasks = Tasks(torch.tensor([[2.0, 0.0]]), torch.zeros(1, 2), torch.zeros(1, 2))
    ranking = 2 * math.log(1 + math.exp(-2))  # of one pair both losses are the same
    close(joint_loss(tasks, right), ranking + SIDE_TASK * ((0.5 - 1.0) ** 2 + math.log(2)))
