"""How likely given tokens are behind the prompts of one padded batch, shared by text models and models that see.

A batch may come with what the model already read of its beginning, as in decoding. A batch that was read whole has no
tokens left in its `input_ids`; it comes with the logits of each row's next token, and the position of the last one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from agent.backends.generation.forward import forward

if TYPE_CHECKING:
    import torch

    Inputs = Mapping[str, Any]

NEXT_LOGITS = "next_logits"  # of a batch that was read whole: shape (rows, vocabulary)
NOTHING = -100  # where no token is to be learnt, as the loss of torch has it


def mean_log_probs(model: Any, inputs: Inputs, continuations: Sequence[Sequence[int]]) -> list[float]:
    """Mean log-probability per token of each row's continuation; only the continuations' logits are computed.

    Args:
        model: Any transformers model that makes text.
        inputs: One left-padded batch of prompts.
        continuations: Token ids, at least one per row.
    """
    import torch

    read = [ids[:-1] for ids in continuations]  # what comes after the last token is not asked
    with torch.inference_mode():
        first, behind = _logits(model, inputs, read)
        return [
            _mean_log_prob(first[row], behind[row, : len(ids) - 1], torch.tensor(ids, device=first.device))
            for row, ids in enumerate(continuations)
        ]


def first_token_log_probs(model: Any, inputs: Inputs, option_ids: Sequence[int]) -> list[list[float]]:
    """Log-probability that the answer to each row of a left-padded batch begins with each of the tokens."""
    import torch

    with torch.inference_mode():
        first, _ = _logits(model, inputs, [()] * len(inputs["attention_mask"]))
        log_probs: list[list[float]] = _log_probs(first)[:, list(option_ids)].tolist()
    return log_probs


def _logits(model: Any, inputs: Inputs, read: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits of the token behind each prompt, shape (rows, vocabulary), and behind each token of `read` after it."""
    longest = max(map(len, read))
    known = inputs.get(NEXT_LOGITS)
    if known is not None and longest == 0:
        return known, known[:, None][:, :0]
    batch = continued({name: value for name, value in inputs.items() if name != NEXT_LOGITS}, read)
    logits = forward(model, batch, n_logits=longest + (known is None), keep_past=False).logits
    return (logits[:, 0], logits[:, 1:]) if known is None else (known, logits)


def _mean_log_prob(first: torch.Tensor, behind: torch.Tensor, ids: torch.Tensor) -> float:
    others = _log_probs(behind).gather(1, ids[1:, None])
    return float((_log_probs(first)[ids[0]] + others.sum()) / len(ids))


def _log_probs(logits: torch.Tensor) -> torch.Tensor:
    import torch

    return logits.log_softmax(dim=-1, dtype=torch.float32)  # five times as fast as widening the logits first


def continued(inputs: Inputs, continuations: Sequence[Sequence[int]]) -> dict[str, Any]:
    """The batch with each row's continuation behind it, padded on the right."""
    import torch

    ids, mask = inputs["input_ids"], inputs["attention_mask"]
    longest = max(map(len, continuations))
    tail = ids.new_zeros(len(continuations), longest)
    tail_mask = mask.new_zeros(len(continuations), longest)
    for row, continuation in enumerate(continuations):
        tail[row, : len(continuation)] = torch.tensor(continuation, dtype=tail.dtype)
        tail_mask[row, : len(continuation)] = 1
    plain = torch.zeros_like(tail)  # what marks the tokens of pictures marks none of these
    marks = {name: torch.cat([kind, plain], dim=1) for name, kind in inputs.items() if name.endswith("token_type_ids")}
    ids, mask = torch.cat([ids, tail], dim=1), torch.cat([mask, tail_mask], dim=1)
    continued = {**inputs, **marks, "input_ids": ids, "attention_mask": mask}
    if "position_ids" in inputs:
        places = inputs["position_ids"]  # behind a picture they may have several dimensions, all alike for text
        behind = places[..., -1:] + torch.arange(1, longest + 1, device=places.device)
        continued["position_ids"] = torch.cat([places, behind], dim=-1)[..., -ids.shape[1] :]
    return continued


def to_be_learnt(tails: Sequence[Sequence[int]], device: torch.device) -> torch.Tensor:
    """Tokens that a model is to give, shape (rows, tokens of the longest), `NOTHING` where a row has fewer."""
    import torch

    longest = max(map(len, tails))
    return torch.tensor([[*tail, *[NOTHING] * (longest - len(tail))] for tail in tails], device=device)


__all__ = ["NEXT_LOGITS", "NOTHING", "continued", "first_token_log_probs", "mean_log_probs", "to_be_learnt"]
