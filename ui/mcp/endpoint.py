"""`/mcp`: the tools for other agents over HTTP, behind the same gate as all else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.errors.problems import problem_of
from ui.errors.refusals import NotFound
from ui.service.service import Service
from ui.service.thumbnails import Thumbnails

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

PATH = "/mcp"
PACKAGE = "mcp"
MISSING = "The package mcp, which speaks to other agents, is not installed."
INSTALL = "Run `pip install 'tastemaker[mcp]'`, and start again."


def installed() -> bool:
    """Whether the package that speaks the protocol is there."""
    return find_spec(PACKAGE) is not None


def mount_mcp(app: FastAPI, service: Service, thumbnails: Thumbnails) -> None:
    """Answer other agents at `/mcp`."""
    endpoint = McpEndpoint(service, thumbnails)
    app.router.routes.append(Route(PATH, endpoint, include_in_schema=False))
    within = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(of: FastAPI) -> AsyncIterator[Any]:
        async with within(of) as state:
            yield state
        await endpoint.close()

    app.router.lifespan_context = lifespan


class McpEndpoint:
    """Made with the first call: the protocol's package takes a while to load, and few servers are asked for it."""

    def __init__(self, service: Service, thumbnails: Thumbnails) -> None:
        self._service = service
        self._thumbnails = thumbnails
        self._making = asyncio.Lock()
        self._closing = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one call."""
        if not installed():
            await problem_of(NotFound(MISSING, INSTALL))(scope, receive, send)
            return
        async with self._making:
            if self._app is None:
                await self._start()
        if self._app is not None:
            await self._app(scope, receive, send)

    async def close(self) -> None:
        """End what is open."""
        self._closing.set()
        if self._running is not None:
            await self._running

    async def _start(self) -> None:
        started = asyncio.Event()
        self._running = asyncio.create_task(self._run(started))
        waiting = asyncio.create_task(started.wait())
        await asyncio.wait((waiting, self._running), return_when=asyncio.FIRST_COMPLETED)
        if self._running.done():
            waiting.cancel()
            self._running.result()

    async def _run(self, started: asyncio.Event) -> None:
        manager = await asyncio.to_thread(self._manager)
        async with manager.run():
            self._app = manager.handle_request
            started.set()
            await self._closing.wait()
            self._app = None

    def _manager(self) -> StreamableHTTPSessionManager:
        from mcp.server.transport_security import TransportSecuritySettings

        from ui.mcp.server import mcp_server

        server = mcp_server(self._service, self._thumbnails)
        server.streamable_http_app(
            stateless_http=True,
            max_request_body_size=self._service.limits.body_bytes,
            # Host and Origin were looked at by the gate, which knows what this server is called
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )
        return server.session_manager
