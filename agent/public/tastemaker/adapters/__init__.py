"""The recommender in other frameworks: the names of `agent.adapters`, and the same objects.

from tastemaker.adapters import LangChainRetriever
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.adapters import *  # noqa: F403 - what type checkers and editors read
else:
    from agent import adapters

    __all__ = adapters.__all__

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(adapters, name)

    def __dir__() -> list[str]:
        return __all__
