"""A machine with a GPU, as far as the choice of models can tell: LLaVA's files are those of a tiny one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent.backends.factory import decided_sight
from agent.backends.loading import memory, open_model
from agent.backends.loading.memory import GIB, Room
from agent.explain.casting import _choice


@contextmanager
def gpu_of(monkeypatch: pytest.MonkeyPatch, tiny: Path, free_gib: int = 24) -> Iterator[None]:
    """So much memory is free on a GPU; models are computed on the processor all the same."""
    monkeypatch.setattr("agent.backends.loading.gpu.may_have_gpu", lambda: True)
    monkeypatch.setattr(open_model, "free_room", lambda: Room((), memory.free_cpu_bytes()))
    monkeypatch.setattr(memory, "free_room", lambda: Room((free_gib * GIB,), 30 * GIB))
    monkeypatch.setattr("agent.backends.factory._can_be_had", lambda name, revision: True)
    for module in ("agent.backends.loading.hub", "agent.backends.chat.llava"):
        monkeypatch.setattr(f"{module}.model_path", lambda source, revision=None: tiny)
    _decide_anew()
    try:
        yield
    finally:
        _decide_anew()


def _decide_anew() -> None:
    decided_sight.cache_clear()
    _choice.cache_clear()
