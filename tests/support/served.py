"""A server in a thread of this process, over a service whose agent is open already."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from tests.support.patience import PATIENCE_S
from ui.app import create_app
from ui.guard.access import Access
from ui.guard.connections import bounded
from ui.service.service import Service


@contextlib.contextmanager
def served(service: Service, access: Access) -> Iterator[str]:
    """The address of the server without its page, while the block runs; the caller closes the service."""
    with listening(create_app(service, access, page=False), http=bounded(service.limits, access.proxies)) as address:
        yield address


@contextlib.contextmanager
def listening(app: ASGIApp, **settings: Any) -> Iterator[str]:
    """The address at which an app is answered, while the block runs."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none", lifespan="on", **settings))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        deadline = time.monotonic() + PATIENCE_S
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
