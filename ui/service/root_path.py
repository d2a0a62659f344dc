"""The path under which a proxy shows the server, for addresses that are written in answers."""

from __future__ import annotations

from contextvars import ContextVar

root_path: ContextVar[str] = ContextVar("root_path", default="")
"""Of the call that is answered: empty, or such as `/shop`."""

__all__ = ["root_path"]
