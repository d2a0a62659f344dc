"""How large a model is in each number format, worked out from its architecture without a single weight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from agent.backends.loading import model_files
from agent.backends.loading.model_spec import Held

_WIDTH_BYTES = {"fp32": 4, "bf16": 2, "fp16": 2, "int8": 2}  # of one number that is computed with
_BLOCK, _BLOCKS_TOGETHER = 64, 256  # weights that share a scale in nf4, and scales that share one of their own
_CODE_BYTES = 16 * 4 + 256 * 4 + 4  # tables of one nf4 matrix: its sixteen values, those of its scales, their offset
_TENSORS_AT_ONCE = 2  # of each kind alive while a layer computes: what goes in, what comes out


@dataclass(frozen=True, slots=True)
class Outline:
    """Sizes of a model.

    Attributes:
        linear: (rows, columns) of each matrix that int8 and nf4 hold smaller.
        others: Number of all other weights.
        layers: Of the language model.
        kv_width: Numbers that one layer keeps of one token: keys and values.
        hidden: Numbers that pass from layer to layer for one token.
        intermediate: Width of the widest part of a layer.
        vision_kept: Numbers that the vision tower keeps of one patch until its last layer is done.
        flash: Whether the model can use flash attention.
        wide: Names of the parts whose matrices are among `others`: what sees, what hands it on, what makes the logits.
    """

    linear: tuple[tuple[int, int], ...]
    others: int
    layers: int
    kv_width: int
    hidden: int
    intermediate: int
    vision_kept: int
    flash: bool
    wide: tuple[str, ...] = ()

    @property
    def parameters(self) -> int:
        """Number of all weights."""
        return self.others + sum(rows * columns for rows, columns in self.linear)

    def weight_bytes(self, held_in: Held, native: Held = "bf16") -> int:
        """Bytes of all weights in a number format.

        fp32: 4 per weight; bf16, fp16: 2. int8: 1 per weight of a linear layer and a float32 scale per row, all else 2.
        nf4, doubly quantised: half a byte per weight of a linear layer, a byte per 64 of them, a float32 per 256 times
        64, and its tables; all else as the machine computes.

        Args:
            held_in: The format.
            native: What the machine computes in where nf4 leaves it the choice.

        Source: Dettmers et al. 2022, LLM.int8(); Dettmers et al. 2023, QLoRA, section 3.
        """
        wide = width_bytes(held_in, native)
        if held_in == "int8":
            return wide * self.others + sum(rows * columns + 4 * rows for rows, columns in self.linear)
        if held_in == "nf4":
            return wide * self.others + sum(_nf4_bytes(rows * columns) for rows, columns in self.linear)
        return wide * self.parameters

    def row_bytes(self, n_tokens: int, held_in: Held, native: Held = "bf16") -> int:
        """Most bytes that one chat of `n_tokens` takes while it is read and answered, the weights left out.

        For each token: keys and values of all layers, the numbers that pass between the parts of one layer, and, as if
        every token were a patch of a picture, what the vision tower keeps.
        """
        passing = _TENSORS_AT_ONCE * (2 * self.hidden + self.intermediate)
        per_token = self.layers * self.kv_width + passing + self.vision_kept
        return n_tokens * per_token * width_bytes(held_in, native)


def width_bytes(held_in: Held, native: Held) -> int:
    """Bytes of one number that a model computes with."""
    return _WIDTH_BYTES[native if held_in == "nf4" else held_in]


def outline(config: Any, auto_class: str) -> Outline:
    """Outline of the model that a transformers configuration describes.

    Args:
        config: The configuration.
        auto_class: Name of the auto class that opens it, such as `AutoModelForImageTextToText`.
    """
    import torch

    with torch.device("meta"):
        model = getattr(model_files.library(), auto_class).from_config(config)
    wide = wide_parts(model)
    linear = _shrunk(model, wide)
    shrunk = {id(module.weight) for module in linear}
    text: Any = config.get_text_config()
    vision: Any = getattr(config, "vision_config", None)
    heads = getattr(text, "num_key_value_heads", None) or text.num_attention_heads
    head_width = getattr(text, "head_dim", None) or text.hidden_size // text.num_attention_heads
    return Outline(
        linear=tuple((module.out_features, module.in_features) for module in linear),
        others=sum(weight.numel() for weight in model.parameters() if id(weight) not in shrunk),
        layers=text.num_hidden_layers,
        kv_width=2 * heads * head_width,
        hidden=text.hidden_size,
        intermediate=text.intermediate_size,
        vision_kept=vision.num_hidden_layers * vision.hidden_size if hasattr(vision, "num_hidden_layers") else 0,
        flash=bool(getattr(model, "_supports_flash_attn", False)),
        wide=wide,
    )


def wide_parts(model: Any) -> tuple[str, ...]:
    """Names of the parts that int8 and nf4 leave as the machine computes: all but the layers that read and write text.

    What sees is a small share of a model, and what is lost in it nothing behind it can make up for. Left to itself,
    transformers would hold all of it smaller but for the layer that makes the logits.
    """
    decoder = model.get_decoder()
    parts = set(_beside(model, decoder, frozenset(map(id, decoder.modules())), ""))
    logits = model.get_output_embeddings()
    return tuple(sorted(parts | {name for name, module in model.named_modules() if module is logits}))


def _beside(module: Any, decoder: Any, inside: frozenset[int], prefix: str) -> Iterator[str]:
    """Names of the largest parts of a module that hold nothing of its decoder."""
    for name, part in module.named_children():
        if part is decoder:
            continue
        if any(id(inner) in inside for inner in part.modules()):
            yield from _beside(part, decoder, inside, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def _shrunk(model: Any, wide: Sequence[str]) -> list[Any]:
    """Modules that int8 and nf4 hold smaller: plain linear layers of all parts but these."""
    import torch

    return [
        module
        for name, module in model.named_modules()
        if type(module) is torch.nn.Linear and not any(name == part or name.startswith(f"{part}.") for part in wide)
    ]


def _nf4_bytes(weights: int) -> int:
    blocks = -(-weights // _BLOCK)
    return -(-weights // 2) + blocks + 4 * -(-blocks // _BLOCKS_TOGETHER) + _CODE_BYTES


__all__ = ["Outline", "outline", "wide_parts", "width_bytes"]
