"""Where an encoder that a person named computes, and in which number format, told from its size before it is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agent.backends.loading.checkpoint import check_weights
from agent.backends.loading.dtype import precision
from agent.backends.loading.memory import GIB, Room, free_room, gib
from agent.backends.loading.placement import CPU_RESERVE, GPU_RESERVE
from agent.errors import ModelError

if TYPE_CHECKING:
    import torch

BATCH_BYTES = GIB // 2  # what a batch takes beside the weights: seen below that with models of up to a billion weights
PICKLES = frozenset({".bin", ".pt", ".pth", ".pkl", ".ckpt"})


@dataclass(frozen=True, slots=True)
class EncoderPlace:
    """Where an encoder goes.

    Attributes:
        device: As torch names it.
        dtype: Number format of weights and activations.
        reason: Why, in words for a person.
    """

    device: str
    dtype: torch.dtype
    reason: str


def place_encoder(name: str, folders: Sequence[Path], room: Room | None = None) -> EncoderPlace:
    """The GPU with the most room where it holds the encoder, else the processor.

    Args:
        name: The encoder, for messages.
        folders: Those that hold its weights.
        room: Free memory; looked up when not given.

    Raises:
        ModelError: the weights are not there as safetensors, whole, or fit nowhere.
    """
    import torch

    n_weights = sum(check_weights(path) for folder in folders for path in weight_files(folder))
    if not n_weights:
        raise ModelError(f"{name} has no .safetensors weights.", "Fetch the model again; its download is incomplete.")
    room, chosen = room or free_room(), precision()
    need = n_weights * chosen.dtype.itemsize + BATCH_BYTES
    free = max(room.gpus, default=0)
    if chosen.device == "cuda" and need + GPU_RESERVE <= free:
        return EncoderPlace(
            f"cuda:{room.gpus.index(free)}", chosen.dtype, f"needs {gib(need)} of the GPU's free {gib(free)}"
        )
    # A format that a GPU computes natively says nothing of the processor beside it.
    dtype = torch.float32 if chosen.device == "cuda" else chosen.dtype
    need = n_weights * dtype.itemsize + BATCH_BYTES
    if need + CPU_RESERVE > room.cpu:
        raise ModelError(
            f"{name} needs {gib(need)} of memory, and {gib(room.cpu)} is free.",
            "Free memory, or name a smaller encoder.",
        )
    return EncoderPlace("cpu", dtype, f"needs {gib(need)} of the machine's free {gib(room.cpu)}")


def weight_files(folder: Path) -> list[Path]:
    """The safetensors files of one folder.

    Raises:
        ModelError: it holds weights as pickle files only.
    """
    files = sorted(folder.glob("*.safetensors"))
    if not files and any(path.suffix in PICKLES for path in folder.iterdir()):
        raise ModelError(
            f"{folder} holds its weights as pickle files only, which can run code when they are opened.",
            "Use a copy of the model with .safetensors files.",
        )
    return files


__all__ = ["EncoderPlace", "place_encoder", "weight_files"]
