"""One server from its start to its end: it begins once it listens, and stops when it is told to."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from anyio import to_thread

from agent.config import load_config
from agent.errors import ConfigError
from tests.support.patience import PATIENCE_S
from ui import server as module
from ui.app import create_app
from ui.guard.access import Access
from ui.server import KILLED, SPARE_THREADS, Server, serve
from ui.service.limits import Limits
from ui.service.service import Service

LIMITS = Limits(at_once=2, waiting=3, stop_s=2.0)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    made = Service(tmp_path / "workspace", load_config(llm="none"), LIMITS)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def log_left_as_it_was() -> Iterator[None]:
    """A server that stops silences uvicorn's log, for the rest of its process."""
    log = logging.getLogger("uvicorn.error")
    level = log.level
    yield
    log.setLevel(level)


class Running:
    """A server in a thread of this process; without the page, which takes a while to lay out."""

    def __init__(self, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
        made: list[Server] = []

        class Kept(Server):
            def __init__(self, *given: Any) -> None:
                super().__init__(*given)
                made.append(self)

        def app(service: Service, access: Access) -> Any:
            app = create_app(service, access, page=False)
            app.add_api_route("/threads", self.threads)
            return app

        monkeypatch.setattr(module, "Server", Kept)
        monkeypatch.setattr(module, "create_app", app)
        monkeypatch.setattr(module, "PAGE_S", 60.0)  # nothing is opened: no test here asks the agent
        self.addresses: list[str] = []
        self._listens, self._made = threading.Event(), made
        self._thread = threading.Thread(target=partial(serve, service, Access(), 0, self._ready))
        self._thread.start()
        assert self._listens.wait(PATIENCE_S)

    def stop(self) -> None:
        self._made[0].handle_exit(signal.SIGTERM, None)
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()

    async def threads(self) -> float:
        return to_thread.current_default_thread_limiter().total_tokens

    def _ready(self, address: str) -> None:
        self.addresses.append(address)
        self._listens.set()


def test_its_address_is_told_once_it_answers_and_it_leaves_nothing_behind(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = Running(service, monkeypatch)
    (address,) = running.addresses
    assert service.address == address
    assert httpx.get(f"{address}/healthz").json() == {"status": "ok"}
    # every turn that waits holds a thread: files and the rest need some beside those
    assert httpx.get(f"{address}/threads").json() == LIMITS.at_once + LIMITS.waiting + SPARE_THREADS
    running.stop()
    assert service.status().phase == "stopping"
    assert not service.uploads.folder.exists()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/healthz")


BLOCKED = """
import sys, threading
from pathlib import Path
from agent.config import load_config
from ui import server
from ui.app import create_app
from ui.guard.access import Access
from ui.service.limits import Limits
from ui.service.service import Service

def app(service, access):
    app = create_app(service, access, page=False)
    async def block():
        print("blocked", flush=True)
        {how}
    app.add_api_route("/block", block)
    return app

server.create_app, server.PAGE_S = app, 60.0
service = Service(Path(sys.argv[1]), load_config(llm="none"), Limits(stop_s=0.5))
server.serve(service, Access(), 0, lambda address: print(address, flush=True))
"""


@pytest.mark.parametrize("how", ["while True: pass", "open(sys.argv[2]).read()"])
def test_a_signal_that_finds_the_loop_blocked_ends_the_process_and_tells_where_it_stood(
    tmp_path: Path, how: str
) -> None:
    os.mkfifo(tmp_path / "pipe")
    command = [sys.executable, "-c", BLOCKED.format(how=how), str(tmp_path / "workspace"), str(tmp_path / "pipe")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{address}/block", timeout=1.0)
        assert process.stdout.readline() == "blocked\n"
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=PATIENCE_S)
        assert process.returncode != 0
    assert "in block" in log


def test_a_port_that_another_program_has_is_told_with_what_to_do(service: Service) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ConfigError) as caught:
            serve(service, Access(), port, lambda address: pytest.fail(f"{address} was told"))
    assert f"cannot listen at 127.0.0.1, port {port}" in caught.value.what
    assert "--port" in caught.value.hint


def test_the_first_signal_lets_work_end_and_the_second_does_not(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[int] = []
    monkeypatch.setattr(os, "_exit", left.append)
    config = uvicorn.Config(create_app(service, Access(), page=False), log_config=None)
    server = Server(config, service, lambda: None)
    server.handle_exit(signal.SIGINT, None)
    assert (server.should_exit, left) == (True, [])
    server.handle_exit(signal.SIGINT, None)
    assert left == [KILLED]
