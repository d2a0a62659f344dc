"""Training: low-rank matrices beside the layers of a language model, learnt from chats and their answers.

A run that is stopped goes on from its last checkpoint, and comes to what it would have come to.

Source: LoRA (Hu et al. 2021); QLoRA (Dettmers et al. 2023), where the weights beneath are held in four bits.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from agent.adapt.checkpoint import Checkpoint
from agent.adapt.lessons import Lesson
from agent.backends.chat.local_chat import LocalChat
from agent.backends.generation.forward import forward
from agent.backends.generation.log_probs import NOTHING
from agent.errors import ConfigError, ModelError

if TYPE_CHECKING:
    import torch

SAVED_EVERY_S = 120.0
WARMING, LEAST_RATE = 0.06, 0.05  # share of all steps until the rate is whole; share of it at the end
MOST_NORM = 1.0
_LIKE = 16  # batches among which lessons of like length are put together


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """How a model is trained.

    Attributes:
        epochs: How often it sees each lesson.
        rank: Of the matrices.
        rate: Of learning, at its highest.
        batch: LessonFile of one step.
    """

    seed: int = 0
    epochs: int = 2
    rank: int = 16
    rate: float = 5e-4
    batch: int = 8


@dataclass(frozen=True, slots=True)
class StepProgress:
    """How far a training is.

    Attributes:
        loss: Mean over the last steps, per token of the answers.
    """

    step: int
    steps: int
    loss: float
    tokens_per_s: float


Tell = Callable[[StepProgress], None]


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a training came to.

    Attributes:
        weights: The matrices, by the names that peft gives them.
        config: How peft describes them.
        seconds: Of this run alone.
    """

    weights: dict[str, torch.Tensor]
    config: dict[str, Any]
    seconds: float


def train(
    model: LocalChat, lessons: Sequence[Lesson], plan: TrainingPlan, base: str, checkpoint: Path, tell: Tell
) -> Learnt:
    """Train a model, from the checkpoint on if it is of this very training.

    Args:
        model: It is changed, and of no use afterwards.
        base: Hash of its weights.
        checkpoint: File; it is left there.
        tell: Told after each step.

    Raises:
        ConfigError: peft is not installed.
        ModelError: the model has no layers that can be trained, or went astray.
    """
    began = time.monotonic()
    config = _with_matrices(model.network, plan)
    trainer = _Trainer(model, lessons, plan, Checkpoint(checkpoint, _key(lessons, plan, base)))
    trainer.run(tell)
    peft = _peft()
    weights = peft.get_peft_model_state_dict(model.network)
    return Learnt({name: value.detach().cpu() for name, value in weights.items()}, config, time.monotonic() - began)


def n_steps(n_lessons: int, plan: TrainingPlan) -> int:
    """Steps of a training."""
    return plan.epochs * math.ceil(n_lessons / plan.batch)


def batches(lengths: Sequence[int], size: int, seed: int) -> list[list[int]]:
    """Numbers of all lessons in batches, by lot, those of like length together.

    Args:
        lengths: Of each lesson.
        size: Of a batch.
        seed: Of the draws.
    """
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(lengths)).tolist()
    whole = [
        batch
        for window in _cut(order, _LIKE * size)
        for batch in _cut(sorted(window, key=lambda number: lengths[number]), size)
    ]
    return [whole[at] for at in rng.permutation(len(whole)).tolist()]


def _cut(numbers: list[int], size: int) -> list[list[int]]:
    return [numbers[start : start + size] for start in range(0, len(numbers), size)]


class _Trainer:
    """A training under way."""

    def __init__(self, model: LocalChat, lessons: Sequence[Lesson], plan: TrainingPlan, checkpoint: Checkpoint) -> None:
        import torch

        self._model, self._lessons, self._plan, self._checkpoint = model, lessons, plan, checkpoint
        self._network = model.network
        self._matrices = [weight for weight in self._network.parameters() if weight.requires_grad]
        # What is learnt is summed up from steps too small for bfloat16; the model computes with copies.
        self._exact = [weight.detach().float().clone() for weight in self._matrices]
        self._optimizer = torch.optim.AdamW(self._exact, lr=plan.rate, weight_decay=0.0)
        self._lengths = [sum(len(message.text) for message in lesson.chat) + len(lesson.answer) for lesson in lessons]

    def run(self, tell: Tell) -> None:
        """Take all steps that are left."""
        first = self._checkpoint.restore(self._exact, self._optimizer)
        self._copy()
        self._prepare()
        total, saved, recent = n_steps(len(self._lessons), self._plan), time.monotonic(), list[float]()
        for step, numbers in enumerate(self._order()):
            if step < first:
                continue
            began = time.monotonic()
            loss, n_tokens = self._step(step, total, [self._lessons[number] for number in numbers])
            recent = [*recent[-19:], loss]
            tell(StepProgress(step + 1, total, sum(recent) / len(recent), n_tokens / (time.monotonic() - began)))
            if step + 1 == total or time.monotonic() - saved > SAVED_EVERY_S:
                self._checkpoint.save(step + 1, self._exact, self._optimizer)
                saved = time.monotonic()

    def _order(self) -> Iterator[list[int]]:
        for epoch in range(self._plan.epochs):
            yield from batches(self._lengths, self._plan.batch, self._plan.seed + epoch)

    def _prepare(self) -> None:
        self._network.train()
        if getattr(self._network, "is_quantized", False):
            # On a processor bitsandbytes packs four bits to infer, by which nothing is learnt, and unpacks them here.
            self._network.state_dict()
        if self._network.device.type == "cuda":  # memory is what is short there
            self._network.gradient_checkpointing_enable()
            self._network.enable_input_require_grads()

    def _step(self, step: int, total: int, lessons: Sequence[Lesson]) -> tuple[float, int]:
        """One step. Returns: loss, and how many tokens were read."""
        import torch

        torch.manual_seed(self._plan.seed + step)  # of what a model drops out by itself: the same after a stop
        inputs, tokens = self._model.to_learn(
            [lesson.chat for lesson in lessons], [lesson.answer for lesson in lessons]
        )
        logits = forward(self._network, inputs, n_logits=tokens.shape[1] + 1, keep_past=False).logits[:, :-1]
        loss = torch.nn.functional.cross_entropy(logits.float().flatten(0, 1), tokens.flatten(), ignore_index=NOTHING)
        if not loss.isfinite():
            raise ModelError(f"The model went astray at step {step + 1}.", "Train it anew with another --seed.")
        loss.backward()  # type: ignore[no-untyped-call]
        self._move(step, total)
        return float(loss.detach()), int(inputs["attention_mask"].sum())

    def _move(self, step: int, total: int) -> None:
        import torch

        for exact, weight in zip(self._exact, self._matrices, strict=True):
            exact.grad = None if weight.grad is None else weight.grad.float()
            weight.grad = None
        torch.nn.utils.clip_grad_norm_(self._exact, MOST_NORM)
        for group in self._optimizer.param_groups:
            group["lr"] = self._plan.rate * rate_share(step, total)
        self._optimizer.step()
        self._copy()

    def _copy(self) -> None:
        import torch

        with torch.no_grad():
            for exact, weight in zip(self._exact, self._matrices, strict=True):
                weight.copy_(exact)


def rate_share(step: int, total: int) -> float:
    """Share of the highest rate at a step: up to 1 at first, then down along half a cosine."""
    warming = max(1, round(WARMING * total))
    if step < warming:
        return (step + 1) / warming
    passed = (step - warming) / max(1, total - warming)
    return LEAST_RATE + (1 - LEAST_RATE) * (1 + math.cos(math.pi * passed)) / 2


def _with_matrices(network: Any, plan: TrainingPlan) -> dict[str, Any]:
    """Put matrices beside the linear layers of the part that writes. Returns: how peft describes them."""
    import torch

    peft = _peft()
    targets = _layers(network)
    if not targets:
        raise ModelError(f"A {network.config.model_type} model has no layers to train.", "Use another model.")
    config = peft.LoraConfig(
        r=plan.rank,
        lora_alpha=2 * plan.rank,
        target_modules=targets,
        task_type="CAUSAL_LM",
    )
    for weight in network.parameters():
        weight.requires_grad_(False)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(plan.seed)
        peft.inject_adapter_in_model(config, network)
    described = config.to_dict()
    return {**described, "target_modules": sorted(_endings(targets)), "inference_mode": True}


def _layers(network: Any) -> list[str]:
    """Names of the linear layers of the part that writes, without what sees, and without what makes the logits."""
    import torch

    decoder = network.get_decoder()
    prefix = next(name for name, module in network.named_modules() if module is decoder)
    inside = ((name, module) for name, module in decoder.named_modules() if isinstance(module, torch.nn.Linear))
    return [f"{prefix}.{name}" if prefix else name for name, module in inside if "lm_head" not in name]


def _endings(names: Sequence[str]) -> set[str]:
    return {name.rpartition(".")[2] for name in names}


def _key(lessons: Sequence[Lesson], plan: TrainingPlan, base: str) -> str:
    """What a checkpoint must be of to be gone on from."""
    digest = hashlib.sha256(f"{base} {sorted(asdict(plan).items())}".encode())
    for lesson in lessons:
        texts = [*(message.text for message in lesson.chat), lesson.answer, lesson.source]
        digest.update("\0".join(texts).encode())
    return digest.hexdigest()


def _peft() -> Any:
    try:
        import peft
    except ImportError as error:
        raise ConfigError("Training needs peft.", "Install it: pip install 'tastemaker[adapt]'.") from error
    return peft


__all__ = ["Learnt", "StepProgress", "TrainingPlan", "batches", "n_steps", "rate_share", "train"]
