"""Random encoders of texts, pictures and sounds, of a few layers, saved as the model hub has them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent.backends.loading import model_files

TEXT = (
    "a boat on the sea in storm calm water red blue green chair lamp kettle tent of wood brass for and with dog cat "
    "barking rain music piano house garden night light two one people small large item number"
)
WORDS = tuple(TEXT.split())
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
SMALL = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
SIDE, PATCH = 32, 8  # pixels
PROMPTS = {"query": "find the ", "document": "item of "}


def tokenizer(length: int = 32) -> Any:
    """Words, and the letters of all others, as tokens."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    letters = [mark + letter for letter in "abcdefghijklmnopqrstuvwxyz0123456789" for mark in ("", "##")]
    vocabulary = {token: at for at, token in enumerate(dict.fromkeys([*SPECIAL, *WORDS, *letters]))}
    made = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer()
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])]
    )
    return model_files.library().PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
        mask_token="[MASK]", eos_token="[SEP]", bos_token="[CLS]", model_max_length=length,
    )  # fmt: skip


def seeded(make: Callable[[], Any], seed: int) -> Any:
    """What `make` draws at random, the same each time."""
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return make()


def save(folder: Path, model: Any, *others: Any) -> Path:
    with model_files.quiet():
        for part in (model, *others):
            part.save_pretrained(folder)
    return folder


def sentence_folder(folder: Path, *, seed: int = 7, card: str = "", prompts: bool = True) -> Path:
    """A BERT under sentence-transformers, as the hub has most of them, with prompts where wanted. Returns: `folder`."""
    library, words = model_files.library(), tokenizer()
    config = library.BertConfig(**SMALL, vocab_size=len(words), max_position_embeddings=40, initializer_range=0.5)
    save(folder, seeded(lambda: library.BertModel(config), seed), words)
    modules = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    rows = [
        {"idx": at, "name": str(at), "path": path, "type": f"sentence_transformers.models.{name}"}
        for at, (path, name) in enumerate(modules)
    ]
    (folder / "1_Pooling").mkdir()
    for name, content in {
        "modules.json": rows,
        "sentence_bert_config.json": {"max_seq_length": 32, "do_lower_case": False},
        "1_Pooling/config.json": {"word_embedding_dimension": SMALL["hidden_size"], "pooling_mode_mean_tokens": True},
        "config_sentence_transformers.json": {"prompts": PROMPTS if prompts else {}},
    }.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    if card:
        (folder / "README.md").write_text(card, encoding="utf-8")
    return folder


def clip_folder(folder: Path, *, seed: int = 7) -> Path:
    """A CLIP. Returns: `folder`."""
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    library, words = model_files.library(), tokenizer()
    config = library.CLIPConfig(
        text_config=_texts(words), vision_config={**SMALL, "image_size": SIDE, "patch_size": PATCH}, projection_dim=12
    )
    eye = CLIPImageProcessorPil(size={"shortest_edge": SIDE}, crop_size={"height": SIDE, "width": SIDE})
    return save(folder, seeded(lambda: library.CLIPModel(config), seed), words, eye)


def one_space_folder(folder: Path, *, seed: int = 7) -> Path:
    """A CLIP under sentence-transformers, which reads pictures and texts alike. Returns: `folder`."""
    clip_folder(folder / "0_CLIPModel", seed=seed)
    module = {"idx": 0, "name": "0", "path": "0_CLIPModel", "type": "sentence_transformers.models.CLIPModel"}
    (folder / "modules.json").write_text(json.dumps([module]), encoding="utf-8")
    return folder


def siglip_folder(folder: Path, *, seed: int = 7) -> Path:
    """A SigLIP, as SigLIP 2 of a fixed size is too. Returns: `folder`."""
    from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

    library, words = model_files.library(), tokenizer()
    config = library.SiglipConfig(
        text_config={**_texts(words), "projection_size": 16},
        vision_config={**SMALL, "image_size": SIDE, "patch_size": PATCH},
    )
    eye = SiglipImageProcessorPil(size={"height": SIDE, "width": SIDE})
    return save(folder, seeded(lambda: library.SiglipModel(config), seed), words, eye)


def siglip2_folder(folder: Path, *, seed: int = 7) -> Path:
    """A SigLIP 2 that reads pictures in their own form. Returns: `folder`."""
    from transformers.models.siglip2.image_processing_pil_siglip2 import Siglip2ImageProcessorPil

    library, words = model_files.library(), tokenizer()
    config = library.Siglip2Config(
        text_config={**_texts(words), "projection_size": 16},
        vision_config={**SMALL, "num_patches": 16, "patch_size": PATCH},
    )
    eye = Siglip2ImageProcessorPil(patch_size=PATCH, max_num_patches=16)
    return save(folder, seeded(lambda: library.Siglip2Model(config), seed), words, eye)


def clap_folder(folder: Path, *, seed: int = 7) -> Path:
    """A CLAP that hears one second at a time. Returns: `folder`."""
    library, words = model_files.library(), tokenizer()
    audio = {
        "spec_size": 64, "num_mel_bins": 16, "patch_size": 4, "patch_stride": [4, 4], "patch_embeds_hidden_size": 8,
        "depths": [1, 1], "num_attention_heads": [1, 2], "window_size": 4, "hidden_size": 16, "projection_dim": 12,
        "num_classes": 4, "mlp_ratio": 2.0, "enable_fusion": False,
    }  # fmt: skip
    text = {**_texts(words), "type_vocab_size": 1, "max_position_embeddings": 40, "projection_dim": 12}
    config = library.ClapConfig(text_config=text, audio_config=audio, projection_dim=12)
    ear = library.ClapFeatureExtractor(
        feature_size=16, sampling_rate=48_000, max_length_s=1, fft_window_size=256, hop_length=480,
        truncation="rand_trunc", frequency_max=14_000,
    )  # fmt: skip
    return save(folder, seeded(lambda: library.ClapModel(config), seed), words, ear)


TOWERS: dict[str, Callable[..., Path]] = {"clip": clip_folder, "siglip": siglip_folder, "siglip2": siglip2_folder}


def _texts(words: Any) -> dict[str, Any]:
    return {
        **SMALL,
        "vocab_size": len(words),
        "max_position_embeddings": 24,
        "pad_token_id": words.pad_token_id,
        "bos_token_id": words.bos_token_id,
        "eos_token_id": words.eos_token_id,
    }
