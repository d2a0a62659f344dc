"""Answers held to a JSON schema, whatever the model would rather say, and tokens drawn by a seed."""

from __future__ import annotations

import json
from collections import Counter
from types import SimpleNamespace
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.backends.chat.tiny_llava import make_tiny_llava
from agent.backends.generation.batch_decode import StreamedAnswer, decode_batch
from agent.backends.generation.constrained import Schemas
from agent.backends.protocols import Sampling
from agent.errors import ModelError

FORM = {
    "type": "object",
    "properties": {
        "kind": {"enum": ["lamp", "chair"]},
        "price": {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 500}, {"type": "null"}]},
        "words": {"type": "array", "items": {"type": "string", "maxLength": 3}, "maxItems": 2},
    },
    "required": ["kind", "price", "words"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    import transformers

    return transformers.AutoTokenizer.from_pretrained(make_tiny_llava(tmp_path_factory.mktemp("llava")))


@pytest.fixture(scope="module")
def schemas(tokenizer: Any) -> Schemas:
    return Schemas(tokenizer, len(tokenizer) + 5, [tokenizer.eos_token_id])  # models have more logits than tokens


class Preferring:
    """A model whose logits are the same at each step, a row of them for each row of the batch."""

    def __init__(self, logits: Any) -> None:
        self._logits = logits

    def forward(self, *, cache: Any = None, **inputs: Any) -> Any:
        return SimpleNamespace(logits=self._logits[:, None], cache=cache)

    __call__ = forward


def decoded(logits: Any, tokenizer: Any, max_new_tokens: int, **how: Any) -> list[str]:
    import torch

    mask = torch.ones(len(logits), 1, dtype=torch.int64)
    answers = [StreamedAnswer(tokenizer.decode, (), [tokenizer.eos_token_id]) for _ in logits]
    texts = [""] * len(logits)
    inputs = {"input_ids": mask, "attention_mask": mask}
    for row, piece in decode_batch(Preferring(logits), inputs, answers, max_new_tokens=max_new_tokens, **how):
        texts[row] += piece
    return texts


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), temperature=st.sampled_from([None, 0.5, 3.0]))
def test_whatever_a_model_would_rather_say_the_form_is_filled_in(
    schemas: Schemas, tokenizer: Any, seed: int, temperature: float | None
) -> None:
    import torch

    logits = torch.randn(2, len(tokenizer) + 5, generator=torch.Generator().manual_seed(seed)) * 5
    drawn = None if temperature is None else Sampling(temperature, seed)
    for text in decoded(logits, tokenizer, 120, constraint=schemas.constraint(FORM, 2), sampling=drawn):
        jsonschema.validate(json.loads(text), FORM)


def test_fields_come_in_the_order_of_the_schema(schemas: Schemas, tokenizer: Any) -> None:
    import torch

    first = {"type": "object", "properties": {"b": {"const": 1}, "a": {"const": 2}}, "required": ["a", "b"]}
    first["additionalProperties"] = False
    (text,) = decoded(torch.zeros(1, len(tokenizer) + 5), tokenizer, 40, constraint=schemas.constraint(first, 1))
    assert text == '{"b": 1, "a": 2}'


def test_a_schema_is_compiled_once(schemas: Schemas, monkeypatch: pytest.MonkeyPatch) -> None:
    import llguidance

    schemas.constraint(FORM, 1)
    monkeypatch.delattr(llguidance, "LLMatcher")
    schemas.constraint(dict(FORM), 3)


@pytest.mark.parametrize(
    ("schema", "words"),
    [({"type": "nonsense"}, "Invalid type: nonsense"), ({"type": "array", "uniqueItems": True}, "uniqueItems")],
)
def test_a_schema_that_cannot_be_kept_to_is_refused(schemas: Schemas, schema: dict[str, Any], words: str) -> None:
    with pytest.raises(ModelError, match=f"cannot be held to this JSON schema: .*{words}"):
        schemas.constraint(schema, 1)


def test_a_model_without_a_fast_tokenizer_cannot_be_held_to_a_form() -> None:
    with pytest.raises(ModelError, match="Answers of this model cannot be held to a form"):
        Schemas(object(), 10, [0]).constraint(FORM, 1)


def test_a_token_that_may_not_come_next_is_an_error(schemas: Schemas, tokenizer: Any) -> None:
    constraint = schemas.constraint(FORM, 1)
    (wrong,) = tokenizer("]", add_special_tokens=False)["input_ids"]
    with pytest.raises(ModelError, match="could not be held to its form"):
        constraint.take([wrong], [True])
    schemas.constraint(FORM, 1).take([wrong], [False])  # nobody reads on in a row that has ended


def test_tokens_are_drawn_as_often_as_they_are_likely(tokenizer: Any) -> None:
    import torch

    a, b, c = (tokenizer(letter, add_special_tokens=False)["input_ids"][0] for letter in "abc")
    logits = torch.full((1, len(tokenizer)), -30.0)
    logits[0, [a, b, c]] = torch.tensor([0.6, 0.3, 0.1]).log()
    found = Counter(decoded(logits, tokenizer, 1, sampling=Sampling(1.0, seed))[0] for seed in range(1_000))
    assert [found[letter] / 1_000 for letter in "abc"] == pytest.approx([0.6, 0.3, 0.1], abs=0.05)
    cold = Counter(decoded(logits, tokenizer, 1, sampling=Sampling(0.1, seed))[0] for seed in range(50))
    assert cold["a"] >= 48


def test_a_row_is_drawn_as_it_would_be_alone(tokenizer: Any) -> None:
    import torch

    logits = torch.randn(3, len(tokenizer), generator=torch.Generator().manual_seed(1))
    drawn = Sampling(1.0, 5)
    together = decoded(logits, tokenizer, 20, sampling=drawn)
    assert together == [decoded(logits[row : row + 1], tokenizer, 20, sampling=drawn)[0] for row in range(3)]
    assert len(set(together)) == 3


def test_only_a_temperature_above_zero_draws(tokenizer: Any) -> None:
    import torch

    with pytest.raises(ValueError, match="temperature 0 is not above 0"):
        decoded(torch.zeros(1, len(tokenizer)), tokenizer, 1, sampling=Sampling(0, 1))


def test_without_sampling_the_likeliest_token_comes_each_time(tokenizer: Any) -> None:
    import torch

    logits = torch.from_numpy(np.eye(len(tokenizer), dtype=np.float32))
    a, b = (tokenizer(letter, add_special_tokens=False)["input_ids"][0] for letter in "ab")
    assert decoded(logits[[a, b]], tokenizer, 3) == ["aaa", "bbb"]
