"""The trainer and its state: when it stops, what it keeps, and what it goes on from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from retrieval.cases import Case
from retrieval.fusion.batch import Answers, Batch
from retrieval.fusion.frame import Frame
from retrieval.fusion.layers import Voices
from retrieval.fusion.losses import listwise
from retrieval.fusion.material import Material, gather
from retrieval.fusion.settings import Schedule, TrainingProgress
from retrieval.fusion.state import TrainingState
from retrieval.fusion.trainer import Trainer, ndcg, scores_of
from retrieval.query import Query
from tests.support.shelf import pool

GOOD, BAD = np.array([0.0, 1.0, 2.0, 3.0]), np.array([3.0, 2.0, 1.0, 0.0])


def material(gains: Mapping[int, float], n_requests: int = 4) -> Material:
    """Requests of two channels, of which one puts the answers first and the other last."""
    cases = [Case(str(at), Query("text", "", {}), gains, np.array([], dtype=np.intp)) for at in range(n_requests)]
    gathered = gather(cases, lambda _: pool({"good": GOOD, "bad": BAD}), seed=0)
    return Material(gathered, Frame.fit([asked.scores for asked in gathered.requests], {}, gathered.rows))


class Weighted(Voices):
    """A sum over channels that learns how much each is worth."""

    def __init__(self, good: float = 0.0, bad: float = 0.0) -> None:
        super().__init__(2)
        with torch.no_grad():
            self.weights.copy_(torch.tensor([bad, good]))  # channels stand in the order of their names

    def loss(self, batch: Batch, answers: Answers) -> Tensor:
        return listwise(self(batch), answers)


class Stubborn(Weighted):
    """Learns nothing."""

    def loss(self, batch: Batch, answers: Answers) -> Tensor:
        return self.weights.sum() * 0


LESSONS = material({3: 1.0, 2: 0.5})
EXAM = material({3: 1.0}, n_requests=2)
SCHEDULE = Schedule(epochs=8, patience=3, batch=2, rate=0.1)


def trained(
    module: nn.Module, schedule: Schedule = SCHEDULE, keep: Path | None = None, seed: int = 0
) -> dict[str, float]:
    return Trainer("voices", LESSONS, EXAM, schedule, seed, keep).run(module)


# Figures


def test_a_score_is_minus_infinity_for_what_is_no_candidate() -> None:
    hidden = material({3: 1.0})
    hidden.may[0, 1] = False
    scores = scores_of(Weighted(good=1.0), hidden)
    assert scores.shape == (4, 4)
    assert scores[0, 1].item() == -math.inf
    assert torch.isfinite(scores).sum().item() == 15


def test_ndcg_discounts_each_answer_by_its_rank() -> None:
    graded = material({3: 1.0, 0: 0.5})
    best = 1 / math.log2(2) + 0.5 / math.log2(3)
    assert ndcg(Weighted(good=1.0), graded) == pytest.approx((1 / math.log2(2) + 0.5 / math.log2(5)) / best)
    assert ndcg(Weighted(bad=1.0), graded) == pytest.approx((0.5 / math.log2(2) + 1 / math.log2(5)) / best)


# Training


def test_a_channel_that_puts_answers_first_comes_to_be_believed() -> None:
    module = Weighted(bad=0.5)
    figures = trained(module)
    assert figures["untrained"] < 0.5
    assert figures["valid"] == pytest.approx(1.0)
    assert module.weights[1] > module.weights[0]
    assert not module.training


def test_training_stops_when_nothing_got_better_for_as_long_as_patience_lasts() -> None:
    figures = trained(Stubborn(bad=0.5))
    assert (figures["epochs"], figures["best_epoch"], figures["valid"]) == (3.0, 0.0, figures["untrained"])


def test_the_weights_of_the_best_epoch_are_kept_the_first_ones_where_none_was_better() -> None:
    module = Weighted(good=1.0)
    before = module.weights.detach().clone()
    figures = trained(module)  # nothing is better than perfect
    assert (figures["untrained"], figures["best_epoch"]) == (1.0, 0.0)
    torch.testing.assert_close(module.weights.detach(), before)


def test_progress_tells_each_epoch_and_how_long_it_may_still_take() -> None:
    steps: list[TrainingProgress] = []
    Trainer("voices", LESSONS, EXAM, SCHEDULE, 0).run(Weighted(bad=0.5), steps.append)
    assert [step.epoch for step in steps] == list(range(1, len(steps) + 1))
    assert {(step.fusion, step.epochs) for step in steps} == {("voices", SCHEDULE.epochs)}
    assert [step.best for step in steps] == sorted(step.best for step in steps)
    assert steps[-1].seconds_left == 0.0


def test_training_leaves_the_chance_of_everybody_else_as_it_was() -> None:
    before = torch.random.get_rng_state()
    first, second = Weighted(bad=0.5), Weighted(bad=0.5)
    trained(first)
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.manual_seed(99)
    trained(second)
    torch.random.set_rng_state(before)
    torch.testing.assert_close(first.weights, second.weights, rtol=0, atol=0)


def test_no_epochs_change_nothing() -> None:
    module = Weighted(bad=0.5)
    figures = trained(module, Schedule(epochs=0))
    assert (figures["epochs"], module.weights.tolist()) == (0.0, [0.5, 0.0])


# State


def stepped(module: Weighted, optimiser: torch.optim.Optimizer, n: int) -> None:
    for _ in range(n):
        optimiser.zero_grad()
        module.loss(*LESSONS.batch(torch.arange(4))).backward()  # type: ignore[no-untyped-call]
        optimiser.step()


def started(identity: str = "this training") -> tuple[Weighted, torch.optim.Optimizer, TrainingState]:
    module = Weighted(bad=0.5)
    optimiser = torch.optim.AdamW(module.parameters(), lr=0.1)
    return module, optimiser, TrainingState(module, optimiser, identity, untrained=0.2)


def test_a_state_goes_on_with_weights_moments_and_figures_as_they_were(tmp_path: Path) -> None:
    module, optimiser, state = started()
    stepped(module, optimiser, 2)
    state.judge(0.5)
    stepped(module, optimiser, 1)
    state.judge(0.4)
    state.save(tmp_path / "folder" / "state.safetensors")
    other, others, resumed = started()
    assert resumed.resume(tmp_path / "folder" / "state.safetensors")
    assert (resumed.epoch, resumed.best_epoch, resumed.valid, resumed.best, resumed.untrained) == (2, 1, 0.4, 0.5, 0.2)
    for one_module, one_optimiser in ((module, optimiser), (other, others)):
        stepped(one_module, one_optimiser, 1)
    torch.testing.assert_close(other.weights, module.weights, rtol=0, atol=0)
    state.restore_best()
    resumed.restore_best()
    torch.testing.assert_close(other.weights, module.weights, rtol=0, atol=0)


def test_the_best_weights_are_those_of_the_first_epoch_that_reached_the_best_figure() -> None:
    module, optimiser, state = started()
    for figure, best_epoch in ((0.5, 1), (0.5, 1), (0.6, 3), (0.1, 3)):
        stepped(module, optimiser, 1)
        state.judge(figure)
        if state.epoch == 3:
            best = module.weights.detach().clone()
        assert state.best_epoch == best_epoch
    state.restore_best()
    torch.testing.assert_close(module.weights.detach(), best)


def test_what_is_not_of_this_training_is_left_alone(tmp_path: Path) -> None:
    module, optimiser, state = started("another training")
    stepped(module, optimiser, 1)
    state.save(tmp_path / "another.safetensors")
    whole = (tmp_path / "another.safetensors").read_bytes()
    (tmp_path / "half.safetensors").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "none.safetensors").write_bytes(b"no state")
    for name in ("another", "half", "none", "missing"):
        fresh, _, resumed = started()
        assert not resumed.resume(tmp_path / f"{name}.safetensors"), name
        assert (fresh.weights.tolist(), resumed.epoch) == ([0.5, 0.0], 0)


def test_a_finished_training_leaves_no_state_behind(tmp_path: Path) -> None:
    trained(Weighted(bad=0.5), keep=tmp_path / "voices.safetensors")
    assert list(tmp_path.iterdir()) == []
