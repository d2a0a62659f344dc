"""The web application: HTTP API and page over one service."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import FastAPI

from ui import login, problems
from ui.access import Access, AccessGate
from ui.api import completions, items, operation, pictures, recommending, users
from ui.api.documented import document
from ui.api.idempotency import IdempotentPosts
from ui.api.openai_errors import OpenAiErrors
from ui.bounds import Bounds
from ui.headers import SecureHeaders
from ui.login import Tries
from ui.mcp_http import mount_mcp
from ui.service import Service
from ui.telemetry import Observed
from ui.thumbnails import Thumbnails


def create_app(service: Service, access: Access, *, page: bool = True) -> FastAPI:
    """Everything that a server answers.

    Args:
        page: With the page for people; without it the app starts two seconds sooner.
    """
    # FastAPI's own pages of documentation load scripts from other hosts
    app = FastAPI(title="Tastemaker", version=version("tastemaker"), docs_url=None, redoc_url=None)
    app.state.service = service
    app.state.access = access
    app.state.tries = Tries()
    app.state.thumbnails = Thumbnails()
    problems.install(app)
    document(app)
    # pictures first: `/v1/items/{id}` would take a picture's path too
    for api in (operation, recommending, completions, pictures, items, users):
        app.include_router(api.router)
    app.include_router(login.router)
    mount_mcp(app, service, app.state.thumbnails)
    if page:
        from ui import page_files
        from ui.page import mount_page

        page_files.install(app, service.uploads)
        mount_page(app, service, access)
        app.state.assets = page_files.assets(service.uploads)
    app.add_middleware(IdempotentPosts)
    app.add_middleware(Bounds, limits=service.limits)
    app.add_middleware(AccessGate, access=access)
    app.add_middleware(OpenAiErrors)
    app.add_middleware(SecureHeaders)
    app.add_middleware(Observed, metrics=service.metrics)  # added last, it is the first to see a call
    return app
