"""The state of a training that may be stopped: weights, optimiser, best weights so far."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn


class TrainingState:
    """The point that a training has reached.

    Attributes:
        epoch: How many are done.
        valid: The last validation figure.
        best: The best one.
        best_epoch: After which epoch it was reached; 0 before the first.
        untrained: The figure before the first.
    """

    def __init__(self, module: nn.Module, optimiser: torch.optim.Optimizer, identity: str, untrained: float) -> None:
        self._module, self._optimiser, self._identity = module, optimiser, identity
        self.epoch = self.best_epoch = 0
        self.valid = self.best = self.untrained = untrained
        self._best_weights = _copy(module.state_dict())

    def judge(self, valid: float) -> None:
        """Count an epoch, and remember the weights when they are the best so far."""
        self.epoch, self.valid = self.epoch + 1, valid
        # only what is better: of equal epochs the first, which has moved least from where it began
        if valid > self.best:
            self.best, self.best_epoch = valid, self.epoch
            self._best_weights = _copy(self._module.state_dict())

    def restore_best(self) -> None:
        """Give the module its best weights."""
        self._module.load_state_dict(self._best_weights)

    def save(self, path: Path) -> None:
        """Write everything; a reader finds the old state or the new one, never half of one.

        Raises:
            OSError: it cannot be written.
        """
        from safetensors.torch import save_file

        moments = self._optimiser.state_dict()["state"]
        tensors = {
            **{f"module/{name}": value for name, value in self._module.state_dict().items()},
            **{f"best/{name}": value for name, value in self._best_weights.items()},
            **{f"adam/{at}/{name}": value for at, moment in moments.items() for name, value in moment.items()},
        }
        figures = {
            "identity": self._identity,
            "epoch": self.epoch,
            "best_epoch": self.best_epoch,
            "valid": self.valid,
            "best": self.best,
            "untrained": self.untrained,
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        save_file(
            {name: value.clone().contiguous() for name, value in tensors.items()}, draft, {"state": json.dumps(figures)}
        )
        draft.replace(path)

    def resume(self, path: Path) -> bool:
        """Go on from a file when it is there and of this very training; anything else is left alone."""
        saved = _read(path)
        if saved is None or saved[0].get("identity") != self._identity:
            return False
        figures, tensors = saved
        self._module.load_state_dict(_part(tensors, "module/"))
        self._best_weights = _part(tensors, "best/")
        moments: dict[int, dict[str, Tensor]] = {}
        for name, value in _part(tensors, "adam/").items():
            at, kind = name.split("/")
            moments.setdefault(int(at), {})[kind] = value
        self._optimiser.load_state_dict({**self._optimiser.state_dict(), "state": moments})
        self.epoch, self.best_epoch = int(figures["epoch"]), int(figures["best_epoch"])
        self.valid, self.best, self.untrained = figures["valid"], figures["best"], figures["untrained"]
        return True


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]] | None:
    """Figures and tensors; None when there is no such file, or no whole one."""
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        return None
    try:
        with safe_open(path, "pt") as file:
            return json.loads(file.metadata()["state"]), {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, KeyError, TypeError, ValueError):
        return None


def _part(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _copy(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in tensors.items()}
