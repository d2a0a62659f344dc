"""Connections of strangers to a server that really listens: their headers, their number, and what they do not read."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent.config import load_config
from tests.support.patience import PATIENCE_S
from tests.support.served import served
from ui.guard import connections
from ui.guard.access import Access
from ui.guard.connections import Crowd
from ui.service.limits import Limits
from ui.service.service import Service

HEAD = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
LIMITS = Limits(headers_s=0.3, header_bytes=4096, connections=40, address_connections=12)


@contextlib.contextmanager
def server(folder: Path, limits: Limits) -> Iterator[str]:
    service = Service(folder / "workspace", load_config(llm="none"), limits)
    with served(service, Access()) as address:
        yield address
    service.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with server(tmp_path_factory.mktemp("connections"), LIMITS) as here:
        yield here


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that waits for headers far longer than any test lasts."""
    with server(tmp_path_factory.mktemp("patient"), Limits(headers_s=PATIENCE_S, address_connections=4)) as here:
        yield here


@contextlib.contextmanager
def connected(address: str) -> Iterator[socket.socket]:
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE_S) as connection:
        yield connection


def heard(connection: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    parts = list[bytes]()
    with contextlib.suppress(ConnectionError):
        while part := connection.recv(65_536):
            parts.append(part)
    return b"".join(parts)


def problem(answer: bytes) -> tuple[str, dict[str, Any]]:
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.decode().splitlines()[0], json.loads(body)


def test_a_caller_who_says_nothing_is_sent_away(address: str) -> None:
    with connected(address) as connection:
        status, body = problem(heard(connection))
    assert status == "HTTP/1.1 408 Request Timeout"
    assert body["title"] == "The headers of the call did not come within 0.3 seconds."


def test_headers_that_drip_have_one_deadline_for_all_of_them(address: str) -> None:
    began = time.monotonic()
    with connected(address) as connection, contextlib.suppress(ConnectionError):
        connection.sendall(HEAD + b"X-Slow: ")
        while time.monotonic() < began + PATIENCE_S:
            connection.sendall(b"x")
            time.sleep(0.02)
    assert time.monotonic() < began + PATIENCE_S


def test_a_second_call_on_the_same_connection_has_a_deadline_as_well(address: str) -> None:
    with connected(address) as connection:
        connection.sendall(HEAD + b"\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
        connection.sendall(HEAD)
        assert b"HTTP/1.1 408" in heard(connection)


@pytest.mark.parametrize(
    "flood",
    [b"X-Long: " + b"a" * 20_000_000, b"a: b\r\n" * 1_000_000, b"\r\n" * 20_000, b"GET /" + b"a" * 1_000_000],
    ids=["one", "many", "blank", "address"],
)
def test_large_headers_are_refused_long_before_they_are_whole(patient: str, flood: bytes) -> None:
    with connected(patient) as connection:
        connection.sendall(b"" if flood.startswith((b"GET", b"\r\n")) else HEAD)
        with contextlib.suppress(ConnectionError):
            connection.sendall(flood)
        answer = heard(connection)
    assert answer[:12] in (b"HTTP/1.1 431", b"HTTP/1.1 400", b"")  # it may be cut off before it is read
    assert httpx.get(f"{patient}/healthz").status_code == 200


def test_who_sends_too_much_is_told_so(address: str) -> None:
    with connected(address) as connection:
        connection.sendall(HEAD + b"X-Long: " + b"a" * (LIMITS.header_bytes - len(HEAD) - 8))
        status, body = problem(heard(connection))
    assert status == "HTTP/1.1 431 Request Header Fields Too Large"
    assert body["title"] == "The headers of the call are larger than 4 KiB."
    assert body["type"] == "urn:tastemaker:HeadersTooLarge"


def test_headers_that_keep_within_the_limits_are_answered_in_however_many_pieces(patient: str) -> None:
    with connected(patient) as connection:
        for byte in HEAD + b"Connection: close\r\n\r\n":
            connection.sendall(bytes([byte]))
        assert heard(connection).startswith(b"HTTP/1.1 200")


def test_calls_that_come_all_at_once_are_answered_one_after_the_other(patient: str) -> None:
    with connected(patient) as connection:
        connection.sendall((HEAD + b"\r\n") * 3 + HEAD + b"Connection: close\r\n\r\n")
        assert heard(connection).count(b"HTTP/1.1 200") == 4


def test_a_body_that_nobody_reads_holds_no_connection(address: str) -> None:
    with connected(address) as connection:
        connection.sendall(b"POST /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 999999\r\n\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 404")
        began = time.monotonic()
        with contextlib.suppress(ConnectionError):
            while time.monotonic() < began + PATIENCE_S:
                connection.sendall(b"x")
                time.sleep(0.02)
        assert time.monotonic() < began + PATIENCE_S


def test_an_address_has_so_many_connections_and_gets_them_back(patient: str) -> None:
    with contextlib.ExitStack() as held:
        for _ in range(4):
            held.enter_context(connected(patient))
        with connected(patient) as one_more:
            status, body = problem(heard(one_more))
        assert status == "HTTP/1.1 429 Too Many Requests"
        assert body["title"] == "4 connections of your address are open already."
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{patient}/healthz").status_code == 200:
                break
        time.sleep(0.02)
    assert time.monotonic() < deadline


def test_all_addresses_together_have_so_many_connections() -> None:
    crowd = Crowd(Limits(connections=2, address_connections=2))
    assert [crowd.enter(address) for address in ("a", "b")] == [None, None]
    refusal = crowd.enter("c")
    assert refusal is not None
    assert refusal.what == "2 connections are open already."
    for address in ("a", "b", "c"):
        crowd.leave(address)
    assert crowd.enter("c") is None


def test_a_trusted_proxy_holds_as_many_as_all_its_callers_need() -> None:
    crowd = Crowd(Limits(connections=4, address_connections=1), ("10.0.0.0/8",))
    assert [crowd.enter("10.0.0.2") for _ in range(3)] == [None, None, None]
    assert crowd.enter("192.0.2.1") is None
    assert crowd.enter("10.0.0.2") is not None


def test_an_answer_that_nobody_reads_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "LINGER_S", 0.2)
    with server(tmp_path, Limits(unread_s=0.2)) as here, connected(here) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        call = b"GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        began = time.monotonic()
        with contextlib.suppress(ConnectionError):
            while time.monotonic() < began + PATIENCE_S:  # until what is unread fills all buffers on the way
                connection.sendall(call)
                time.sleep(0.01)
        assert time.monotonic() < began + PATIENCE_S
