"""A LLaVA of toy size with random weights: it says nonsense, through the very code that the real one uses."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import prompts
from agent.backends.loading import model_files

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SEED = 7
_PICTURE_PX, _PATCH_PX = 28, 14
_IMAGE, _START, _END, _PAD = "<image>", "<s>", "</s>", "<pad>"
_VOCABULARY = 384
_WORD = re.compile(r"\u0120[A-Za-z]{2,}")  # a token that begins with a space, in the byte-level alphabet

# LLaVA 1.5's form of a chat, roles in capitals.
_CHAT_TEMPLATE = """\
{%- for message in messages -%}
{{ message['role'] | upper }}: {% for part in message['content'] -%}
{%- if part['type'] == 'image' %}<image>
{% else %}{{ part['text'] }}{% endif -%}
{%- endfor %}{{ '</s>' if message['role'] == 'assistant' else '\\n' }}
{%- endfor -%}
{%- if add_generation_prompt %}ASSISTANT:{% endif -%}
"""


def make_tiny_llava(folder: Path) -> Path:
    """Write a random LLaVA with its processor, under 1 MB, the same at each call. Returns: `folder`.

    Args:
        folder: Made when it is not there.
    """
    import torch

    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer()
    processor = _processor(tokenizer)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        model = model_files.library().LlavaForConditionalGeneration(_config(tokenizer))
    _speak_in_words(model, tokenizer)
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    with model_files.quiet():
        model.save_pretrained(folder)
        processor.save_pretrained(folder)
    return folder


def _speak_in_words(model: Any, tokenizer: Any) -> None:
    """Leave tokens that are no words without a say, so that the nonsense can at least be read."""
    import torch

    words = [bool(_WORD.fullmatch(token)) for token in tokenizer.convert_ids_to_tokens(range(len(tokenizer)))]
    with torch.inference_mode():
        model.lm_head.weight[~torch.tensor(words)] = 0.0


def _config(tokenizer: Any) -> Any:
    transformers = model_files.library()
    small = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4}
    vision = transformers.CLIPVisionConfig(**small, projection_dim=64, image_size=_PICTURE_PX, patch_size=_PATCH_PX)
    text = transformers.LlamaConfig(
        **small,
        num_key_value_heads=2,
        vocab_size=len(tokenizer),
        max_position_embeddings=2_048,
        initializer_range=0.2,  # wide enough that different texts and pictures get different answers
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return transformers.LlavaConfig(
        vision_config=vision,
        text_config=text,
        image_token_index=tokenizer.convert_tokens_to_ids(_IMAGE),
        image_seq_length=(_PICTURE_PX // _PATCH_PX) ** 2,
        vision_feature_layer=-2,
        vision_feature_select_strategy="default",
    )


def _processor(tokenizer: Any) -> Any:
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    pictures: Any = CLIPImageProcessorPil(
        size={"shortest_edge": _PICTURE_PX}, crop_size={"height": _PICTURE_PX, "width": _PICTURE_PX}
    )
    return model_files.library().LlavaProcessor(
        image_processor=pictures,
        tokenizer=tokenizer,
        patch_size=_PATCH_PX,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=_CHAT_TEMPLATE,
    )


def _tokenizer() -> Any:
    return model_files.library().PreTrainedTokenizerFast(
        tokenizer_object=_byte_pairs(),
        bos_token=_START,
        eos_token=_END,
        pad_token=_PAD,
        padding_side="left",
        additional_special_tokens=[_IMAGE],
        clean_up_tokenization_spaces=False,
    )


def _byte_pairs() -> Tokenizer:
    """A byte-level tokenizer trained on this product's own prompts: every text can be written with it."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=_VOCABULARY,
        special_tokens=[_PAD, _START, _END, _IMAGE],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    texts = [prompts.load(name).system + prompts.load(name).user for name in prompts.names()]
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


__all__ = ["make_tiny_llava"]
