"""After its end: every call of an agent that was closed says so, whatever of it is gone already."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from agent.errors import AgentClosed

T = TypeVar("T")
_ALWAYS = ("close",)


def while_open(kind: type[T]) -> type[T]:
    """The class, whose public methods and properties work as long as it is not `closed`.

    Raises:
        AgentClosed: by those, after that.
    """
    for name, member in list(vars(kind).items()):
        if name.startswith("_") or name in _ALWAYS:
            continue
        if isinstance(member, property) and member.fget:
            setattr(kind, name, property(_while_open(member.fget)))
        elif callable(member):
            setattr(kind, name, _while_open(member))
    return kind


def _while_open(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self.closed:
            raise AgentClosed(
                f"{method.__name__}: the agent is closed.",
                "Open it again with RecommendationAgent.open(...), or ask before the `with` ends.",
            )
        return method(self, *args, **kwargs)

    return call


__all__ = ["while_open"]
