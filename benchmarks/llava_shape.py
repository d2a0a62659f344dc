"""A LLaVA of a real model's shape with random weights: as fast and as large as the real one, and as mute.

It serves where no weights can be fetched: time and memory depend on the shape, not on what the weights say.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agent.backends.chat.tiny_llava import make_tiny_llava
from agent.backends.loading.dtype import device

# The numbers of the published config.json of llava-hf/llava-1.5-7b-hf: Vicuna 7B beneath CLIP ViT-L/14 at 336 px.
_TEXT_7B = {
    "hidden_size": 4_096,
    "intermediate_size": 11_008,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "num_key_value_heads": 32,
    "vocab_size": 32_064,
    "max_position_embeddings": 4_096,
    "initializer_range": 0.02,
}
_VISION_7B = {
    "hidden_size": 1_024,
    "intermediate_size": 4_096,
    "num_hidden_layers": 24,
    "num_attention_heads": 16,
    "projection_dim": 768,
    "image_size": 336,
    "patch_size": 14,
}
SHAPES: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]] | None] = {
    "llava-1.5-7b": (_TEXT_7B, _VISION_7B),
    "tiny": None,
}


def make_llava(folder: Path, shape: str) -> Path:
    """Write a random LLaVA of this shape with its processor, the weights in bfloat16. Returns: `folder`.

    One that is there already is kept. The 7B shape takes 14 GB of disk and, while it is made, of memory.
    """
    if (folder / "done").is_file():
        return folder
    make_tiny_llava(folder)
    sizes = SHAPES[shape]
    if sizes is not None:
        _enlarge(folder, *sizes)
    (folder / "done").touch()
    return folder


def _enlarge(folder: Path, text: Mapping[str, Any], vision: Mapping[str, Any]) -> None:
    """Replace the weights in a folder by random ones of other sizes; the tokenizer stays as small as it is."""
    import torch
    import transformers

    config = transformers.LlavaConfig.from_pretrained(folder)
    config.text_config.update({**text, "head_dim": text["hidden_size"] // text["num_attention_heads"]})
    config.vision_config.update(dict(vision))
    config.image_seq_length = (vision["image_size"] // vision["patch_size"]) ** 2
    for old in folder.glob("*.safetensors"):
        old.unlink()
    with torch.device(device()):  # seven billion random numbers take long on a processor
        model = transformers.AutoModelForImageTextToText.from_config(config, dtype=torch.bfloat16)
    model.generation_config = transformers.GenerationConfig.from_pretrained(folder)
    model.save_pretrained(folder)
    _show_larger_pictures(folder, vision["image_size"], vision["patch_size"])


def _show_larger_pictures(folder: Path, side_px: int, patch_px: int) -> None:
    path = folder / "processor_config.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    settings["patch_size"] = patch_px
    settings["image_processor"] |= {
        "size": {"shortest_edge": side_px},
        "crop_size": {"height": side_px, "width": side_px},
    }
    path.write_text(json.dumps(settings, indent=2), encoding="utf-8")
