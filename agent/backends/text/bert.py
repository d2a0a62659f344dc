"""The transformer encoder of BERT, forward pass only, for small sentence models.

Importing transformers' own takes four seconds that a person would wait for; this takes none beyond torch.

Source: Devlin et al. 2019, BERT; post-norm layers of Vaswani et al. 2017, section 3.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from agent.errors import ModelError

if TYPE_CHECKING:
    import torch


class Bert:
    """A BERT encoder from a folder with `config.json` and `model.safetensors`.

    Args:
        folder: The model's folder.
        dtype: Number format it computes in.
        device: Where it computes.

    Raises:
        ModelError: the folder holds another kind of model.
    """

    def __init__(self, folder: Path, *, dtype: torch.dtype, device: str) -> None:
        from safetensors.torch import load_file

        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if config.get("model_type") != "bert" or config.get("hidden_act") != "gelu":
            raise ModelError(
                f"{folder} holds a {config.get('model_type')} model, not a BERT.",
                "Use the folder of a BERT, such as all-MiniLM-L6-v2.",
            )
        self.dim: int = config["hidden_size"]
        self._heads: int = config["num_attention_heads"]
        self._eps: float = config["layer_norm_eps"]
        loaded = load_file(folder / "model.safetensors", device=device)
        # Older files also hold the numbers of the positions, as integers; they are counted here.
        tensors = {name: tensor.to(dtype) for name, tensor in loaded.items() if tensor.is_floating_point()}
        self._embeddings = _below(tensors, "embeddings.")
        self._layers = [_layer(tensors, number) for number in range(config["num_hidden_layers"])]

    def __call__(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Contextual vectors of tokens.

        Args:
            ids: int64, shape (n, length).
            mask: bool, shape (n, length), True where a token is real.

        Returns:
            Shape (n, length, dim), in the encoder's dtype.
        """
        from torch.nn import functional

        table = self._embeddings
        words = functional.embedding(ids, table["word_embeddings.weight"])
        places = table["position_embeddings.weight"][: ids.shape[1]]
        # Every token is of the first text: none of these models is given pairs of texts.
        hidden = self._norm(words + places + table["token_type_embeddings.weight"][0], table, "LayerNorm")
        seen = mask[:, None, None, :]
        for layer in self._layers:
            hidden = self._norm(hidden + self._attend(hidden, seen, layer), layer, "attention.output.LayerNorm")
            inner = functional.gelu(_linear(hidden, layer, "intermediate.dense"))
            hidden = self._norm(hidden + _linear(inner, layer, "output.dense"), layer, "output.LayerNorm")
        return hidden

    def _attend(self, hidden: torch.Tensor, seen: torch.Tensor, layer: Mapping[str, torch.Tensor]) -> torch.Tensor:
        from torch.nn import functional

        n, length, dim = hidden.shape
        packed = _linear(hidden, layer, "qkv").view(n, length, 3, self._heads, dim // self._heads)
        query, key, value = packed.permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=seen)
        return _linear(mixed.transpose(1, 2).reshape(n, length, dim), layer, "attention.output.dense")

    def _norm(self, hidden: torch.Tensor, tensors: Mapping[str, torch.Tensor], name: str) -> torch.Tensor:
        from torch.nn import functional

        weight, bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
        return functional.layer_norm(hidden, (self.dim,), weight, bias, self._eps)


def _layer(tensors: Mapping[str, torch.Tensor], number: int) -> dict[str, torch.Tensor]:
    """The tensors of one layer, with query, key and value joined: one product instead of three."""
    import torch

    layer = _below(tensors, f"encoder.layer.{number}.")
    for kind in ("weight", "bias"):
        layer[f"qkv.{kind}"] = torch.cat(
            [layer.pop(f"attention.self.{part}.{kind}") for part in ("query", "key", "value")]
        )
    return layer


def _below(tensors: Mapping[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def _linear(hidden: torch.Tensor, tensors: Mapping[str, torch.Tensor], name: str) -> torch.Tensor:
    from torch.nn import functional

    return functional.linear(hidden, tensors[f"{name}.weight"], tensors[f"{name}.bias"])


__all__ = ["Bert"]
