"""Answers that keep to a JSON schema: before each token, only those that can go on with the form may be drawn."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from agent.errors import ModelError
from agent.recent import recent
from retrieval.once import once

if TYPE_CHECKING:
    import torch

KEPT_SCHEMAS = 32
# As models write JSON by themselves, and no blanks beyond that: a small model would not stop adding them.
_SPACING: Any = {"item_separator": ", ", "key_separator": ": ", "whitespace_flexible": False}


class Schemas:
    """JSON schemas made into constraints on the tokens of one model; each schema is compiled once.

    Args:
        tokenizer: A fast tokenizer of transformers.
        width: Number of logits that the model gives for one token.
        end_ids: Tokens that end an answer.
    """

    def __init__(self, tokenizer: Any, width: int, end_ids: Sequence[int]) -> None:
        self._source = tokenizer
        self._width = width
        self._end_ids = list(end_ids)
        self._compiled = recent(KEPT_SCHEMAS)(self._compile)

    def constraint(self, schema: Mapping[str, object], n_rows: int) -> Constraint:
        """A constraint for one batch of answers.

        Raises:
            ModelError: the schema is not one that answers can be held to.
        """
        matcher = self._compiled(json.dumps(schema))
        return Constraint([matcher.deep_copy() for _ in range(n_rows)])  # each answer goes its own way through the form

    @once
    def _tokens(self) -> Any:
        from llguidance.hf import from_tokenizer

        try:
            return from_tokenizer(self._source, n_vocab=self._width, eos_token=self._end_ids)
        except ValueError as error:
            raise ModelError(
                f"Answers of this model cannot be held to a form: {_first_line(str(error))}.",
                "Use a model whose folder has a tokenizer.json.",
            ) from error

    def _compile(self, schema: str) -> Any:
        from llguidance import LLMatcher

        matcher = LLMatcher(self._tokens, LLMatcher.grammar_from_json_schema(schema, overrides=_SPACING), log_level=0)
        if matcher.is_error():
            raise ModelError(
                f"Answers cannot be held to this JSON schema: {_first_line(matcher.get_error())}.",
                "Use types, properties, enumerations and bounds only.",
            )
        return matcher


class Constraint:
    """What may come next in each answer of one batch."""

    def __init__(self, matchers: Sequence[Any]) -> None:
        self._matchers = list(matchers)

    def restrict(self, logits: torch.Tensor) -> torch.Tensor:
        """The logits, shape (rows, width), with minus infinity for every token that may not come next."""
        import torch

        # One bit for each token, the lowest bit of a byte first; the last byte may hold more than there are logits.
        packed = np.stack([np.frombuffer(matcher.compute_bitmask(), dtype=np.uint8) for matcher in self._matchers])
        bits = torch.from_numpy(packed).to(logits.device)[:, :, None] >> torch.arange(8, device=logits.device)
        allowed = (bits & 1).bool().flatten(1)[:, : logits.shape[1]]
        return logits.masked_fill(~allowed, float("-inf"))

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with some rows only, given by their places."""
        self._matchers = [self._matchers[row] for row in rows]

    def take(self, tokens: Sequence[int], open_rows: Sequence[bool]) -> None:
        """Go on with the tokens that were drawn, in those rows whose answers are still open.

        Raises:
            ModelError: the form and the tokens have come apart.
        """
        for matcher, token, is_open in zip(self._matchers, tokens, open_rows, strict=True):
            if is_open and not matcher.consume_token(token):
                raise ModelError(
                    f"An answer could not be held to its form: {_first_line(matcher.get_error())}.",
                    "Ask for a simpler form.",
                )


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0].rstrip(".") if text.strip() else "unknown reason"


__all__ = ["Constraint", "Schemas"]
