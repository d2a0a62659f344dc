"""The tokenizer inside a GGUF file, written the way transformers reads it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.backends.loading.model_files import library
from agent.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_CONTROL = 3  # token types of the GGUF format
_USER_DEFINED = 4
_UNUSED = 5
_END_OF_TEXT = "<|endoftext|>"  # a second end beside the end of a turn, as in both models' own generation settings

# The pattern by which Qwen2 cuts text into words, as its own tokenizer.json has it.
_QWEN2_WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+"
)


def write(fields: Mapping[str, Any], folder: Path) -> None:
    """Write `tokenizer.json`, its configuration and the chat template into `folder`.

    Args:
        fields: Metadata of a GGUF file.
        folder: Existing folder.

    Raises:
        ModelError: the tokenizer is not a byte-level BPE of a known kind, or there is no chat template.
    """
    if "tokenizer.chat_template" not in fields:
        raise ModelError("The GGUF file has no chat template.", "Use an instruction-tuned model.")
    tokens = fields["tokenizer.ggml.tokens"]
    library().PreTrainedTokenizerFast(
        tokenizer_object=_build(fields),
        bos_token=tokens[fields["tokenizer.ggml.bos_token_id"]],
        eos_token=tokens[fields["tokenizer.ggml.eos_token_id"]],
        pad_token=tokens[fields["tokenizer.ggml.padding_token_id"]],
        chat_template=fields["tokenizer.chat_template"],
        padding_side="left",
        clean_up_tokenization_spaces=False,
    ).save_pretrained(folder)


def end_ids(fields: Mapping[str, Any]) -> list[int]:
    """Ids of the tokens that end an answer: the end of a turn first."""
    tokens: list[str] = fields["tokenizer.ggml.tokens"]
    ids = [int(fields["tokenizer.ggml.eos_token_id"])]
    if _END_OF_TEXT in tokens:
        ids.append(tokens.index(_END_OF_TEXT))
    return list(dict.fromkeys(ids))


def _build(fields: Mapping[str, Any]) -> Tokenizer:
    from tokenizers import AddedToken, Tokenizer, decoders, models

    tokens: list[str] = fields["tokenizer.ggml.tokens"]
    types: list[int] = fields["tokenizer.ggml.token_type"]
    vocabulary = {token: i for i, token in enumerate(tokens) if types[i] != _UNUSED}
    merges = [tuple(merge.split(" ")) for merge in fields["tokenizer.ggml.merges"]]
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    _cut_words(tokenizer, fields.get("tokenizer.ggml.model"), fields.get("tokenizer.ggml.pre"))
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(
        [AddedToken(t, normalized=False, special=True) for t, i in vocabulary.items() if types[i] == _CONTROL]
    )
    tokenizer.add_tokens([AddedToken(t, normalized=False) for t, i in vocabulary.items() if types[i] == _USER_DEFINED])
    return tokenizer


def _cut_words(tokenizer: Tokenizer, model: str | None, kind: str | None) -> None:
    from tokenizers import Regex, normalizers, pre_tokenizers

    if (model, kind) == ("gpt2", "smollm"):
        parts = [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    elif (model, kind) == ("gpt2", "qwen2"):
        tokenizer.normalizer = normalizers.NFC()
        parts = [
            pre_tokenizers.Split(Regex(_QWEN2_WORDS), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    else:
        raise ModelError(
            f"The GGUF file has a tokenizer of the kind {model}/{kind}.",
            "Use a model with the tokenizer of SmolLM2 or Qwen2.5, or a safetensors model folder.",
        )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(parts)


__all__ = ["end_ids", "write"]
