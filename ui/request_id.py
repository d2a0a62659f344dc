"""The id of the call that is being answered, in its answer, its problem document and the log."""

from __future__ import annotations

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
