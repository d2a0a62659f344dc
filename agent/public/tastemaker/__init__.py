"""Tastemaker's public Python API under the product's own name: the names of `agent`, and the same objects.

    from tastemaker import RecommendationAgent

    with RecommendationAgent.open("workspace") as agent:
        answer = agent.recommend("something calm with water", k=3)

Names are loaded on first use, as in `agent`, which lists them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent import *  # noqa: F403 - what type checkers and editors read
else:
    import agent

    __all__ = agent.__all__

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(agent, name)

    def __dir__() -> list[str]:
        return __all__
