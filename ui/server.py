"""One server over one workspace, from its start to its graceful end."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import uvicorn

from agent.errors import ConfigError
from ui.access import Access
from ui.app import create_app
from ui.service import Service


class Server(uvicorn.Server):
    """Opens the workspace once it listens, so that the page is there while models load."""

    def __init__(self, config: uvicorn.Config, began: Callable[[], None]) -> None:
        super().__init__(config)
        self._began = began

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then begin."""
        await super().startup(sockets)
        if self.started:
            self._began()


def serve(service: Service, access: Access, port: int, ready: Callable[[str], None]) -> None:
    """Answer until the process is told to stop; turns in work may end then.

    Args:
        port: 0 for any that is free.
        ready: Told the address as soon as it answers.

    Raises:
        ConfigError: the address cannot be listened at.
    """
    listening = _listen(access.host, port)
    address = f"http://{_named(access.host)}:{listening.getsockname()[1]}"

    def began() -> None:
        service.start()
        ready(address)

    settings: dict[str, Any] = {"log_config": None, "access_log": False, "server_header": False}
    config = uvicorn.Config(
        create_app(service, access), timeout_graceful_shutdown=int(service.limits.stop_s), **settings
    )
    try:
        Server(config, began).run([listening])
    finally:
        service.close()


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


def _named(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
