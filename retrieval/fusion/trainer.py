"""The trainer: early stopping, the same bytes for the same seed, and a state on disk to go on from."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import Tensor, nn

from retrieval.fusion.material import Material
from retrieval.fusion.settings import Schedule, Tell, TrainingProgress
from retrieval.fusion.state import TrainingState

K = 10
VALID_BATCH = 256
SINGLE = 5.0  # times the rate of the matrices


class Trainer:
    """Trains one network.

    Args:
        name: For progress.
        train: To fit on.
        valid: To stop by.
        schedule: How long and how hard.
        seed: Of the order of requests, of dropout and of drawn pairs.
        keep: File for the state after each epoch; a training that was stopped goes on from it.
    """

    def __init__(
        self, name: str, train: Material, valid: Material, schedule: Schedule, seed: int, keep: Path | None = None
    ) -> None:
        self.name, self.train, self.valid, self.schedule, self.seed = name, train, valid, schedule, seed
        self._keep = keep

    def run(self, module: nn.Module, tell: Tell | None = None) -> dict[str, float]:
        """Train in place; the module ends as it was after its best epoch, before the first if none was better.

        Returns:
            `epochs`, `best_epoch`, `valid` (nDCG@10 on the validation requests) and `untrained`, the same before.
        """
        optimiser = torch.optim.AdamW(_groups(module, self.schedule), lr=self.schedule.rate)
        untrained = ndcg(module, self.valid)
        state = TrainingState(module, optimiser, self._identity(module), untrained)
        if self._keep is not None:
            state.resume(self._keep)
        started, first = time.monotonic(), state.epoch
        while state.epoch < self.schedule.epochs and state.epoch - state.best_epoch < self.schedule.patience:
            # by epoch, so that a training that was stopped draws what it would have drawn
            with _dice(self.seed, state.epoch):
                self._epoch(module, optimiser)
            state.judge(ndcg(module, self.valid))
            if self._keep is not None:
                state.save(self._keep)
            if tell is not None:
                # since this start: the epochs of an earlier one took their time elsewhere
                each = (time.monotonic() - started) / (state.epoch - first)
                left = each * min(
                    self.schedule.epochs - state.epoch, self.schedule.patience + state.best_epoch - state.epoch
                )
                tell(TrainingProgress(self.name, state.epoch, self.schedule.epochs, state.valid, state.best, left))
        state.restore_best()
        if self._keep is not None:
            self._keep.unlink(missing_ok=True)
        module.eval()
        return {
            "epochs": float(state.epoch),
            "best_epoch": float(state.best_epoch),
            "valid": state.best,
            "untrained": state.untrained,
        }

    def _epoch(self, module: nn.Module, optimiser: torch.optim.Optimizer) -> None:
        module.train()
        for at in torch.split(torch.randperm(len(self.train)), self.schedule.batch):
            loss: Tensor = module.loss(*self.train.sampled_batch(at))  # type: ignore[operator]
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()

    def _identity(self, module: nn.Module) -> str:
        """What a state on disk must agree with to be gone on from: material, schedule, seed and first weights."""
        digest = hashlib.sha256(f"{self.name} {self.schedule} {self.seed}".encode())
        digest.update((self.train.digest() + self.valid.digest()).encode())
        for value in module.state_dict().values():
            digest.update(value.numpy().tobytes())
        return digest.hexdigest()


def scores_of(module: nn.Module, material: Material) -> Tensor:
    """Scores of all requests and rows, shape (requests, rows); -inf for what is no candidate."""
    module.eval()
    scores = torch.full(material.may.shape, -torch.inf)
    with torch.inference_mode():
        for at in torch.split(torch.arange(len(material)), VALID_BATCH):
            columns = material.may[at].any(dim=0).nonzero()[:, 0]
            batch, answers = material.batch(at)
            scores[at[:, None], columns] = module(batch).masked_fill(~answers.may, -torch.inf)
    return scores


def ndcg(module: nn.Module, material: Material) -> float:
    """Mean nDCG@10 over the requests, gains as they are.

    Source: Järvelin and Kekäläinen, Cumulated Gain-based Evaluation of IR Techniques, ACM TOIS 20(4), 2002.
    """
    scores = scores_of(module, material)
    k = min(K, scores.shape[1])
    discount = 1 / torch.log2(torch.arange(2, k + 2, dtype=torch.float32))
    got = material.gains.gather(1, scores.topk(k, dim=1).indices) @ discount
    ideal = material.gains.topk(k, dim=1).values @ discount
    return float((got / ideal.clamp(min=1e-9)).mean())


def _groups(module: nn.Module, schedule: Schedule) -> list[dict[str, object]]:
    """Matrices decay; single weights do not, or channels would fall silent, and learn faster, being few."""
    everything = list(module.parameters())
    return [
        {"params": [weights for weights in everything if weights.ndim > 1], "weight_decay": schedule.decay},
        {
            "params": [weights for weights in everything if weights.ndim <= 1],
            "weight_decay": 0.0,
            "lr": SINGLE * schedule.rate,
        },
    ]


@contextmanager
def _dice(seed: int, epoch: int) -> Iterator[None]:
    """Chance that depends on seed and epoch alone, and leaves everybody else's as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed * 1_000_003 + epoch)
        yield
