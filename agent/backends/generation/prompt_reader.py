"""Prompts of text as a model's inputs: what prompts share is read once, and what was read lately is not read again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from agent.backends.generation import prompt_cache
from agent.backends.generation.batch_decode import PROMPTS, Beginning, batches, positions
from agent.backends.generation.forward import forward
from agent.backends.generation.prompt_cache import CachedPrompt, PromptCache
from agent.backends.loading import model_files
from agent.backends.protocols import ChatMessage

if TYPE_CHECKING:
    from agent.backends.protocols import Chat

KEPT_BYTES = 256 << 20  # of prompts read while scoring: about a hundred items of 100 tokens in a small model
SCORE_TOKENS = 4_096  # padded tokens in one forward pass while scoring: bounds memory, and larger is not faster
WORTH_SHARING = 16  # tokens before the last turn; fewer are read as quickly again


def fixed_ids(chats: Sequence[Chat], ids_of: Callable[[Chat], list[int]]) -> list[int]:
    """Tokens of what stands before the last turn, which few templates render alone; none unless all chats are alike.

    Args:
        ids_of: A chat as token ids.
    """
    if not chats or any(chat[:-1] != chats[0][:-1] for chat in chats):
        return []
    *before, last = chats[0]
    # Two chats that differ in their last text alone: what their tokens have in common is what does not depend on it.
    ids, other = (ids_of((*before, ChatMessage(last.role, text))) for text in ("0", "1"))
    return ids[: next((at for at, pair in enumerate(zip(ids, other, strict=False)) if pair[0] != pair[1]), 0)]


class PromptReader:
    """Reads prompts for one model.

    Args:
        model: A model of transformers that makes text.
        tokenizer: Its own, padding on the left.
        kept_bytes: Most memory for what was read lately.
        score_tokens: Padded tokens in one forward pass while scoring.
    """

    def __init__(
        self, model: Any, tokenizer: Any, *, kept_bytes: int = KEPT_BYTES, score_tokens: int = SCORE_TOKENS
    ) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._score_tokens = score_tokens
        empty = model_files.library().DynamicCache(config=model.config.get_text_config())
        self._keeps = prompt_cache.can_be_kept(empty)
        self._cache = PromptCache(kept_bytes)
        self._reading = threading.Lock()  # who asks for the same prompts at the same time finds them read

    def to_answer(self, prompts: Sequence[list[int]], fixed: Sequence[int] = ()) -> dict[str, Any]:
        """One left-padded batch of prompts.

        Args:
            prompts: Token ids.
            fixed: What stands before their last turns, if that is alike; see `fixed_ids`.
        """
        inputs = self._inputs(prompts, self._beginning(prompts, fixed))
        return inputs | {PROMPTS: prompts} if self._keeps else inputs

    def whole(self, prompts: Sequence[list[int]]) -> dict[str, Any]:
        """One left-padded batch of prompts from their beginnings, whatever was read of them before."""
        return self._inputs(prompts, None)

    def to_score(
        self, prompts: Sequence[list[int]], rooms: Sequence[int], fixed: Sequence[int] = ()
    ) -> Iterator[tuple[list[int], dict[str, Any]]]:
        """Left-padded batches with the numbers of their prompts; a prompt that was scored lately is not read again.

        Args:
            prompts: Token ids.
            rooms: How many tokens are to follow each.
            fixed: See `to_answer`.
        """
        lengths = [len(prompt) + room for prompt, room in zip(prompts, rooms, strict=True)]
        for rows in batches(lengths, self._score_tokens):
            yield rows, self._read([prompts[row] for row in rows], fixed)

    def _beginning(self, prompts: Sequence[list[int]], fixed: Sequence[int]) -> Beginning | None:
        """What stands before the last turns, read by itself even for one prompt, so that it is the same next time."""
        ids = list(fixed)
        if len(ids) < WORTH_SHARING or any(prompt[: len(ids)] != ids or len(prompt) == len(ids) for prompt in prompts):
            return None
        cached = self._cache.get(ids)
        return cached.beginning() if cached else self._read_beginning(ids)

    def _read_beginning(self, ids: list[int]) -> Beginning:
        import torch

        with torch.inference_mode():
            row = torch.tensor([ids], device=self._model.device)
            read = forward(self._model, {"input_ids": row}, n_logits=1, keep_past=True)
        if self._keeps:
            (cached,) = prompt_cache.split(read.past, read.logits[:, -1], torch.ones_like(row))
            self._cache.put(ids, cached)
        return Beginning(len(ids), read.past)

    def _read(self, prompts: Sequence[list[int]], fixed: Sequence[int]) -> dict[str, Any]:
        """One left-padded batch of prompts, of which the model now reads only those that it has not read lately."""
        if not self._keeps:
            return self._inputs(prompts, self._beginning(prompts, fixed))
        with self._reading:
            cached = {tuple(prompt): self._cache.get(prompt) for prompt in prompts}
            missing = [list(prompt) for prompt, entry in cached.items() if entry is None]
            fresh = self._read_anew(missing, fixed)
        return prompt_cache.join([cached[tuple(prompt)] or fresh[tuple(prompt)] for prompt in prompts])

    def _read_anew(self, prompts: Sequence[list[int]], fixed: Sequence[int]) -> dict[tuple[int, ...], CachedPrompt]:
        import torch

        if not prompts:
            return {}
        inputs = self._inputs(prompts, self._beginning(prompts, fixed))
        with torch.inference_mode():
            read = forward(self._model, inputs, n_logits=1, keep_past=True)
        rows = prompt_cache.split(read.past, read.logits[:, -1], inputs["attention_mask"])
        fresh = dict(zip(map(tuple, prompts), rows, strict=True))
        for prompt, cached in fresh.items():
            self._cache.put(prompt, cached)
        return fresh

    def _inputs(self, prompts: Sequence[list[int]], beginning: Beginning | None) -> dict[str, Any]:
        rest = [prompt[beginning.length :] if beginning else prompt for prompt in prompts]
        padded = self._tokenizer.pad({"input_ids": rest}, padding_side="left", return_tensors="pt")
        inputs = {name: padded[name].to(self._model.device) for name in ("input_ids", "attention_mask")}
        if beginning:
            return beginning.before(inputs)
        return inputs | {"position_ids": positions(inputs["attention_mask"])}


__all__ = ["KEPT_BYTES", "SCORE_TOKENS", "PromptReader", "fixed_ids"]
