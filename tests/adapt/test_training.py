"""Training: what is learnt, in which order, and going on after a stop."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch

from agent.adapt.checkpoint import Checkpoint
from agent.adapt.lessons import LessonFile
from agent.adapt.training import StepProgress, TrainingPlan, batches, n_steps, rate_share, train
from agent.backends.chat.transformers_chat import TransformersChat
from agent.errors import ConfigError

PLAN = TrainingPlan(epochs=2, rank=4, rate=5e-3)


class Stopped(Exception):
    pass


def trained(
    tiny: Path, lessons: LessonFile, checkpoint: Path, stop_at: int = 0
) -> tuple[dict[str, torch.Tensor], list[int]]:
    steps: list[int] = []

    def tell(progress: StepProgress) -> None:
        steps.append(progress.step)
        if progress.step == stop_at:
            raise Stopped

    model = TransformersChat(tiny, dtype=torch.float32)
    return train(model, lessons.good, PLAN, "base", checkpoint, tell).weights, steps


def test_a_training_that_was_stopped_comes_to_what_it_would_have_come_to(
    tiny: Path, lessons: LessonFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, steps = trained(tiny, lessons, tmp_path / "whole")
    assert steps == list(range(1, n_steps(30, PLAN) + 1))
    monkeypatch.setattr("agent.adapt.training.SAVED_EVERY_S", 0.0)
    with pytest.raises(Stopped):
        trained(tiny, lessons, tmp_path / "halved", stop_at=5)
    halved, steps = trained(tiny, lessons, tmp_path / "halved")
    assert steps[0] == 5  # the fifth was told of before it was written down
    assert whole.keys() == halved.keys()
    assert all(torch.allclose(whole[name], halved[name], atol=1e-6) for name in whole)


def test_the_checkpoint_of_another_training_or_a_torn_one_is_begun_anew(tmp_path: Path) -> None:
    weights = [torch.nn.Parameter(torch.ones(2, 2))]
    optimizer = torch.optim.AdamW(weights)
    weights[0].grad = torch.ones(2, 2)
    optimizer.step()
    path = tmp_path / "checkpoint"
    Checkpoint(path, "one").save(3, weights, optimizer)
    assert Checkpoint(path, "one").restore(weights, optimizer) == 3
    assert Checkpoint(path, "another").restore(weights, optimizer) == 0
    path.write_bytes(path.read_bytes()[:-5])
    assert Checkpoint(path, "one").restore(weights, optimizer) == 0
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint"]


def test_only_the_layers_of_the_part_that_writes_are_learnt(tiny: Path, lessons: LessonFile, tmp_path: Path) -> None:
    weights, _ = trained(tiny, lessons, tmp_path / "checkpoint")
    layers = {name.rpartition(".lora_")[0] for name in weights}
    assert len(layers) == 2 * 7
    assert all(layer.startswith("model.layers.") for layer in layers)


@pytest.mark.parametrize("lengths", [[3], [5, 1, 4, 2], list(range(100))])
def test_every_lesson_is_seen_once_in_batches_of_like_length(lengths: Sequence[int]) -> None:
    drawn = batches(lengths, 4, seed=1)
    assert sorted(number for batch in drawn for number in batch) == list(range(len(lengths)))
    assert all(len(batch) <= 4 for batch in drawn)
    assert drawn == batches(lengths, 4, seed=1)


def test_the_rate_rises_to_its_whole_and_falls_to_a_little() -> None:
    shares = [rate_share(step, 100) for step in range(100)]
    assert max(shares) == 1
    assert shares[0] < 0.5
    assert 0 < shares[-1] < 0.1
    assert 0 < rate_share(0, 1) <= 1


def test_without_peft_it_says_how_to_install_it(
    tiny: Path, lessons: LessonFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "peft", None)
    with pytest.raises(ConfigError, match=r"tastemaker\[adapt\]"):
        trained(tiny, lessons, tmp_path / "checkpoint")


def test_only_answers_are_learnt_each_with_the_token_that_ends_it(tiny: Path, lessons: LessonFile) -> None:
    model = TransformersChat(tiny, dtype=torch.float32)
    chats, answers = [lesson.chat for lesson in lessons.good[:2]], ["A lamp.", "A lamp that is quite a bit longer."]
    inputs, tokens = model.to_learn(chats, answers)
    tails = [[token for token in row if token >= 0] for row in tokens.tolist()]
    ends = model.network.generation_config.eos_token_id or model.network.config.eos_token_id
    assert [tail[-1] for tail in tails] == [ends] * 2
    shorter = inputs["input_ids"][0][inputs["attention_mask"][0].bool()].tolist()
    assert shorter[-len(tails[0]) :] == tails[0]
    assert inputs["position_ids"][0].max() == len(shorter) - 1
