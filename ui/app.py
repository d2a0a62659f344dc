"""The web application: HTTP API and page over one service."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import FastAPI

from ui.api import addresses, health, items, pictures, recommend, users
from ui.api.idempotency import IdempotentPosts
from ui.api.openai import completions
from ui.api.openai.errors import OpenAiErrors
from ui.api.openapi import document
from ui.errors import problems
from ui.guard import login
from ui.guard.access import Access, AccessGate
from ui.guard.bounds import Bounds
from ui.guard.headers import SecureHeaders
from ui.guard.login import Tries
from ui.mcp.endpoint import mount_mcp
from ui.service.service import Service
from ui.service.thumbnails import Thumbnails
from ui.telemetry.requests import Observed


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
    for api in (health, recommend, completions, pictures, items, users):
        app.include_router(api.router)
    app.include_router(addresses.router)  # behind all others: it answers what none of them knows
    app.include_router(login.router)
    mount_mcp(app, service, app.state.thumbnails)
    if page:
        from ui.page import files, mount_page

        files.install(app, service.uploads)
        mount_page(app, service, access)
        app.state.assets = files.assets(service.uploads)
    app.add_middleware(IdempotentPosts)
    app.add_middleware(Bounds, limits=service.limits)
    app.add_middleware(AccessGate, access=access)
    app.add_middleware(OpenAiErrors)
    app.add_middleware(addresses.PlainAddresses)
    app.add_middleware(SecureHeaders)
    app.add_middleware(Observed, metrics=service.metrics)  # added last, it is the first to see a call
    return app
