"""The tokenizer inside a GGUF file, written the way transformers reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer

from agent.backends.loading.gguf_tokenizer import end_ids, write
from agent.errors import ModelError

TOKENS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *"abc1234", "Ġ", "ab", "<tool>", "[UNUSED]"]
FIELDS: dict[str, Any] = {
    "tokenizer.chat_template": "{{ messages }}",
    "tokenizer.ggml.tokens": TOKENS,
    "tokenizer.ggml.token_type": [3, 3, 3, *[1] * 9, 4, 5],
    "tokenizer.ggml.merges": ["a b"],
    "tokenizer.ggml.model": "gpt2",
    "tokenizer.ggml.pre": "smollm",
    "tokenizer.ggml.bos_token_id": 1,
    "tokenizer.ggml.eos_token_id": 2,
    "tokenizer.ggml.padding_token_id": 0,
}


def written(folder: Path, **changes: Any) -> Tokenizer:
    write({**FIELDS, **{f"tokenizer.ggml.{name}": value for name, value in changes.items()}}, folder)
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def test_texts_become_the_tokens_of_the_file_and_texts_again(tmp_path: Path) -> None:
    tokenizer = written(tmp_path)
    encoding = tokenizer.encode("ab abc")
    assert encoding.tokens == ["ab", "Ġ", "ab", "c"]
    assert [TOKENS[number] for number in encoding.ids] == encoding.tokens
    assert tokenizer.decode(encoding.ids) == "ab abc"


def test_digits_stand_alone(tmp_path: Path) -> None:
    assert written(tmp_path).encode("1234").tokens == ["1", "2", "3", "4"]
    assert written(tmp_path, pre="qwen2").encode("12").tokens == ["1", "2"]


def test_marks_of_a_chat_are_one_token_and_left_out_of_what_is_read(tmp_path: Path) -> None:
    tokenizer = written(tmp_path)
    encoding = tokenizer.encode("<|im_start|>ab<tool>c<|im_end|>")
    assert encoding.tokens == ["<|im_start|>", "ab", "<tool>", "c", "<|im_end|>"]
    assert tokenizer.decode(encoding.ids) == "ab<tool>c"


def test_places_that_no_token_has_are_left_out(tmp_path: Path) -> None:
    assert written(tmp_path).token_to_id("[UNUSED]") is None


def test_the_configuration_names_begin_end_and_padding(tmp_path: Path) -> None:
    written(tmp_path)
    config = json.loads((tmp_path / "tokenizer_config.json").read_text(encoding="utf-8"))
    assert (config["bos_token"], config["eos_token"], config["pad_token"]) == (TOKENS[1], TOKENS[2], TOKENS[0])
    assert config["padding_side"] == "left"


def test_a_file_without_a_chat_template_is_of_no_use(tmp_path: Path) -> None:
    fields = {name: value for name, value in FIELDS.items() if name != "tokenizer.chat_template"}
    with pytest.raises(ModelError, match="has no chat template"):
        write(fields, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_another_kind_of_tokenizer_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="a tokenizer of the kind gpt2/llama-bpe") as caught:
        written(tmp_path, pre="llama-bpe")
    assert "SmolLM2 or Qwen2.5" in caught.value.hint


@pytest.mark.parametrize(("end", "ids"), [(2, [2, 0]), (0, [0])])
def test_an_answer_ends_with_the_turn_or_with_the_text(end: int, ids: list[int]) -> None:
    assert end_ids({**FIELDS, "tokenizer.ggml.eos_token_id": end}) == ids
    assert end_ids({"tokenizer.ggml.tokens": ["a", "b"], "tokenizer.ggml.eos_token_id": 1}) == [1]
