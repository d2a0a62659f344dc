"""One at a time: a model that several threads ask computes for one of them, and is free as soon as it has."""

from __future__ import annotations

import threading
from typing import Any


class OneAtATime:
    """A model of transformers behind a gate: what it is asked for is done whole, one forward pass after the other.

    Two passes at once are no faster, since each takes all cores, and some models keep notes of the pass they are in.
    Between two passes, such as two tokens of an answer, another thread may have its turn.
    """

    def __init__(self, model: Any) -> None:
        self._behind = model
        self._gate = threading.Lock()

    def __call__(self, **inputs: Any) -> Any:
        """One forward pass."""
        with self._gate:
            return self._behind(**inputs)

    def __getattr__(self, name: str) -> Any:
        """All else is the model's own."""
        return getattr(self._behind, name)


__all__ = ["OneAtATime"]
