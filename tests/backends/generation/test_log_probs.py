"""Log-probabilities of given tokens, against a model whose every probability is known by hand."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from agent.backends.generation.log_probs import NEXT_LOGITS, first_token_log_probs, mean_log_probs

TABLE = torch.randn(9, 9, generator=torch.Generator().manual_seed(3))  # by the last token, the logits of the next
PROMPTS = torch.tensor([[0, 4, 5], [1, 2, 3]])
MASK = torch.tensor([[0, 1, 1], [1, 1, 1]])


class Bigrams:
    """A model to which only the last token matters, and which remembers what it was given."""

    def __init__(self) -> None:
        self.config = SimpleNamespace(model_type="bigrams")
        self.given: dict[str, Any] = {}

    def __call__(self, **given: Any) -> Any:
        self.given = given
        return self.forward(**given)

    def forward(self, input_ids: torch.Tensor, past_key_values: Any = None, logits_to_keep: int = 0, **_: Any) -> Any:
        return SimpleNamespace(logits=TABLE[input_ids][:, -logits_to_keep:])


def by_hand(last: int, continuation: Sequence[int]) -> float:
    """The mean log-probability of a continuation behind a token."""
    log_probs = TABLE.log_softmax(dim=-1)
    pairs = zip([last, *continuation], continuation, strict=False)
    return float(sum(log_probs[before, token] for before, token in pairs)) / len(continuation)


CONTINUATIONS = [[6, 7, 8], [4]]
EXPECTED = [by_hand(5, [6, 7, 8]), by_hand(3, [4])]


def test_rows_of_different_lengths_are_scored_in_one_pass() -> None:
    batch = {"input_ids": PROMPTS, "attention_mask": MASK}
    assert mean_log_probs(Bigrams(), batch, CONTINUATIONS) == pytest.approx(EXPECTED, abs=1e-5)


def test_only_the_logits_of_the_continuations_are_asked_for_and_the_padding_is_masked() -> None:
    model = Bigrams()
    mean_log_probs(model, {"input_ids": PROMPTS, "attention_mask": MASK}, CONTINUATIONS)
    assert model.given["logits_to_keep"] == 3
    assert model.given["attention_mask"].tolist() == [[0, 1, 1, 1, 1], [1, 1, 1, 0, 0]]


def test_a_batch_that_was_read_before_is_scored_the_same() -> None:
    read = {"input_ids": PROMPTS[:, :0], "attention_mask": MASK, NEXT_LOGITS: TABLE[PROMPTS[:, -1]]}
    assert mean_log_probs(Bigrams(), read, CONTINUATIONS) == pytest.approx(EXPECTED, abs=1e-5)


def test_a_batch_that_was_read_before_needs_no_pass_for_one_token() -> None:
    read = {"input_ids": PROMPTS[:, :0], "attention_mask": MASK, NEXT_LOGITS: TABLE[PROMPTS[:, -1]]}
    assert mean_log_probs(None, read, [[6], [4]]) == pytest.approx([by_hand(5, [6]), by_hand(3, [4])], abs=1e-5)


def test_the_first_token_of_an_answer_has_a_probability_for_each_option() -> None:
    scores = first_token_log_probs(Bigrams(), {"input_ids": PROMPTS, "attention_mask": MASK}, [2, 7])
    assert scores[0] == pytest.approx([by_hand(5, [2]), by_hand(5, [7])], abs=1e-5)
    assert scores[1] == pytest.approx([by_hand(3, [2]), by_hand(3, [7])], abs=1e-5)
    whole = first_token_log_probs(Bigrams(), {"input_ids": PROMPTS, "attention_mask": MASK}, range(9))
    assert torch.tensor(whole).exp().sum(dim=1).tolist() == pytest.approx([1, 1], abs=1e-5)


def test_places_go_on_and_nothing_of_a_continuation_is_marked_as_a_picture() -> None:
    model = Bigrams()
    batch = {
        "input_ids": PROMPTS,
        "attention_mask": MASK,
        "position_ids": torch.tensor([[0, 0, 1], [0, 1, 7]]),
        "mm_token_type_ids": torch.tensor([[0, 1, 0], [1, 1, 0]]),
    }
    mean_log_probs(model, batch, CONTINUATIONS)
    assert model.given["position_ids"].tolist() == [[0, 0, 1, 2, 3], [0, 1, 7, 8, 9]]
    assert model.given["mm_token_type_ids"].tolist() == [[0, 1, 0, 0, 0], [1, 1, 0, 0, 0]]
