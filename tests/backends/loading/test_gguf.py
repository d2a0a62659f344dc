"""GGUF archives as model folders: the same weights, the same tokens, the same ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.backends.loading.gguf import convert, split_rotary_pairs
from agent.errors import ModelError, WeightsError

TOKENS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *"abcdefghijklmnop", "Ġ", "ab", "[UNUSED]"]
TYPES = [3, 3, 3, *[1] * 16, 1, 1, 5]
TEMPLATE = "{% for m in messages %}<|im_start|>{{ m['content'] }}<|im_end|>{% endfor %}"
HIDDEN, HEADS, KV_HEADS, INNER = 32, 4, 2, 64


def write_gguf(
    path: Path, *, architecture: str = "llama", words: str = "smollm", template: str | None = TEMPLATE
) -> dict[str, Any]:
    """A one-layer model with random weights; returns its tensors as they went in, by GGUF name."""
    import gguf

    dice = np.random.default_rng(1)
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_block_count(1)
    writer.add_context_length(64)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10_000.0)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(words)
    writer.add_token_list(TOKENS)
    writer.add_token_types(TYPES)
    writer.add_token_merges(["a b"])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_pad_token_id(2)
    if template is not None:
        writer.add_chat_template(template)
    small = HIDDEN // HEADS * KV_HEADS
    shapes = {
        "token_embd.weight": (len(TOKENS), HIDDEN),
        "output_norm.weight": (HIDDEN,),
        "blk.0.attn_norm.weight": (HIDDEN,),
        "blk.0.attn_q.weight": (HIDDEN, HIDDEN),
        "blk.0.attn_k.weight": (small, HIDDEN),
        "blk.0.attn_v.weight": (small, HIDDEN),
        "blk.0.attn_output.weight": (HIDDEN, HIDDEN),
        "blk.0.ffn_norm.weight": (HIDDEN,),
        "blk.0.ffn_gate.weight": (INNER, HIDDEN),
        "blk.0.ffn_up.weight": (INNER, HIDDEN),
        "blk.0.ffn_down.weight": (HIDDEN, INNER),
    }
    tensors = {name: dice.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    for name, values in tensors.items():
        if values.ndim == 2:
            packed = gguf.quants.quantize(values, gguf.GGMLQuantizationType.Q8_0)
            writer.add_tensor(name, packed, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
        else:
            writer.add_tensor(name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return tensors


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("gguf")
    tensors = write_gguf(folder / "tiny.gguf")
    target = folder / "model"
    target.mkdir()
    convert(folder / "tiny.gguf", target)
    return target, tensors


def test_weights_keep_their_values_in_bfloat16(converted: tuple[Path, dict[str, Any]]) -> None:
    import torch
    from safetensors.torch import load_file

    folder, tensors = converted
    weights = load_file(folder / "model.safetensors")
    assert {tensor.dtype for tensor in weights.values()} == {torch.bfloat16}
    down = weights["model.layers.0.mlp.down_proj.weight"].float().numpy()
    assert np.abs(down - tensors["blk.0.ffn_down.weight"]).max() < 0.03


def test_query_rows_are_taken_out_of_their_pairs_and_value_rows_are_not(
    converted: tuple[Path, dict[str, Any]],
) -> None:
    from safetensors.torch import load_file

    folder, tensors = converted
    weights = load_file(folder / "model.safetensors")
    queries = weights["model.layers.0.self_attn.q_proj.weight"].float().numpy()
    values = weights["model.layers.0.self_attn.v_proj.weight"].float().numpy()
    wanted = split_rotary_pairs(tensors["blk.0.attn_q.weight"], n_heads=HEADS)
    assert np.abs(queries - wanted).max() < 0.03
    assert np.abs(values - tensors["blk.0.attn_v.weight"]).max() < 0.03


@given(heads=st.integers(1, 4), half=st.integers(1, 4), columns=st.integers(1, 3))
def test_splitting_pairs_puts_all_first_halves_of_a_head_before_its_second_halves(
    heads: int, half: int, columns: int
) -> None:
    values = np.arange(heads * half * 2 * columns, dtype=np.float32).reshape(heads * half * 2, columns)
    split = split_rotary_pairs(values, n_heads=heads)
    for head in range(heads):
        before = values[head * 2 * half : (head + 1) * 2 * half]
        after = split[head * 2 * half : (head + 1) * 2 * half]
        assert np.array_equal(after, np.concatenate([before[0::2], before[1::2]]))


def test_a_model_without_an_output_matrix_shares_that_of_its_input(converted: tuple[Path, dict[str, Any]]) -> None:
    from transformers import AutoModelForCausalLM

    model: Any = AutoModelForCausalLM.from_pretrained(converted[0])
    assert model.lm_head.weight.data_ptr() == model.model.embed_tokens.weight.data_ptr()


def test_the_folder_carries_no_mark_of_quantization(converted: tuple[Path, dict[str, Any]]) -> None:
    config = json.loads((converted[0] / "config.json").read_text(encoding="utf-8"))
    assert "quantization_config" not in config
    assert config["max_position_embeddings"] == 64


def test_an_answer_ends_with_the_turn_or_the_text(converted: tuple[Path, dict[str, Any]]) -> None:
    settings = json.loads((converted[0] / "generation_config.json").read_text(encoding="utf-8"))
    assert settings["eos_token_id"] == [2, 0]


def test_the_tokenizer_merges_splits_off_control_tokens_and_knows_the_chat_template(
    converted: tuple[Path, dict[str, Any]],
) -> None:
    from transformers import AutoTokenizer

    tokenizer: Any = AutoTokenizer.from_pretrained(converted[0])
    assert tokenizer.tokenize("ab ab<|im_end|>c") == ["ab", "Ġ", "ab", "<|im_end|>", "c"]
    assert tokenizer.decode(tokenizer("ab ba").input_ids) == "ab ba"
    assert "[UNUSED]" not in tokenizer.get_vocab()
    turns = [{"role": "user", "content": "abc"}]
    assert tokenizer.apply_chat_template(turns, tokenize=False) == "<|im_start|>abc<|im_end|>"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"architecture": "mamba"}, "architecture 'mamba'"),
        ({"words": "mystery"}, "tokenizer of the kind gpt2/mystery"),
        ({"template": None}, "no chat template"),
    ],
)
def test_what_cannot_be_converted_is_named(tmp_path: Path, change: dict[str, Any], why: str) -> None:
    write_gguf(tmp_path / "odd.gguf", **change)
    with pytest.raises(ModelError, match=why):
        convert(tmp_path / "odd.gguf", tmp_path)


@pytest.mark.parametrize("keep", [0, 3, 40, 700, -60])
def test_a_file_cut_short_is_called_damaged(tmp_path: Path, keep: int) -> None:
    write_gguf(tmp_path / "whole.gguf")
    (tmp_path / "cut.gguf").write_bytes((tmp_path / "whole.gguf").read_bytes()[:keep])
    with pytest.raises(WeightsError, match="not a whole GGUF file"):
        convert(tmp_path / "cut.gguf", tmp_path)


def test_smollm2_gives_the_pinned_logits_and_ends_its_answer() -> None:
    """The pinned archive itself; the values were computed once with the weights of this archive."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from agent.backends.factory import SMALL, model_folder

    folder = model_folder(SMALL)
    tokenizer: Any = AutoTokenizer.from_pretrained(folder)
    model: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    turns = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is the capital of France?"}]
    inputs = tokenizer.apply_chat_template(turns, add_generation_prompt=True, return_tensors="pt", return_dict=True)
    with torch.inference_mode():
        best = model(**inputs).logits[0, -1].topk(3)
        answer = model.generate(**inputs, max_new_tokens=16)[0, inputs["input_ids"].shape[1] :]
    assert tokenizer.convert_ids_to_tokens(best.indices) == ["The", "La", "L"]
    assert best.values.tolist() == pytest.approx([25.904, 25.570, 24.754], abs=0.02)
    assert tokenizer.decode(answer) == "The capital of France is Paris.<|im_end|>"
