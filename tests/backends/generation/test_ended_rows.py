"""Answers that have ended leave the batch, and change nothing in the others."""

from __future__ import annotations

from typing import Any

import pytest

from agent.backends.chat.llava import LlavaModel
from agent.backends.chat.tiny_llava import make_tiny_llava
from agent.backends.generation.batch_decode import StreamedAnswer, decode_batch
from agent.backends.protocols import ChatMessage, GenerateOptions, Sampling

CHATS = [(ChatMessage("user", f"Say something about the number {number}."),) for number in range(6)]
N_TOKENS = 20


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> LlavaModel:
    return LlavaModel(make_tiny_llava(tmp_path_factory.mktemp("models") / "tiny"), number_format="fp32")


def written(
    model: LlavaModel, lengths: list[int], sampling: Sampling | None = None
) -> tuple[list[list[int]], list[int]]:
    """Tokens of each answer that ends after its own number of them, and the rows of each step of the model."""
    tokens: list[list[int]] = [[] for _ in lengths]
    n_rows: list[int] = []

    class Counted(StreamedAnswer):
        """An answer that ends after `length` tokens."""

        def __init__(self, row: int, length: int) -> None:
            super().__init__(lambda ids: "x" * len(ids), (), ())
            self._row, self._length = row, length

        def add(self, token: int) -> str:
            if not self.finished:
                tokens[self._row].append(token)
            piece = super().add(token)
            return piece + self.finish() if len(tokens[self._row]) >= self._length else piece

    def count(_: Any, args: Any, kwargs: dict[str, Any]) -> None:
        n_rows.append(len(kwargs["input_ids"]))

    hook = model._model.register_forward_pre_hook(count, with_kwargs=True)
    inputs = model._inputs(CHATS[: len(lengths)])
    answers = [Counted(row, length) for row, length in enumerate(lengths)]
    list(decode_batch(model._model, inputs, answers, max_new_tokens=N_TOKENS, sampling=sampling))
    hook.remove()
    return tokens, n_rows


@pytest.mark.parametrize("sampling", [None, Sampling(1.0, seed=5)])
def test_others_write_on_as_if_nobody_had_left(model: LlavaModel, sampling: Sampling | None) -> None:
    whole, _ = written(model, [N_TOKENS] * 6, sampling)
    lengths = [3, 20, 1, 9, 2, 14]
    cut, _ = written(model, lengths, sampling)
    assert cut == [row[:length] for row, length in zip(whole, lengths, strict=True)]


def test_rows_leave_as_soon_as_half_of_them_have_ended(model: LlavaModel) -> None:
    _, n_rows = written(model, [3, 20, 1, 9, 2, 14])
    assert n_rows == [6] * 3 + [3] * 11 + [1] * 6


def test_a_form_is_kept_to_by_those_that_go_on(model: LlavaModel) -> None:
    schema = {"enum": ["yes", "no, and here is a much longer answer that says why it is not so"]}
    options = GenerateOptions(max_new_tokens=80, json_schema=schema, sampling=Sampling(3.0, seed=2))
    answers = model.generate(CHATS, options)
    assert {answer.strip('"') for answer in answers} <= set(schema["enum"])
