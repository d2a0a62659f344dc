"""What a model has read of recent prompts: an item that comes up again is not read again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.backends.generation.batch_decode import Beginning, positions
from agent.backends.generation.forward import PAST
from agent.backends.generation.log_probs import NEXT_LOGITS
from agent.recent import remember

if TYPE_CHECKING:
    import torch

    Layer = tuple[torch.Tensor, torch.Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class CachedPrompt:
    """What a model made of one prompt.

    Attributes:
        layers: Keys and values, layer by layer, each of shape (1, heads, tokens, head_dim).
        next_logits: Of the token behind the prompt, shape (vocabulary,).
        n_tokens: Length of the prompt.
    """

    layers: tuple[Layer, ...]
    next_logits: torch.Tensor
    n_tokens: int

    @property
    def size_bytes(self) -> int:
        """Memory that it holds."""
        return self.next_logits.nbytes + sum(tensor.nbytes for layer in self.layers for tensor in layer)

    def beginning(self) -> Beginning:
        """The same, for other prompts to go on from."""
        from transformers import DynamicCache

        past: Any = DynamicCache()
        for number, (keys, values) in enumerate(self.layers):
            past.update(keys, values, number)
        return Beginning(self.n_tokens, past)


class PromptCache:
    """Keys and values of the prompts used last, within a budget. Safe with several threads.

    Args:
        budget_bytes: Most memory that they may hold together.
    """

    def __init__(self, budget_bytes: int) -> None:
        self._budget_bytes = budget_bytes
        self._held_bytes = 0
        self._prompts: OrderedDict[tuple[int, ...], CachedPrompt] = OrderedDict()
        self._lock = threading.Lock()
        remember(self)

    def get(self, prompt: Sequence[int]) -> CachedPrompt | None:
        """What was read of a prompt, if it is still there."""
        with self._lock:
            cached = self._prompts.get(tuple(prompt))
            if cached is not None:
                self._prompts.move_to_end(tuple(prompt))
            return cached

    def put(self, prompt: Sequence[int], cached: CachedPrompt) -> None:
        """Keep what was read of a prompt, and let go of what was not used for longest."""
        with self._lock:
            before = self._prompts.pop(tuple(prompt), None)
            self._held_bytes += cached.size_bytes - (before.size_bytes if before else 0)
            self._prompts[tuple(prompt)] = cached
            while self._held_bytes > self._budget_bytes:
                _, oldest = self._prompts.popitem(last=False)
                self._held_bytes -= oldest.size_bytes

    def cache_clear(self) -> None:
        """Let go of all prompts: people's words stand in them."""
        with self._lock:
            self._prompts.clear()
            self._held_bytes = 0


def can_be_kept(past: Any) -> bool:
    """Whether a model's keys and values are plain, one of each for every token."""
    from transformers.cache_utils import DynamicLayer

    # Its subclasses, such as a sliding window, let go of tokens or hold something else instead.
    return all(type(layer) is DynamicLayer for layer in past.layers)


def split(past: Any, next_logits: torch.Tensor, mask: torch.Tensor) -> list[CachedPrompt]:
    """One `CachedPrompt` for each row of a padded batch, without the padding.

    Args:
        past: Keys and values of the batch.
        next_logits: Of the token behind each row, shape (rows, vocabulary).
        mask: 1 where a token is, shape (rows, tokens).
    """
    import torch

    with torch.inference_mode():
        rows = [row.bool() for row in mask]
        return [
            CachedPrompt(
                tuple((layer.keys[i : i + 1, :, row], layer.values[i : i + 1, :, row]) for layer in past.layers),
                next_logits[i].clone(),  # a view would hold on to those of the whole batch
                int(row.sum()),
            )
            for i, row in enumerate(rows)
        ]


def join(prompts: Sequence[CachedPrompt]) -> dict[str, Any]:
    """One left-padded batch of prompts that were read whole."""
    import torch
    from transformers import DynamicCache

    lengths = [prompt.n_tokens for prompt in prompts]
    longest = max(lengths)
    device = prompts[0].layers[0][0].device
    past: Any = DynamicCache()
    with torch.inference_mode():
        for number in range(len(prompts[0].layers)):
            keys = _padded([prompt.layers[number][0] for prompt in prompts], longest)
            values = _padded([prompt.layers[number][1] for prompt in prompts], longest)
            past.update(keys, values, number)
    mask = torch.tensor([[0] * (longest - length) + [1] * length for length in lengths], device=device)
    return {
        "input_ids": mask[:, :0],  # nothing is left to read
        "attention_mask": mask,
        "position_ids": positions(mask)[:, -1:],
        PAST: past,
        NEXT_LOGITS: torch.stack([prompt.next_logits for prompt in prompts]),
    }


def _padded(rows: Sequence[torch.Tensor], longest: int) -> torch.Tensor:
    _, heads, _, width = rows[0].shape
    batch = rows[0].new_zeros(len(rows), heads, longest, width)
    for number, row in enumerate(rows):
        batch[number, :, longest - row.shape[2] :] = row[0]
    return batch


__all__ = ["CachedPrompt", "PromptCache", "can_be_kept", "join", "split"]
