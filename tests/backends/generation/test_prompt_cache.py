"""Prompts that were read stay read, within a budget, and give the scores that reading them again would give."""

from __future__ import annotations

from copy import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.backends.chat.transformers_chat import TransformersChat
from agent.backends.factory import SMALL, model_folder
from agent.backends.generation.prompt_cache import CachedPrompt, PromptCache
from agent.backends.generation.prompt_reader import PromptReader
from agent.backends.protocols import ChatMessage


def kept(n_tokens: int) -> CachedPrompt:
    """4 bytes per token."""
    import torch

    half = torch.zeros(1, 1, n_tokens, 1, dtype=torch.bfloat16)
    return CachedPrompt(((half, half),), torch.zeros(0), n_tokens)


@settings(deadline=None)  # the first call also imports torch
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 20)), max_size=30), st.integers(0, 200))
def test_no_more_is_held_than_the_budget_allows(puts: list[tuple[int, int]], budget: int) -> None:
    cache, latest = PromptCache(budget), {}
    for prompt, n_tokens in puts:
        cache.put([prompt], kept(n_tokens))
        latest[prompt] = n_tokens
        held = {key: found for key in latest if (found := cache.get([key]))}
        assert sum(one.size_bytes for one in held.values()) <= budget
        assert all(one.n_tokens == latest[key] for key, one in held.items())
        assert (prompt in held) == (4 * n_tokens <= budget)


def test_what_was_used_last_stays_longest() -> None:
    cache = PromptCache(80)
    for prompt in (1, 2):
        cache.put([prompt], kept(10))
    assert cache.get([1]) is not None
    cache.put([3], kept(10))
    assert [cache.get([prompt]) is not None for prompt in (1, 2, 3)] == [True, False, True]


@pytest.fixture(scope="module")
def model() -> TransformersChat:
    import torch

    return TransformersChat(model_folder(SMALL), dtype=torch.float32)


CHATS = [
    (ChatMessage("system", "Write what somebody who wants this item asks for."), ChatMessage("user", text))
    for text in ("A red kettle", "A blue chair made of beech, with arms and a high back", "Rain over a lake, 1830")
]


def test_scoring_a_chat_again_gives_the_very_same_score(model: TransformersChat) -> None:
    wanted = ["something to sit on"] * 3
    assert np.array_equal(model.score(CHATS, wanted), model.score(CHATS, wanted))


@settings(max_examples=5, deadline=None)
@given(order=st.lists(st.integers(0, 2), min_size=1, max_size=5))
def test_what_was_scored_before_does_not_change_a_score(model: TransformersChat, order: list[int]) -> None:
    # the same weights with nothing read yet: Hypothesis holds what a failing example made, a model each time
    fresh = copy(model)
    fresh._reader = PromptReader(model._model, model._tokenizer)
    wanted = ["something to sit on", "a quiet picture", "for making tea"]
    scores = [float(fresh.score([CHATS[i]], [wanted[i]])[0]) for i in order]
    together = model.score([CHATS[i] for i in order], [wanted[i] for i in order])
    assert together == pytest.approx(scores, abs=2e-4)
