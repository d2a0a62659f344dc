"""What the server tells its operator: request ids, and a log in which nobody's words stand.

Our own messages hold no text of callers. Those of other packages may, so only their fixed part is written; of an
exception, its class and where it was raised.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
import time
import traceback
import warnings
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.backends.loading.silence import OURS, is_ours_or_error
from ui.errors.problems import problem_of, request_id, unexpected
from ui.telemetry.metrics import Metrics

logger = logging.getLogger(__name__)

SPEAKS_PLAINLY = frozenset({*OURS, "uvicorn"})
SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class Observed:
    """Gives every call its id, counts and times it, and answers what nobody foresaw."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one call."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent = Headers(scope=scope).get("x-request-id", "")
        identity = sent if SANE_ID.fullmatch(sent) else secrets.token_hex(8)
        before = request_id.set(identity)
        began, status = time.perf_counter(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = identity
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:  # the last border of a call: a caller is told, and the operator sees where
            logger.exception("A call failed.")
            if status:  # half of an answer is with the caller already: it can only be broken off
                raise
            await problem_of(unexpected(error))(scope, receive, sending)
        finally:
            self._tell(scope, status, time.perf_counter() - began)
            request_id.reset(before)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route = route_of(scope)
        self._metrics.count("requests", route=route, method=method_of(scope), status=str(status))
        self._metrics.time("request_seconds", seconds, route=route)
        level = logging.INFO if route.startswith(("/v1", "/mcp", "/log")) else logging.DEBUG
        logger.log(level, "%s %s %s, %.0f ms", method_of(scope), route, status, seconds * 1000)


def route_of(scope: Scope) -> str:
    """The pattern that a path matched: paths themselves hold names of people and items."""
    pattern = getattr(scope.get("route"), "path_format", None)
    if pattern:
        return str(pattern)
    return "none" if scope["path"].startswith("/v1/") else "page"


def method_of(scope: Scope) -> str:
    """The method of a call, of the known ones."""
    method = str(scope["method"])
    return method if method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "OTHER"


class PlainFormatter(logging.Formatter):
    """A line for a person."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and where an exception was raised."""
        at = datetime.fromtimestamp(record.created).strftime("%H:%M:%S")
        identity = f" [{request_id.get()}]" if request_id.get() else ""
        return "\n".join((f"{at} {record.levelname} {record.name}: {message_of(record)}{identity}", *raised(record)))


class JsonFormatter(logging.Formatter):
    """One JSON document a line, for programs."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message_of(record),
            "request_id": request_id.get() or None,
            "raised": list(raised(record)) or None,
        }
        return json.dumps({name: value for name, value in line.items() if value is not None}, ensure_ascii=False)


def log_to_stderr(level: str) -> None:
    """Write the log of this process: plain lines at a terminal, else JSON.

    Other packages' warnings advise their developers: they are written with the level `debug` only.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(lambda record: _is_shown(record, level))
    handler.setFormatter(PlainFormatter() if sys.stderr.isatty() else JsonFormatter())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(level.upper())
    warnings.showwarning = _log_warning


def _is_shown(record: logging.LogRecord, level: str) -> bool:
    """Whether a record is of use at this level; uvicorn's warnings are, of calls that break off."""
    warns = record.levelno >= logging.WARNING and (level == "debug" or record.name.split(".")[0] in SPEAKS_PLAINLY)
    return warns or is_ours_or_error(record)


def _log_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """In place of Python's own, whose lines hold the text: what is warned of may be a caller's."""
    del message, file, line
    if logger.isEnabledFor(logging.DEBUG):
        logger.debug("%s at %s:%d", category.__name__, filename, lineno)


def message_of(record: logging.LogRecord) -> str:
    """The message of a record, or of another package's its fixed part."""
    if record.name.split(".")[0] in SPEAKS_PLAINLY:
        return record.getMessage()
    fixed = record.msg if record.args and isinstance(record.msg, str) else "a message"
    return f"{fixed} ({record.module}:{record.lineno})"


def raised(record: logging.LogRecord) -> tuple[str, ...]:
    """Class and place of an exception and of those behind it, the last call first."""
    if not record.exc_info or record.exc_info[1] is None:
        return ()
    lines: list[str] = []
    error: BaseException | None = record.exc_info[1]
    while error is not None and len(lines) < 200:
        lines += [type(error).__name__, *_places(error.__traceback__)]
        error = error.__cause__ or error.__context__
    return tuple(lines)


def _places(trace: TracebackType | None) -> list[str]:
    return [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(traceback.extract_tb(trace))]
