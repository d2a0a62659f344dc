"""The log of calls: who reads it learns what happened, and nothing that anybody wrote."""

from __future__ import annotations

import asyncio
import json
import logging
from types import SimpleNamespace

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.telemetry.metrics import GAUGES, Metrics
from ui.telemetry.requests import JsonFormatter, Observed, PlainFormatter, method_of, raised, route_of

MARKER = "Zaphod-Beeblebrox"


def record(name: str, message: str, *values: object, error: BaseException | None = None) -> logging.LogRecord:
    about = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord(name, logging.ERROR, "/there/module.py", 7, message, values, about)


def failed() -> BaseException:
    """An error with another one behind it."""
    try:
        try:
            raise ValueError(MARKER)
        except ValueError as error:
            raise KeyError(MARKER) from error
    except KeyError as error:
        return error


def called(app: ASGIApp, **scope: object) -> tuple[list[Message], str]:
    """What a caller gets, and what was counted."""
    sent, metrics = list[Message](), Metrics()

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    call = {"type": "http", "method": "GET", "path": "/", "headers": [], **scope}
    asyncio.run(Observed(app, metrics)(call, receive, send))
    return sent, metrics.text(dict.fromkeys(GAUGES, 0))


@pytest.mark.parametrize(
    ("route", "path", "known"),
    [
        (SimpleNamespace(path_format="/v1/users/{user_id}"), f"/v1/users/{MARKER}", "/v1/users/{user_id}"),
        (None, f"/v1/{MARKER}", "none"),
        (None, f"/{MARKER}", "page"),
        (SimpleNamespace(), f"/{MARKER}", "page"),
    ],
)
def test_a_call_is_told_by_the_pattern_of_its_path(route: object, path: str, known: str) -> None:
    assert route_of({"route": route, "path": path}) == known


@pytest.mark.parametrize(("method", "known"), [("PUT", "PUT"), ("get", "OTHER"), (MARKER, "OTHER")])
def test_a_method_that_nobody_knows_is_told_as_another(method: str, known: str) -> None:
    assert method_of({"method": method}) == known


def test_our_own_messages_are_written_and_of_others_only_what_is_fixed() -> None:
    line = PlainFormatter().format(record("ui.x", "%s items", 3))
    assert line.endswith("ERROR ui.x: 3 items")
    assert PlainFormatter().format(record("elsewhere", "read %s", MARKER)).endswith("elsewhere: read %s (module:7)")
    assert PlainFormatter().format(record("elsewhere", MARKER)).endswith("elsewhere: a message (module:7)")


def test_an_error_is_written_with_those_behind_it_by_kind_and_place() -> None:
    lines = raised(record("ui.x", "It failed.", error=failed()))
    assert [line for line in lines if not line.startswith(" ")] == ["KeyError", "ValueError"]
    assert all(":" in line and line.endswith("failed") for line in lines if line.startswith(" "))
    assert MARKER not in "".join(lines)
    assert raised(record("ui.x", "It works.")) == ()


def test_a_circle_of_errors_has_an_end() -> None:
    error = ValueError(MARKER)
    error.__context__ = KeyError(MARKER)
    error.__context__.__context__ = error
    assert len(raised(record("ui.x", "It failed.", error=error))) == 200


def test_a_line_for_programs_holds_only_what_there_is_to_say() -> None:
    line = json.loads(JsonFormatter().format(record("ui.x", "%s items", 3)))
    assert set(line) == {"at", "level", "logger", "message"}
    assert (line["level"], line["message"]) == ("error", "3 items")


def test_a_call_that_breaks_is_answered_and_counted() -> None:
    async def breaks(_: Scope, __: Receive, ___: Send) -> None:
        raise ValueError(MARKER)

    sent, counted = called(breaks)
    assert sent[0]["status"] == 500
    assert MARKER.encode() not in sent[1]["body"]
    assert 'requests_total{route="page",method="GET",status="500"} 1' in counted


def test_a_call_that_breaks_in_the_middle_of_its_answer_is_broken_off() -> None:
    async def breaks(_: Scope, __: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ValueError(MARKER)

    with pytest.raises(ValueError, match=MARKER):
        called(breaks)


def test_the_id_of_a_call_stands_in_its_log_lines_and_is_gone_after_it() -> None:
    lines: list[str] = []

    async def logs(_: Scope, __: Receive, send: Send) -> None:
        lines.append(PlainFormatter().format(record("ui.x", "working")))
        await send({"type": "http.response.start", "status": 200, "headers": []})

    called(logs, headers=[(b"x-request-id", b"run-7.of_9")])
    assert lines[0].endswith("working [run-7.of_9]")
    assert PlainFormatter().format(record("ui.x", "idle")).endswith("idle")
