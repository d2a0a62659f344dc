"""Recent: what was worked out lately, kept to be quick, and let go of as a whole when somebody is forgotten.

Such memories are filed by words and not by names: whose words these were nobody can tell any more, so they all go.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from weakref import WeakSet

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

T = TypeVar("T")


class RecentMemory(Protocol):
    """Holds what can be made anew at any time."""

    def cache_clear(self) -> None:
        """Let go of everything."""


_memories: WeakSet[Any] = WeakSet()
_gate = threading.Lock()


def recent(maxsize: int) -> Callable[[Callable[..., T]], _lru_cache_wrapper[T]]:
    """Remember the latest results of a function, by its arguments."""

    def remembering(make: Callable[..., T]) -> _lru_cache_wrapper[T]:
        memory = lru_cache(maxsize)(make)
        remember(memory)
        return memory

    return remembering


def remember(memory: RecentMemory) -> None:
    """Have a memory emptied when the others are, for as long as it is there."""
    with _gate:
        _memories.add(memory)


def let_go() -> None:
    """Empty every memory of this process, and that of patterns made of words."""
    with _gate:
        memories = list(_memories)
    for memory in memories:
        memory.cache_clear()
    re.purge()


__all__ = ["RecentMemory", "let_go", "recent", "remember"]
