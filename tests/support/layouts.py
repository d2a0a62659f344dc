"""Pages of Gradio laid out in this process, to be looked at without a browser."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from fastapi import FastAPI

from ui.app import create_app
from ui.guard.access import Access
from ui.page.gradio_import import laid_out
from ui.service.service import Service

T = TypeVar("T")


def laid(lay: Callable[[], T]) -> T:
    """What `lay` makes, in a running event loop: where there is none Gradio begins one, and never closes it."""

    async def made() -> T:
        with laid_out():
            return lay()

    return asyncio.run(made())


def app_with_page(service: Service, access: Access) -> FastAPI:
    """All that a server answers, the page included, as it is made where an event loop is running."""

    async def made() -> FastAPI:
        return create_app(service, access)

    return asyncio.run(made())
