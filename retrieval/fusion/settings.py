"""How long and how hard a fusion is trained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Schedule:
    """The course of one training; found on validation requests of one catalog and used for all.

    Attributes:
        epochs: At most.
        patience: Epochs without a better validation figure before it stops.
        batch: Requests in one step.
        rate: Of learning (Adam).
        decay: Of weights, decoupled; weights of channels and biases do not decay.
    """

    epochs: int = 60
    patience: int = 6
    batch: int = 64
    rate: float = 1e-3
    decay: float = 3.0


ADAPTING = Schedule(epochs=20, patience=3, rate=3e-4)


@dataclass(frozen=True, slots=True)
class TrainingProgress:
    """How far a training is.

    Attributes:
        fusion: What is trained; of an ensemble the member too.
        epoch: Just finished, from 1.
        epochs: At most.
        valid: nDCG@10 on the validation requests.
        best: The best so far.
        seconds_left: At most, by the time the epochs took so far.
    """

    fusion: str
    epoch: int
    epochs: int
    valid: float
    best: float
    seconds_left: float


Tell = Callable[[TrainingProgress], None]
