"""One pass through a model, whatever its release of transformers calls what the pass is given and gives back.

Keys and values of the tokens before a batch were `past_key_values` up to transformers 5.23 and are `cache` since. Which
it is, and whether a model can leave out logits that nobody asked for, is read off the signature of its `forward`.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.errors import ModelError

if TYPE_CHECKING:
    import torch

PAST = "past"  # in a batch of ours: keys and values of the tokens that stand before it
_NAMES_OF_PAST = ("cache", "past_key_values")
_N_LOGITS = "logits_to_keep"


@dataclass(frozen=True, slots=True, eq=False)
class Pass:
    """What a model makes of a batch.

    Attributes:
        logits: Behind the last tokens of each row, shape (rows, tokens asked for, vocabulary).
        past: Keys and values of everything read so far; None where they were not to be kept.
    """

    logits: torch.Tensor
    past: Any


def forward(model: Any, inputs: Mapping[str, Any], *, n_logits: int, keep_past: bool) -> Pass:
    """Read a batch, behind what its `PAST` holds.

    Args:
        model: A model of transformers that makes text.
        inputs: By the names that all releases share, and `PAST` where tokens were read before.
        n_logits: Behind how many last tokens of each row logits are wanted.
        keep_past: Keep keys and values. Those given are added to in place.

    Raises:
        ModelError: the model's `forward` takes no keys and values by a name that is known here.
    """
    parameters = inspect.signature(model.forward).parameters
    past_name = next((name for name in _NAMES_OF_PAST if name in parameters), None)
    if past_name is None:
        raise ModelError(
            f"A {model.config.model_type} model takes what it has read before under none of the names "
            f"{', '.join(_NAMES_OF_PAST)}.",
            "Use another model, or a release of transformers that `tastemaker doctor` calls tested.",
        )
    given = {past_name if name == PAST else name: value for name, value in inputs.items()}
    if _N_LOGITS in parameters:
        given[_N_LOGITS] = n_logits
    output = model(**given, use_cache=keep_past)
    return Pass(output.logits[:, -n_logits:], getattr(output, past_name) if keep_past else None)


__all__ = ["PAST", "Pass", "forward"]
