"""A process that is watched: what it opens of some files, and whom it calls, is noted and does not come to pass."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

CALLS = frozenset({"socket.connect", "socket.getaddrinfo", "socket.gethostbyaddr", "socket.gethostbyname"})


class Guard:
    """What was tried while it was on duty.

    Attributes:
        opened: Paths of the guarded files that were to be opened.
        called: Addresses that were to be connected to, and names that were to be looked up.
    """

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.called: list[str] = []
        self._guarded: frozenset[str] = frozenset()
        self._on_duty = False
        sys.addaudithook(self._hear)  # for the rest of the process: no hook can be taken away

    @contextmanager
    def over(self, *paths: str) -> Iterator[None]:
        """Be on duty, over these files and over every way out of the machine."""
        self.opened.clear()
        self.called.clear()
        self._guarded = frozenset(os.path.normpath(path) for path in paths)
        self._on_duty = True
        try:
            yield
        finally:
            self._on_duty = False

    def _hear(self, event: str, details: tuple[Any, ...]) -> None:
        if not self._on_duty:
            return
        if event == "open" and not isinstance(details[0], int | None) and _plain(details[0]) in self._guarded:
            self.opened.append(_plain(details[0]))
            raise PermissionError(f"{details[0]!r} is guarded")
        if event in CALLS:
            self.called.append(repr(details[-1] if event == "socket.connect" else details[0]))
            raise ConnectionRefusedError(f"{event} is guarded")


@cache
def guard() -> Guard:
    """The one guard of this process."""
    return Guard()


def _plain(path: Any) -> str:
    return os.path.normpath(os.fsdecode(path))
