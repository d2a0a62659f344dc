"""What model servers say is wrong: in every form in which they say it, and what that means for the next request."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from agent.errors import ModelError, ServerFailed

OF_THE_REQUEST = range(400, 500)


class Interrupted(ServerFailed):
    """An answer broke off or cannot be read: asking once more may help."""


class Overloaded(ServerFailed):
    """A server is asked for more at once than it bears: asking again later, with fewer others, may help."""


class NoAnswer(ModelError):
    """A model answered, and said nothing: it thought aloud to the end of its room, refused, or wrote no word."""


class Refusal(ModelError):
    """A server does not take a request as it is.

    Attributes:
        status: Of the answer.
        content: The answer, read as JSON if it is some.
        said: What the server says is wrong.
    """

    def __init__(self, what: str, hint: str, status: int, content: object, said: str) -> None:
        super().__init__(what, hint)
        self.status = status
        self.content = content
        self.said = said


def error_in(content: Mapping[str, Any]) -> object:
    """What is wrong, in an answer that has the status of a good one; None where nothing is."""
    choices = content.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    error = content.get("error") or (choice.get("error") if isinstance(choice, dict) else None)
    return content if not error and "error" in (content.get("object"), content.get("type")) else error or None


def code_in(content: object) -> int:
    """The status that an error names inside an answer; 500 where it names none."""
    for part in _levels(content):
        for name in ("code", "status", "status_code", "http_code"):
            code = part.get(name)
            if str(code).isdecimal() and int(str(code)) in range(400, 600):
                return int(str(code))
    return 500


def message_in(content: object) -> str:
    """What an error says, in any of the usual forms; all of it where it has none of these."""
    for part in _levels(content):
        for name in ("message", "detail", "error", "msg", "title"):
            message = part.get(name)
            if isinstance(message, str) and message:
                return message
            if name == "detail" and isinstance(message, list) and message:
                return "; ".join(_validation(entry) for entry in message)
    return content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)


def param_in(content: object) -> str:
    """The parameter of the request that an error names; empty where it names none."""
    for part in _levels(content):
        if isinstance(part.get("param"), str):
            return str(part["param"])
        detail = part.get("detail")
        for entry in detail if isinstance(detail, list) else ():
            where = entry.get("loc") if isinstance(entry, dict) else None
            if names := [name for name in where or () if isinstance(name, str) and name != "body"]:
                return names[0]
    return ""


def _levels(content: object) -> Iterator[Mapping[str, Any]]:
    """An error from the inside out: what a gateway passes on lies deepest, and says most."""
    if not isinstance(content, dict):
        return
    for name in ("error", "choices"):
        inner = content.get(name)
        yield from _levels(inner[0] if isinstance(inner, list) and inner else inner)
    yield content


def _validation(entry: object) -> str:
    if not isinstance(entry, dict):
        return str(entry)
    where = ".".join(str(part) for part in entry.get("loc") or () if part != "body")
    return f"{where}: {entry.get('msg', '')}" if where else str(entry.get("msg", entry))


def wait_in(headers: Mapping[str, str]) -> float | None:
    """How many seconds a server asks to be left alone: a number, whole or not, or a date; None where it does not."""
    for name, scale in (("Retry-After-Ms", 1e-3), ("Retry-After", 1.0)):
        value = headers.get(name, "").strip()
        try:
            seconds = float(value) * scale
        except ValueError:
            continue
        if math.isfinite(seconds):
            return max(0.0, seconds)
    try:
        return max(0.0, parsedate_to_datetime(headers.get("Retry-After", "")).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None


def span_of(seconds: float) -> str:
    """A time to wait, in words."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7_200 else f"{seconds / 3_600:.0f} h"


__all__ = [
    "OF_THE_REQUEST",
    "Interrupted",
    "NoAnswer",
    "Overloaded",
    "Refusal",
    "code_in",
    "error_in",
    "message_in",
    "param_in",
    "span_of",
    "wait_in",
]
