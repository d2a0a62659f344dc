"""What other packages advise their developers stays with them: nobody who calls the agent can act on it.

While a public call of ours runs, what Python warns of in the same thread is ignored, even where the caller turns
warnings into errors, as many test runs do. Outside of the call, and in other threads, the caller's own filters hold.
`warnings.catch_warnings` cannot be used for that: until Python 3.14 it changes the filters of all threads, and two
calls that overlap leave them changed.

Our own modules warn of nothing: what people have to know stands in answers, errors and our log.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, TypeVar

OURS = ("agent", "prompts", "retrieval", "tastemaker", "ui")

T = TypeVar("T")
_in_call: ContextVar[bool] = ContextVar("in_call", default=False)


class _AnyTextInCall:
    """Stands where a filter has the pattern of a warning's text, and matches all of them during a call of ours."""

    def match(self, _text: str) -> bool:
        return _in_call.get()


# As `warnings.filters` holds one: action, pattern of the text, category, pattern of the module, line (0 is any).
_FILTER: Any = ("ignore", _AnyTextInCall(), Warning, None, 0)


@contextmanager
def silence() -> Iterator[None]:
    """While the block runs, this thread's warnings are ignored."""
    filters: Any = warnings.filters
    if not filters or filters[0] is not _FILTER:  # filters set since the last call would win over ours
        with suppress(ValueError):
            filters.remove(_FILTER)
        filters.insert(0, _FILTER)
    outer = _in_call.set(True)
    try:
        yield
    finally:
        _in_call.reset(outer)


def silent(kind: type[T]) -> type[T]:
    """The class, with `silence` around each of its public methods, and around each step of what they stream."""
    for name, member in list(vars(kind).items()):
        if name.startswith("_"):
            continue
        if isinstance(member, classmethod):
            setattr(kind, name, classmethod(_silent(member.__func__)))
        elif isinstance(member, property) and member.fget:
            setattr(kind, name, property(_silent(member.fget)))
        elif callable(member) and not iscoroutinefunction(member):  # what it awaits is a call of ours again
            setattr(kind, name, _silent(member))
    return kind


def _silent(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        with silence():
            result = method(*args, **kwargs)
        return _each_silent(result) if isinstance(result, Iterator) else result

    return call


def _each_silent(steps: Iterator[T]) -> Iterator[T]:
    """The steps of a stream: between two of them the caller's own code runs, whose warnings are the caller's."""
    try:
        while True:
            with silence():
                try:
                    step = next(steps)
                except StopIteration:
                    return
            yield step
    finally:
        close = getattr(steps, "close", None)
        if close:
            close()


def silence_process() -> None:
    """In a process that is all ours, ignore warnings everywhere, and print no advice that other packages log."""
    warnings.simplefilter("ignore")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")  # read when it is imported
    if logging.lastResort:
        logging.lastResort.addFilter(is_ours_or_error)


def is_ours_or_error(record: logging.LogRecord) -> bool:
    """Whether a record of the log is for people who use or run the agent."""
    return record.levelno >= logging.ERROR or record.name.split(".")[0] in OURS


def is_wanted_in_call(record: logging.LogRecord) -> bool:
    """For handlers of other packages, which print by themselves: whether it is the caller's, ours or an error."""
    return is_ours_or_error(record) or not _in_call.get()


__all__ = ["OURS", "is_ours_or_error", "is_wanted_in_call", "silence", "silence_process", "silent"]
