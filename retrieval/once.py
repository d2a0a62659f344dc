"""Once: a property that is computed when it is first asked for, and by one thread alone however many ask."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")


class once(Generic[T]):  # noqa: N801
    """Like `functools.cached_property`, which since Python 3.12 lets several threads compute the same value.

    Different objects, and different properties of one object, never wait for each other. Where computing fails the
    next one to ask tries again. The value lies in the object's `__dict__` under the property's name.
    """

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object | None, owner: type) -> Self | T:
        """The value; Python itself finds it in `__dict__` from the second time on."""
        if instance is None:
            return self
        values, name, gate = instance.__dict__, self._name, f"{self._name} is being made"
        # `setdefault` is one step for all threads: whoever comes second waits at the gate of the first. Its own thread
        # may enter again, so that a property which asks for itself fails as any endless recursion does and never hangs.
        with values.setdefault(gate, threading.RLock()):
            if name not in values:
                values[name] = self._make(instance)
                values.pop(gate, None)  # later askers find the value first, or find it as soon as they hold a gate
            value: T = values[name]
            return value


__all__ = ["once"]
