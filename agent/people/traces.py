"""Traces: every place in this process where something of a person may be, so that none is missed when they go."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from typing import Protocol

from agent.recent import let_go


class TraceStore(Protocol):
    """Holds something of people, each under their name."""

    def forget(self, user: str) -> int:
        """Let go of everything of a person, and keep nothing of what is still being made for them.

        Returns:
            How many things there were.
        """
        ...


class Traces:
    """The stores of one process that hold something of people outside of the workspace's files. Any thread may call.

    Whatever keeps something of a person beyond one call registers itself here.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stores: list[tuple[str, TraceStore]] = []

    def register(self, name: str, store: TraceStore) -> None:
        """Have a store let go of whoever is forgotten.

        Args:
            name: What is in it, as people are told.
        """
        with self._lock:
            self._stores.append((name, store))

    @property
    def stores(self) -> tuple[TraceStore, ...]:
        """Those that are registered."""
        with self._lock:
            return tuple(store for _, store in self._stores)

    def forget(self, user: str) -> Mapping[str, int]:
        """Let go of a person everywhere, and of what nobody can be told apart in.

        Returns:
            By name of the store how many things there were; those that held none are left out.
        """
        with self._lock:
            stores = list(self._stores)
        counts = Counter[str]()
        for name, store in stores:
            counts[name] += store.forget(user)
        let_go()
        return {name: n for name, n in counts.items() if n}


__all__ = ["TraceStore", "Traces"]
