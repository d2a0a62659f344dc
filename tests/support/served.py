"""A server in a thread of this process, over a service whose agent is open already."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import uvicorn

from tests.support.patience import PATIENCE_S
from ui.app import create_app
from ui.guard.access import Access
from ui.service.service import Service


@contextlib.contextmanager
def served(service: Service, access: Access) -> Iterator[str]:
    """The address of the server, while the block runs; the caller closes the service."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(create_app(service, access, page=False), log_config=None, ws="none", lifespan="on")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        deadline = time.monotonic() + PATIENCE_S
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
