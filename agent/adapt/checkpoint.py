"""Checkpoints: how far a training is, in one file that is there whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.errors import ModelError

if TYPE_CHECKING:
    import torch

_MOMENTS = ("exp_avg", "exp_avg_sq")  # what AdamW remembers of each matrix


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The file of one training.

    Attributes:
        path: Where it is.
        key: What it must be of; any other is written over.
    """

    path: Path
    key: str

    def save(self, step: int, weights: Sequence[torch.Tensor], optimizer: torch.optim.AdamW) -> None:
        """Write down what is learnt after `step` steps."""
        from safetensors.torch import save_file

        tensors = {f"{at}.weight": weight for at, weight in enumerate(weights)}
        for at, weight in enumerate(weights):
            state = optimizer.state[weight]
            tensors |= {f"{at}.{name}": state[name] for name in _MOMENTS if name in state}
        partial = self.path.with_name(f"{self.path.name}.part")
        try:
            save_file(tensors, partial, metadata={"key": self.key, "step": str(step)})
            partial.replace(self.path)
        except OSError as error:
            raise ModelError(
                f"{self.path} cannot be written: {error}.", "Free disk space, and run it again."
            ) from error

    def restore(self, weights: Sequence[torch.Tensor], optimizer: torch.optim.AdamW) -> int:
        """Take over what was learnt. Returns: after how many steps; 0 where there is nothing of this training."""
        import torch
        from safetensors import SafetensorError, safe_open

        if not self.path.is_file():
            return 0
        try:
            with safe_open(self.path, "pt") as file:
                about: dict[str, str] = file.metadata() or {}
                if about.get("key") != self.key:
                    return 0
                tensors: dict[str, Any] = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except (SafetensorError, OSError):  # cut off by what no rename guards against: begun anew
            return 0
        step = int(about["step"])
        with torch.no_grad():
            for at, weight in enumerate(weights):
                weight.copy_(tensors[f"{at}.weight"])
                moments = {name: tensors[f"{at}.{name}"].to(weight.device) for name in _MOMENTS}
                optimizer.state[weight] = {"step": torch.tensor(float(step)), **moments}
        return step


__all__ = ["Checkpoint"]
