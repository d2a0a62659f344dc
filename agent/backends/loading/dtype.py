"""Where models compute and in which number format, measured once per process and never guessed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

    from agent.backends.loading.model_spec import Held

SIDE = 256  # rows and columns of the trial product
BUDGET_S = 0.002
TRIALS = 3  # at least, whatever the budget
WORTHWHILE = 1.2  # bfloat16 keeps 8 bits of mantissa: it must give something for that


@dataclass(frozen=True, slots=True)
class Precision:
    """How models compute on this machine.

    Attributes:
        dtype: Number format of weights and activations.
        device: `cuda` or `cpu`.
        reason: Why, in words for a person.
    """

    dtype: torch.dtype
    device: str
    reason: str


@cache
def precision() -> Precision:
    """The fastest format this machine computes natively, with the reason."""
    import torch

    if torch.cuda.is_available():
        name = torch.cuda.get_device_name()
        if torch.cuda.is_bf16_supported(including_emulation=False):
            return Precision(torch.bfloat16, "cuda", f"{name} computes bfloat16 natively")
        return Precision(torch.float16, "cuda", f"{name} has no native bfloat16")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # the arithmetic is measured, not how threads wait for each other on a busy machine
    try:
        single, brain = _product_s(torch.float32), _product_s(torch.bfloat16)
    finally:
        torch.set_num_threads(threads)
    native = brain * WORTHWHILE < single
    measured = f"a {SIDE} x {SIDE} product takes {brain * 1e6:.0f} µs in bfloat16, {single * 1e6:.0f} µs in float32"
    return Precision(torch.bfloat16 if native else torch.float32, "cpu", f"measured: {measured}")


def compute_dtype() -> torch.dtype:
    """Number format that models on this machine compute in."""
    return precision().dtype


def native() -> Held:
    """The same, by the name that settings give it."""
    import torch

    names: dict[torch.dtype, Held] = {torch.float32: "fp32", torch.bfloat16: "bf16", torch.float16: "fp16"}
    return names[compute_dtype()]


def device() -> str:
    """Where models on this machine compute: `cuda` or `cpu`."""
    return precision().device


def _product_s(dtype: torch.dtype) -> float:
    """Seconds of one matrix product: the best of a few, since other work on the machine can only slow it down."""
    import torch

    square = torch.ones(SIDE, SIDE, dtype=dtype)
    square @ square  # the first also chooses and compiles the kernel
    times: list[float] = []
    while len(times) < TRIALS or sum(times) < BUDGET_S:
        start = time.perf_counter()
        square @ square
        times.append(time.perf_counter() - start)
    return min(times)


__all__ = ["Precision", "compute_dtype", "device", "native", "precision"]
