"""A model folder, opened where its weights fit, in the number format that suits the machine or that was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from agent.backends.loading import model_files
from agent.backends.loading.checkpoint import check_checkpoint
from agent.backends.loading.dtype import native
from agent.backends.loading.memory import Room, free_room
from agent.backends.loading.model_size import Outline, outline
from agent.backends.loading.model_spec import FORMATS, HELD, Format, Held
from agent.backends.loading.placement import Need, Placement, place
from agent.errors import ConfigError, ModelError
from agent.weights.archives import Places


@dataclass(frozen=True, slots=True, eq=False)
class LoadingPlan:
    """How a model folder is going to be opened.

    Attributes:
        folder: The folder.
        auto_class: Name of the transformers class that opens it.
        config: What transformers reads of its configuration.
        shape: Sizes of the model.
        as_saved: Whether its weights were made smaller when they were saved, so that they stay as they are.
        placement: Where it goes, and why.
    """

    folder: Path
    auto_class: str
    config: Any
    shape: Outline
    as_saved: bool
    placement: Placement


def plan(
    folder: Path, auto_class: str, *, name: str, wanted: Format = "auto", n_tokens: int, room: Room | None = None
) -> LoadingPlan:
    """Decide how a model folder is opened, from its configuration and the headers of its weights alone.

    Args:
        folder: A model folder.
        auto_class: Name of the transformers class that opens it.
        name: The model as the settings name it, for messages.
        wanted: Number format.
        n_tokens: Tokens of the longest chat that it must answer.
        room: Free memory; looked up when not given.

    Raises:
        ConfigError: there is no such number format.
        ModelError: it fits nowhere, or the folder does not hold such a model, whole.
    """
    if wanted not in FORMATS:
        raise ConfigError(f"There is no number format {wanted!r}.", f"Say one of {', '.join(FORMATS)}.")
    model_files.check_folder(folder)
    check_checkpoint(folder)
    with model_files.opening(f"The model in {folder}"):
        config = model_files.library().AutoConfig.from_pretrained(folder, **model_files.SAFE)
        shape = outline(config, auto_class)
    saved = _saved_smaller(config)
    if saved and wanted != "auto":
        raise ModelError(f"{name} was saved in a format of its own, {saved}.", f"Say it without :{wanted}.")
    needs = _needs_as_saved(folder, shape, n_tokens) if saved else needs_of(shape, n_tokens)
    placement = place(name, needs, room or free_room(), wanted, native())
    return LoadingPlan(folder, auto_class, config, shape, bool(saved), placement)


def open_placed(planned: LoadingPlan) -> Any:
    """Open a model as planned.

    Raises:
        ModelError: the folder does not hold such a model.
    """
    placement = planned.placement
    with model_files.opening(f"The model in {planned.folder}"):
        model = getattr(model_files.library(), planned.auto_class).from_pretrained(
            planned.folder,
            config=planned.config,
            use_safetensors=True,
            device_map=placement.device_map,
            max_memory=dict(placement.limits) or None,
            offload_folder=Places.from_environment().cache / "offload",
            attn_implementation=attention(planned.shape.flash, on_gpu=bool(placement.gpus), held_in=placement.held_in),
            **({"dtype": "auto"} if planned.as_saved else held_in(placement.held_in, planned.shape.wide)),
            **model_files.SAFE,
        )
    return model.eval()


def needs_of(shape: Outline, n_tokens: int) -> dict[Held, Need]:
    """Bytes that a model takes, by number format, with chats of `n_tokens`."""
    wide = native()
    return {held: Need(shape.weight_bytes(held, wide), shape.row_bytes(n_tokens, held, wide)) for held in HELD}


def held_in(number_format: Held, wide: Sequence[str] = ()) -> dict[str, Any]:
    """Arguments of `from_pretrained` for a number format.

    Args:
        wide: Parts of the model that stay in 16 bits; see `wide_parts`.
    """
    import torch

    from agent.backends.loading.dtype import compute_dtype

    bits_and_bytes = partial(model_files.library().BitsAndBytesConfig, llm_int8_skip_modules=list(wide) or None)
    if number_format == "int8":
        # its kernels compute in float16 whatever the rest is held in, and complain when that is something else
        return {"dtype": torch.float16, "quantization_config": bits_and_bytes(load_in_8bit=True)}
    if number_format == "nf4":
        four_bits = bits_and_bytes(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=compute_dtype(),
        )
        return {"dtype": compute_dtype(), "quantization_config": four_bits}
    return {"dtype": {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}[number_format]}


def attention(flash: bool, *, on_gpu: bool, held_in: Held) -> str | None:
    """Which attention to ask transformers for; None leaves it the choice of sdpa, or eager where a model has none.

    Args:
        flash: Whether the model can use flash attention.
        on_gpu: Whether it runs on GPUs.
        held_in: Its number format; flash attention computes in 16 bits only.
    """
    available = model_files.library().utils.is_flash_attn_2_available
    usable = flash and on_gpu and held_in != "fp32" and available()
    return "flash_attention_2" if usable else None


def _saved_smaller(config: Any) -> str:
    """The method that the weights on disk were made smaller with already; empty when they were not."""
    saved = getattr(config, "quantization_config", None) or {}
    return str(saved.get("quant_method", "unknown")) if isinstance(saved, Mapping) and saved else ""


def _needs_as_saved(folder: Path, shape: Outline, n_tokens: int) -> dict[Held, Need]:
    # What was made smaller before it was saved takes as much memory as it takes disk.
    size_bytes = sum(path.stat().st_size for path in folder.glob("*.safetensors"))
    return {held: Need(size_bytes, need.row) for held, need in needs_of(shape, n_tokens).items()}


__all__ = ["LoadingPlan", "attention", "held_in", "needs_of", "open_placed", "plan"]
