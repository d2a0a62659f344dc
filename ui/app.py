"""The web application: HTTP API and page over one service."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import FastAPI

from ui import problems
from ui.access import Access, AccessGate
from ui.api import operation
from ui.service import Service


def create_app(service: Service, access: Access, *, page: bool = True) -> FastAPI:
    """Everything that a server answers.

    Args:
        page: With the page for people; without it the app starts two seconds sooner.
    """
    # FastAPI's own pages of documentation load scripts from other hosts
    app = FastAPI(title="Tastemaker", version=version("tastemaker"), docs_url=None, redoc_url=None)
    app.state.service = service
    app.state.access = access
    problems.install(app)
    app.include_router(operation.router)
    app.add_middleware(AccessGate, access=access)
    if page:
        from ui.page import mount_page

        mount_page(app, service)
    return app
