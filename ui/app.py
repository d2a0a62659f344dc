"""The web application: HTTP API and page over one service."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import FastAPI

from ui.api import addresses, health, items, pictures, recommend, reference, rules, users
from ui.api.idempotency import IdempotentPosts, KeptAnswers
from ui.api.openai import completions
from ui.api.openai.errors import OpenAiErrors
from ui.api.openai.messages import SentBefore
from ui.api.openapi import document
from ui.errors import problems
from ui.guard import login
from ui.guard.access import Access, AccessGate
from ui.guard.bounds import Bounds
from ui.guard.headers import SecureHeaders
from ui.guard.login import Tries
from ui.guard.origins import CORSMiddleware, cross_origin
from ui.guard.proxies import BehindProxies
from ui.guard.sessions import Sessions
from ui.guard.under_path import UnderPath
from ui.guard.visitors import VisitorCookies
from ui.mcp.endpoint import mount_mcp
from ui.page.chat.talks import Talks
from ui.service.service import Service
from ui.service.thumbnails import Thumbnails
from ui.telemetry.requests import Observed
from ui.widget import calls


def create_app(service: Service, access: Access, *, page: bool = True) -> FastAPI:
    """Everything that a server answers.

    Args:
        page: With the page for people; without it the app starts two seconds sooner.
    """
    # FastAPI's own pages of documentation load scripts from other hosts; ours stands in `reference`
    servers = [{"url": access.root_path}] if access.root_path else None
    app = FastAPI(title="Tastemaker", version=version("tastemaker"), docs_url=None, redoc_url=None, servers=servers)
    app.state.service = service
    app.state.access = access
    app.state.tries = Tries()
    app.state.sessions = Sessions()
    app.state.thumbnails = Thumbnails()
    app.state.sent_before = SentBefore(service)
    problems.install(app)
    document(app)
    # pictures first: `/v1/items/{id}` would take a picture's path too
    for api in (health, recommend, completions, pictures, items, users, rules):
        app.include_router(api.router)
    app.include_router(reference.router)
    app.include_router(addresses.router)  # behind all others: it answers what none of them knows
    app.include_router(login.router)
    app.state.visitors = VisitorCookies(service.workspace)
    app.state.widget_talks = Talks(service, "conversations in shops")
    app.include_router(calls.router)
    mount_mcp(app, service, app.state.thumbnails)
    if page:
        from ui.page import files, mount_page

        files.install(app, service.uploads)
        mount_page(app, service, access)
        app.state.assets = files.assets(service.uploads)
    answers = KeptAnswers()
    service.traces.register("answers to repeated calls", answers)
    app.add_middleware(IdempotentPosts, answers=answers, opted_out=service.opted_out)
    app.add_middleware(Bounds, limits=service.limits)
    app.add_middleware(AccessGate, access=access, sessions=app.state.sessions, visitors=app.state.visitors)
    app.add_middleware(OpenAiErrors)
    app.add_middleware(addresses.PlainAddresses)
    app.add_middleware(SecureHeaders, origins=access.origins)
    if access.origins:
        app.add_middleware(CORSMiddleware, **cross_origin(access.origins))
    app.add_middleware(BehindProxies, addresses=access.proxies)
    app.add_middleware(Observed, metrics=service.metrics)
    app.add_middleware(UnderPath, path=access.root_path)  # added last, it is the first to see a call
    return app
