"""One server over one workspace, from its start to its graceful end."""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import uvicorn
from anyio import to_thread

from agent.errors import ConfigError
from ui.app import create_app
from ui.guard.access import Access
from ui.guard.connections import bounded
from ui.service.service import Service

KILLED = 130  # what the process leaves with when it is told to stop twice
FLUSH_S = 0.3  # for answers that are made to reach their callers
PAGE_S = 1.0  # for the first page to reach its reader, before models take the processor
SPARE_THREADS = 40
SIGNALS = (signal.SIGINT, signal.SIGTERM)
STDERR = 2  # itself, whatever stands in its place in Python
PATIENCE = 2.0  # times what stopping may take, after which whatever is in its way is not waited for


class Server(uvicorn.Server):
    """Opens the workspace once it listens, so that the page is there while models load; ends within its time."""

    def __init__(self, config: uvicorn.Config, service: Service, began: Callable[[], None]) -> None:
        super().__init__(config)
        self._service = service
        self._began = began

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then begin."""
        limits = self._service.limits
        # each turn of a program holds a thread while it waits: files and the rest need some beside those
        to_thread.current_default_thread_limiter().total_tokens = limits.at_once + limits.waiting + SPARE_THREADS
        await super().startup(sockets)
        if self.started:
            self._began()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let answers in work end; streams that never would are cut."""
        self._service.stop()
        ending = asyncio.create_task(self._end())
        await super().shutdown(sockets)
        await ending

    async def _end(self) -> None:
        end = time.monotonic() + self._service.limits.stop_s * 0.4
        await asyncio.sleep(FLUSH_S)
        while self._service.turns.pending and time.monotonic() < end:
            await asyncio.sleep(0.05)
        self._service.turns.cancel()
        await asyncio.sleep(FLUSH_S)
        self.force_exit = True  # what is open now is a stream without an end
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # which would tell of each of them as a failure

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Have the first signal stop the server, which then leaves with 0, and the second end the process at once.

        Where the first finds that the loop has stood still, so that nobody there hears of it, the process ends too,
        some seconds later, and tells where it stood.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        handlers = {number: signal.signal(number, self._told_to_stop) for number in SIGNALS}
        try:
            yield
        finally:
            # not those of before: a signal while the last threads end is the second one
            for number in handlers:
                signal.signal(number, _leave)

    def _told_to_stop(self, sig: int, frame: FrameType | None) -> None:
        # a thread outside of Python: it ends even a process whose threads all wait for each other
        faulthandler.dump_traceback_later(self._service.limits.stop_s * PATIENCE, exit=True, file=STDERR)
        self.handle_exit(sig, frame)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop."""
        if self.should_exit:
            _leave(sig, frame)
        self.should_exit = True


def serve(service: Service, access: Access, port: int, ready: Callable[[str], None]) -> None:
    """Answer until the process is told to stop; turns in work may end then.

    Args:
        port: 0 for any that is free.
        ready: Told the address as soon as it answers.

    Raises:
        ConfigError: the address cannot be listened at.
    """
    listening = _listen(access.host, port)
    address = f"http://{_in_address(access.host)}:{listening.getsockname()[1]}"

    def began() -> None:
        service.address = address
        service.start(PAGE_S)
        ready(address)

    settings: dict[str, Any] = {"log_config": None, "access_log": False, "server_header": False}
    # who calls is whom the socket says; what a proxy says of that is the guard's to believe
    settings["http"] = bounded(service.limits, access.proxies)
    settings |= {"proxy_headers": False, "ws": "none", "timeout_graceful_shutdown": int(service.limits.stop_s * 0.7)}
    try:
        Server(uvicorn.Config(create_app(service, access), **settings), service, began).run([listening])
    finally:
        service.close(service.limits.stop_s / 8)
        faulthandler.cancel_dump_traceback_later()


def _leave(_: int, __: FrameType | None) -> None:
    os._exit(KILLED)


def _listen(host: str, port: int) -> socket.socket:
    address = host.strip("[]")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((address, port))
    except OSError as error:
        listening.close()
        raise ConfigError(
            f"The server cannot listen at {host}, port {port} ({error.strerror}).", "Give another --port, or 0 for any."
        ) from error
    return listening


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
