"""Adapters: what a model learnt beside its weights, read from a folder and put into them as the model is loaded.

Of the folder only safetensors and JSON are read, after their sizes; the file of weights must be the one that its
manifest names, and the model the one that it was trained on.

Source: low-rank adaptation (Hu et al. 2021, section 4.1): W + scale * B A.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.backends.loading import model_files
from agent.backends.loading.checkpoint import check_weights, weights_digest
from agent.errors import ModelError

if TYPE_CHECKING:
    import torch

    Pair = tuple[torch.Tensor, torch.Tensor]

WEIGHTS, CONFIG, MANIFEST, CARD = "adapter_model.safetensors", "adapter_config.json", "manifest.json", "README.md"
PREFIX = "base_model.model."  # that peft puts before the names of a model's parts
MOST_WEIGHT_BYTES, MOST_JSON_BYTES = 512 << 20, 1 << 20
MOST_RANK = 256
_DOWN, _UP = ".lora_A.weight", ".lora_B.weight"
# What would change a model in another way than by a product of two matrices, which is all that is done here.
_PLAIN: Mapping[str, tuple[object, ...]] = {
    "peft_type": ("LORA",),
    "bias": ("none",),
    "use_dora": (None, False),
    "lora_bias": (None, False),
    "fan_in_fan_out": (None, False),
    "modules_to_save": (None, []),
    "rank_pattern": (None, {}),
    "alpha_pattern": (None, {}),
    "trainable_token_indices": (None, []),
    "alora_invocation_tokens": (None, []),
    "target_parameters": (None, []),
}
_TRAIN_ANEW = "Train it anew with `tastemaker adapt`."


@dataclass(frozen=True, slots=True, eq=False)
class Adapter:
    """What a model learnt beside its weights.

    Attributes:
        name: Name of its folder, with the beginning of its hash: two of one name are not one.
        scale: What the product of each pair is multiplied by.
        pairs: By the name of a linear layer two matrices, of shapes (rank, columns) and (rows, rank).
    """

    name: str
    scale: float
    pairs: Mapping[str, Pair]


def read_adapter(folder: Path, base: Path) -> Adapter:
    """The adapter in a folder.

    Args:
        folder: As `tastemaker adapt` wrote it.
        base: Folder of the model that it is to be put into.

    Raises:
        ModelError: it is not whole, not what its manifest says, made for another model, or of another kind.
    """
    manifest = _manifest(folder)
    sha256 = _hash_of_weights(folder, manifest)
    _check_base(folder, manifest, base)
    scale = _scale(folder, _json(folder / CONFIG))
    return Adapter(f"{folder.name}-{sha256[:8]}", scale, dict(_pairs(folder)))


def apply_adapter(model: Any, adapter: Adapter) -> None:
    """Put what was learnt into a model: into the weights where these are plain numbers, else beside them.

    Args:
        model: A model of transformers; it is changed in place.

    Raises:
        ModelError: the model has no such layers.
    """
    import torch

    for name, (down, up) in adapter.pairs.items():
        layer = _layer(model, name, adapter)
        if (up.shape[0], down.shape[1]) != (layer.out_features, layer.in_features):
            raise _misfit(adapter, f"{name} has another shape")
        # What is held in few bits, or waits outside of memory, cannot be added to: its answers can.
        if type(layer) is torch.nn.Linear and layer.weight.device.type != "meta":
            _merge(layer, down, up, adapter.scale)
        else:
            _add_beside(layer, down, up, adapter.scale)


def _merge(layer: Any, down: torch.Tensor, up: torch.Tensor, scale: float) -> None:
    import torch

    with torch.no_grad():
        weight = layer.weight
        change = scale * (up.to(weight.device, torch.float32) @ down.to(weight.device, torch.float32))
        layer.weight.copy_((weight.float() + change).to(weight.dtype))


def _add_beside(layer: Any, down: torch.Tensor, up: torch.Tensor, scale: float) -> None:
    from torch.nn.functional import linear

    def add(_: Any, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> torch.Tensor:
        values = inputs[0].to(output.dtype)
        first, second = (matrix.to(output.device, output.dtype) for matrix in (down, up))
        return output + scale * linear(linear(values, first), second)

    layer.register_forward_hook(add)


def _layer(model: Any, name: str, adapter: Adapter) -> Any:
    import torch

    try:
        layer = model.get_submodule(name)
    except AttributeError as error:
        raise _misfit(adapter, f"there is no {name}") from error
    if not isinstance(layer, torch.nn.Linear):
        raise _misfit(adapter, f"{name} is no linear layer")
    return layer


def _manifest(folder: Path) -> Mapping[str, Any]:
    if not folder.is_dir():
        raise ModelError(f"There is no adapter folder {folder}.", "Give the folder that `tastemaker adapt` wrote.")
    if not (folder / WEIGHTS).is_file():
        raise ModelError(
            f"{folder} has no {WEIGHTS}; weights in any other form are not opened, since they could run code.",
            _TRAIN_ANEW,
        )
    return _json(folder / MANIFEST)


def _json(path: Path) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > MOST_JSON_BYTES:
            raise ModelError(f"{path} is larger than {MOST_JSON_BYTES:,} bytes.", _TRAIN_ANEW)
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(
            f"{path} cannot be read: {model_files.first_line(error)}.", "Give a folder that `tastemaker adapt` wrote."
        ) from error
    if not isinstance(content, dict):
        raise ModelError(f"{path} holds no JSON object.", _TRAIN_ANEW)
    return content


def _hash_of_weights(folder: Path, manifest: Mapping[str, Any]) -> str:
    path = folder / WEIGHTS
    if path.stat().st_size > MOST_WEIGHT_BYTES:
        raise ModelError(f"{path} is larger than {MOST_WEIGHT_BYTES:,} bytes.", "Train it with fewer layers.")
    check_weights(path)
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    if manifest.get("sha256") != sha256:
        raise ModelError(f"{path} is not the file that {MANIFEST} beside it names.", _TRAIN_ANEW)
    return sha256


def _check_base(folder: Path, manifest: Mapping[str, Any], base: Path) -> None:
    named = manifest.get("base")
    trained_on = named if isinstance(named, dict) else {}
    if trained_on.get("sha256") != weights_digest(base):
        known = str(trained_on.get("name", "another model"))[:100]
        raise ModelError(
            f"The adapter in {folder} was trained on {known}, and {base.name} has other weights.",
            f"Use it with {known}, or train one on {base.name}.",
        )


def _scale(folder: Path, config: Mapping[str, Any]) -> float:
    """What products are multiplied by, of a configuration that asks for nothing but such products."""
    strange = [name for name, allowed in _PLAIN.items() if config.get(name) not in allowed]
    if strange:
        raise ModelError(f"The adapter in {folder} is of another kind: {', '.join(strange)}.", _TRAIN_ANEW)
    rank, alpha = config.get("r"), config.get("lora_alpha")
    if not (isinstance(rank, int) and 0 < rank <= MOST_RANK and isinstance(alpha, int | float) and 0 < alpha < 1e4):
        raise ModelError(f"The adapter in {folder} has a rank of {rank!r} and a scale of {alpha!r}.", _TRAIN_ANEW)
    return float(alpha) / (math.sqrt(rank) if config.get("use_rslora") else rank)


def _pairs(folder: Path) -> Iterator[tuple[str, Pair]]:
    from safetensors.torch import load_file

    with model_files.opening(f"The adapter in {folder}"):
        tensors = load_file(folder / WEIGHTS)
    names = {name.removeprefix(PREFIX).removesuffix(_DOWN).removesuffix(_UP) for name in tensors}
    if not names or len(tensors) != 2 * len(names):
        raise ModelError(f"The adapter in {folder} does not consist of pairs of matrices.", _TRAIN_ANEW)
    for name in sorted(names):
        down, up = (tensors.get(f"{PREFIX}{name}{part}") for part in (_DOWN, _UP))
        if down is None or up is None or not _is_pair(down, up):
            raise ModelError(f"The adapter in {folder} has no pair of finite matrices for {name[:100]}.", _TRAIN_ANEW)
        yield name, (down, up)


def _is_pair(down: torch.Tensor, up: torch.Tensor) -> bool:
    shaped = down.ndim == up.ndim == 2 and down.shape[0] == up.shape[1] <= MOST_RANK
    numbers = down.is_floating_point() and up.is_floating_point()
    return bool(shaped and numbers and down.isfinite().all() and up.isfinite().all())


def _misfit(adapter: Adapter, why: str) -> ModelError:
    return ModelError(f"The adapter {adapter.name} does not fit the model: {why}.", _TRAIN_ANEW)


__all__ = [
    "CARD",
    "CONFIG",
    "MANIFEST",
    "MOST_RANK",
    "PREFIX",
    "WEIGHTS",
    "Adapter",
    "apply_adapter",
    "read_adapter",
]
