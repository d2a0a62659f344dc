"""Random models of other families than LLaVA 1.5, saved as the model hub has them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent.backends.chat.tiny_llava import make_tiny_llava
from agent.backends.loading import model_files

SMALL = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4}
GRID = [[28, 56], [56, 28], [56, 56]]
TEMPLATE = """\
{%- for message in messages -%}
{{ message['role'] }}: {% for part in message['content'] -%}
{%- if part['type'] == 'image' %}IMAGE
{% else %}{{ part['text'] }}{% endif -%}
{%- endfor %}{{ '</s>' if message['role'] == 'assistant' else '\\n' }}
{%- endfor -%}
{%- if add_generation_prompt %}assistant:{% endif -%}
"""


def idefics3(tokenizer: Any) -> tuple[Any, Any]:
    """Pictures are cut into tiles, each marked by its row and column. SmolVLM is of this kind."""
    from transformers.models.idefics3.image_processing_pil_idefics3 import Idefics3ImageProcessorPil

    tiles = [f"<row_{row}_col_{column}>" for row in range(1, 7) for column in range(1, 7)]
    _add(tokenizer, "<fake_token_around_image>", "<global-img>", "<end_of_utterance>", *tiles)
    library = model_files.library()
    processor = library.Idefics3Processor(
        Idefics3ImageProcessorPil(size={"longest_edge": 112}, max_image_size={"longest_edge": 56}),
        tokenizer,
        image_seq_len=4,
        chat_template=TEMPLATE.replace("IMAGE", "<image>"),
    )
    config = library.Idefics3Config(
        scale_factor=2,
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        tie_word_embeddings=False,
        vision_config={**SMALL, "image_size": 56, "patch_size": 14},
        text_config={"model_type": "llama", **_text(tokenizer)},
    )
    return config, processor


def llava_next(tokenizer: Any) -> tuple[Any, Any]:
    """A picture has as many tokens as its own form asks for."""
    from transformers.models.llava_next.image_processing_pil_llava_next import LlavaNextImageProcessorPil

    library = model_files.library()
    processor = library.LlavaNextProcessor(
        LlavaNextImageProcessorPil(
            size={"shortest_edge": 28}, crop_size={"height": 28, "width": 28}, image_grid_pinpoints=GRID
        ),
        tokenizer,
        patch_size=14,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=TEMPLATE.replace("IMAGE", "<image>"),
    )
    vision = {"model_type": "clip_vision_model", **SMALL, "projection_dim": 64, "image_size": 28, "patch_size": 14}
    config = library.LlavaNextConfig(
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        image_grid_pinpoints=GRID,
        vision_config=vision,
        text_config={"model_type": "mistral", **_text(tokenizer)},
    )
    return config, processor


def qwen2_5_vl(tokenizer: Any) -> tuple[Any, Any]:
    """Pictures of any size, places of tokens in three dimensions, and a processor with a part for videos."""
    from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

    names = ("<|image_pad|>", "<|video_pad|>", "<|vision_start|>", "<|vision_end|>")
    _add(tokenizer, *names)
    image, video, start, end = (tokenizer.convert_tokens_to_ids(name) for name in names)
    library = model_files.library()
    processor = _pictures_only(library.Qwen2_5_VLProcessor)(
        Qwen2VLImageProcessorPil(min_pixels=28 * 28, max_pixels=9 * 28 * 28),
        tokenizer,
        chat_template=TEMPLATE.replace("IMAGE", "<|vision_start|><|image_pad|><|vision_end|>"),
    )
    vision = {"depth": 2, "hidden_size": 64, "intermediate_size": 128, "num_heads": 4, "out_hidden_size": 64}
    rope = {"rope_type": "default", "rope_theta": 10_000.0, "mrope_section": [2, 3, 3]}
    config = library.Qwen2_5_VLConfig(
        image_token_id=image,
        video_token_id=video,
        vision_start_token_id=start,
        vision_end_token_id=end,
        vision_config={**vision, "fullatt_block_indexes": [1], "window_size": 56},
        text_config={**_text(tokenizer), "rope_parameters": rope},
    )
    return config, processor


FAMILIES: dict[str, Callable[[Any], tuple[Any, Any]]] = {
    "idefics3": idefics3,
    "llava_next": llava_next,
    "qwen2_5_vl": qwen2_5_vl,
}


def make(family: str, folder: Path) -> Path:
    """Write a random model of a family. Returns: `folder`."""
    import torch

    library = model_files.library()
    tokenizer = library.AutoTokenizer.from_pretrained(make_tiny_llava(folder))
    for file in folder.iterdir():
        file.unlink()
    config, processor = FAMILIES[family](tokenizer)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        model = library.AutoModelForImageTextToText.from_config(config)
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    with model_files.quiet():
        model.save_pretrained(folder)
        processor.save_pretrained(folder)
    return folder


def make_text_model(folder: Path) -> Path:
    """Write a random language model that sees nothing. Returns: `folder`."""
    import torch

    library = model_files.library()
    tokenizer = library.AutoTokenizer.from_pretrained(make_tiny_llava(folder))
    for file in folder.iterdir():
        file.unlink()
    tokenizer.chat_template = "{% for message in messages %}{{ message['content'] }}\n{% endfor %}"
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        model = library.LlamaForCausalLM(library.LlamaConfig(**_text(tokenizer)))
    with model_files.quiet():
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
    return folder


def _add(tokenizer: Any, *tokens: str) -> None:
    tokenizer.add_special_tokens({"additional_special_tokens": ["<image>", *tokens]})


def _text(tokenizer: Any) -> dict[str, Any]:
    return {
        **SMALL,
        "num_key_value_heads": 2,
        "vocab_size": len(tokenizer),
        "max_position_embeddings": 2_048,
        "initializer_range": 0.2,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }


def _pictures_only(processor: Any) -> Any:
    """The class without its part for videos, which needs a library of its own only to be made."""
    names = [name for name in processor.get_attributes() if name != "video_processor"]
    return type(processor.__name__, (processor,), {"get_attributes": classmethod(lambda _: names)})
