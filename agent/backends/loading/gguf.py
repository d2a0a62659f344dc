"""A GGUF archive as a safetensors model folder, converted once.

The file is read with the `gguf` package alone: what transformers does with a GGUF file differs from release to
release (packed blocks, kernels fetched from a hub), and it takes several times as long.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.backends.loading import gguf_tokenizer
from agent.backends.loading.model_files import library
from agent.errors import ModelError, WeightsError

if TYPE_CHECKING:
    import numpy as np
    import torch
    from gguf import GGUFReader
    from numpy.typing import NDArray

CONVERSION = 1  # raised whenever this converter would write something else; an older folder is then made anew

_OUTSIDE = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
_IN_BLOCK = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


@dataclass(frozen=True, slots=True)
class _Architecture:
    model_class: str
    interleaved: bool  # llama.cpp stores the two halves of each rotary pair side by side


_ARCHITECTURES = {
    "llama": _Architecture("LlamaForCausalLM", interleaved=True),
    "qwen2": _Architecture("Qwen2ForCausalLM", interleaved=False),
}


def convert(gguf_file: Path, folder: Path) -> None:
    """Write weights (bfloat16), configuration, tokenizer and chat template of a GGUF file into an existing folder.

    Raises:
        ModelError: the architecture or tokenizer is not one that can be converted.
        WeightsError: the file is not a whole GGUF file.
    """
    reader = _open(gguf_file)
    fields = {name: field.contents() for name, field in reader.fields.items()}
    kind = fields.get("general.architecture")
    architecture = _ARCHITECTURES.get(str(kind))
    if architecture is None:
        raise ModelError(
            f"{gguf_file.name} holds a model of the architecture {kind!r}.",
            f"Use one of {', '.join(sorted(_ARCHITECTURES))}, or a safetensors model folder.",
        )
    config = _config(fields, tied=all(tensor.name != "output.weight" for tensor in reader.tensors))
    gguf_tokenizer.write(fields, folder)
    _write_config(config, architecture, fields, folder)
    _write_weights(reader, config, architecture, folder)


def _open(gguf_file: Path) -> GGUFReader:
    from gguf import GGUFReader

    try:
        return GGUFReader(gguf_file)
    except (ValueError, IndexError, KeyError, OverflowError) as error:
        raise WeightsError(
            f"{gguf_file} is not a whole GGUF file: {error}.",
            "Delete it and fetch it again with `tastemaker models pull`.",
        ) from error


def _config(fields: Mapping[str, Any], *, tied: bool) -> dict[str, Any]:
    kind = fields["general.architecture"]

    def value(name: str) -> Any:
        return fields[f"{kind}.{name}"]

    return {
        "model_type": kind,
        "vocab_size": len(fields["tokenizer.ggml.tokens"]),
        "hidden_size": value("embedding_length"),
        "intermediate_size": value("feed_forward_length"),
        "num_hidden_layers": value("block_count"),
        "num_attention_heads": value("attention.head_count"),
        "num_key_value_heads": value("attention.head_count_kv"),
        "max_position_embeddings": value("context_length"),
        "rms_norm_eps": value("attention.layer_norm_rms_epsilon"),
        "rope_parameters": {"rope_type": "default", "rope_theta": value("rope.freq_base")},
        "tie_word_embeddings": tied,
        "eos_token_id": fields["tokenizer.ggml.eos_token_id"],
        "pad_token_id": fields["tokenizer.ggml.padding_token_id"],
        "bos_token_id": fields["tokenizer.ggml.bos_token_id"],
    }


def _write_config(
    config: Mapping[str, Any], architecture: _Architecture, fields: Mapping[str, Any], folder: Path
) -> None:
    transformers = library()
    values = dict(config)
    written = transformers.AutoConfig.for_model(values.pop("model_type"), **values)
    written.architectures = [architecture.model_class]
    written.dtype = "bfloat16"
    written.save_pretrained(folder)
    transformers.GenerationConfig(
        do_sample=False,
        eos_token_id=gguf_tokenizer.end_ids(fields),
        pad_token_id=config["pad_token_id"],
    ).save_pretrained(folder)


def _write_weights(reader: GGUFReader, config: Mapping[str, Any], architecture: _Architecture, folder: Path) -> None:
    from gguf import dequantize
    from safetensors.torch import save_file

    tensors = {
        _name(tensor.name): _bfloat16(
            _restored(tensor.name, dequantize(tensor.data, tensor.tensor_type), config, architecture)
        )
        for tensor in reader.tensors
    }
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})


def _name(gguf_name: str) -> str:
    """Name of a tensor in transformers: `blk.3.attn_q.weight` is `model.layers.3.self_attn.q_proj.weight`."""
    if gguf_name in _OUTSIDE:
        return _OUTSIDE[gguf_name]
    match gguf_name.split("."):
        case ["blk", number, part, ("weight" | "bias") as suffix] if part in _IN_BLOCK:
            return f"model.layers.{number}.{_IN_BLOCK[part]}.{suffix}"
    raise ModelError(
        f"The GGUF file holds a tensor {gguf_name!r} that its architecture should not have.",
        "Use another file of the same model, or a safetensors model folder.",
    )


def _restored(
    name: str, values: NDArray[np.float32], config: Mapping[str, Any], architecture: _Architecture
) -> NDArray[np.float32]:
    heads = {"attn_q": "num_attention_heads", "attn_k": "num_key_value_heads"}
    part = name.split(".")[-2]
    if not architecture.interleaved or part not in heads:
        return values
    return split_rotary_pairs(values, n_heads=config[heads[part]])


def split_rotary_pairs(values: NDArray[np.float32], *, n_heads: int) -> NDArray[np.float32]:
    """Rows reordered, head by head, from pairs side by side (GGUF) to two halves (transformers).

    Args:
        values: Shape (n_heads * head_dim, ...).
        n_heads: Heads in `values`.
    """
    pairs = values.reshape(n_heads, -1, 2, *values.shape[1:])
    return pairs.swapaxes(1, 2).reshape(values.shape)


def _bfloat16(values: NDArray[np.float32]) -> torch.Tensor:
    import numpy as np
    import torch

    return torch.from_numpy(np.array(values, dtype=np.float32, order="C")).to(torch.bfloat16)


__all__ = ["CONVERSION", "convert", "split_rotary_pairs"]
