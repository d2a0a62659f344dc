"""Adapters: the recommender as a tool or retriever of other frameworks, each loaded when its name is first used.

    from tastemaker.adapters import langchain_tool

What a catalog says reaches another agent's model, which may do what it reads. So every text is made plain first, as for
our own models (see `agent.language.untrusted`).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from agent.errors import ConfigError

if TYPE_CHECKING:  # as in `agent`
    from agent.adapters.langchain import LangChainRetriever as LangChainRetriever
    from agent.adapters.langchain import langchain_tool as langchain_tool
    from agent.adapters.llamaindex import LlamaIndexRetriever as LlamaIndexRetriever
    from agent.adapters.smolagents import SmolagentsTool as SmolagentsTool
else:
    _EXTRAS = {
        "LangChainRetriever": "langchain",
        "LlamaIndexRetriever": "llamaindex",
        "SmolagentsTool": "smolagents",
        "langchain_tool": "langchain",
    }

    __all__ = list(_EXTRAS)

    def __getattr__(name: str) -> object:
        if name not in _EXTRAS:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        try:
            return getattr(import_module(f"{__name__}.{_EXTRAS[name]}"), name)
        except ModuleNotFoundError as error:
            raise ConfigError(
                f"{name} needs {error.name}, which is not installed.",
                f"Run: pip install 'tastemaker[{_EXTRAS[name]}]'.",
            ) from error

    def __dir__() -> list[str]:
        return __all__
