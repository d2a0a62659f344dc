"""Every door of the server, and who may pass it: calls over HTTP, tools of other agents, functions of the page.

What is not written down here is for the operator alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import IntEnum
from functools import cache
from typing import Any

from starlette.routing import compile_path


class CallerRole(IntEnum):
    """Who calls; each may do what those before it may."""

    ANYBODY = 0
    GUEST = 1
    VISITOR = 2
    OPERATOR = 3


ANYBODY, GUEST, VISITOR, OPERATOR = CallerRole
"""A guest is whoever opens a page that is public: what programs may do takes a visitor's token."""


def _by_name(doors: Mapping[CallerRole, Iterable[str]]) -> dict[str, CallerRole]:
    return {name: role for role, names in doors.items() for name in names}


CALLS = _by_name(
    {
        ANYBODY: (
            *("GET /healthz", "GET /readyz", "GET /login", "POST /login", "POST /logout", "GET /favicon.ico"),
            "GET /widget.js",
        ),
        GUEST: (
            *("GET /v1/items/{item_id:path}/picture", "GET /page/page.js", "GET /page/logo", "GET /page/profile.json"),
            *("POST /widget/ask", "POST /widget/tell", "POST /widget/leave"),
            # what Gradio answers and the page makes use of
            *("GET /", "HEAD /", "GET /profile", "GET /profile/", "GET /config", "GET /config/"),
            *("GET /static/{path:path}", "GET /assets/{path:path}", "GET /theme.css", "GET /robots.txt"),
            *("GET /pwa_icon/{size}", "GET /pwa_icon", "GET /manifest.json"),
            *("GET /gradio_api/app_id", "GET /gradio_api/app_id/", "GET /gradio_api/heartbeat/{session_hash}"),
            *("GET /gradio_api/startup-events", "GET /gradio_api/theme.css"),
            *("POST /gradio_api/upload", "GET /gradio_api/upload_progress", "GET /gradio_api/file={path:path}"),
            *("POST /gradio_api/queue/join", "GET /gradio_api/queue/data", "POST /gradio_api/run/predict"),
            *("POST /gradio_api/cancel", "POST /gradio_api/reset", "POST /gradio_api/reset/"),
        ),
        VISITOR: (
            *("POST /v1/recommend", "POST /v1/search", "POST /v1/explain", "POST /v1/chat/completions"),
            *("GET /v1/models", "GET /v1/models/{name}", "GET /openapi.json", "GET /docs", "ANY /mcp"),
            *("GET /v1/items", "GET /v1/items/{item_id:path}"),
        ),
        OPERATOR: (
            *("POST /v1/items", "PUT /v1/items/{item_id:path}", "DELETE /v1/items/{item_id:path}"),
            *("PUT /v1/items/{item_id:path}/descriptions/{sha256}", "GET /v1/rules", "PUT /v1/rules"),
            # of any person, by naming them
            *("POST /v1/feedback", "POST /v1/reviews", "PUT /v1/users/{user_id:path}/opt-out"),
            "GET /v1/users/{user_id:path}/profile",
            *("GET /v1/users/{user_id:path}", "DELETE /v1/users/{user_id:path}"),
            *("GET /metrics", "GET /catalog", "GET /catalog/", "GET /evaluation", "GET /evaluation/"),
            *("GET /overview", "GET /overview/", "GET /page/overview.csv"),
        ),
    }
)
"""By method and address, as a route has it."""

TOOLS = _by_name(
    {
        VISITOR: ("recommend", "search_items", "get_item", "similar_items", "explain"),
        OPERATOR: ("record_feedback",),
    }
)
"""By the name of a tool."""

FUNCTIONS = _by_name(
    {
        GUEST: (
            *("frame.look", "chat_page.arrive", "chat_page.look", "chat_page.send", "chat_page.press"),
            *("ProfileAnswers.open", "ProfileAnswers.press"),
        ),
        OPERATOR: (
            "chat_page.press demo",
            *("CatalogAnswers.look", "CatalogAnswers.press", "CatalogAnswers.go_on", "CatalogAnswers.view"),
            *("SeenAnswers.find", "SeenAnswers.back", "SeenAnswers.on", "SeenAnswers.open", "seen_section.after"),
            *("SeenAnswers.saver.save", "JobWatch.stop", "OverviewAnswers.open", "OverviewAnswers.save"),
            *("EvaluationAnswers.evaluate", "EvaluationAnswers.tune", "EvaluationAnswers.reset"),
            *("EvaluationAnswers.look", "EvaluationAnswers.after", "EvaluationAnswers.state"),
            *("EvaluationAnswers.show", "EvaluationAnswers.put_to_use"),
        ),
    }
)
"""By the name of a function, and of what is pressed where that needs more."""

NAMING_A_PERSON = OPERATOR
"""Who may say for whom a call is: what is known of that person counts in its answer."""


def role_for_call(method: str, path: str) -> CallerRole:
    """The role that a call over HTTP needs."""
    fitting = (role for verb, address, role in _addresses() if verb in (method, "ANY") and address.match(path))
    return next(fitting, OPERATOR)


def role_for_function(name: str, act: str = "") -> CallerRole:
    """The role that a function of the page needs.

    Args:
        act: What is pressed, where the function does several things.
    """
    return FUNCTIONS.get(f"{name} {act}", FUNCTIONS.get(name, OPERATOR))


def role_of(request: Any) -> CallerRole:
    """The role of who sent a request, which the gate has found out; that of a guest where no gate has."""
    role: CallerRole = getattr(getattr(request, "state", None), "role", GUEST)
    return role


@cache
def _addresses() -> tuple[tuple[str, re.Pattern[str], CallerRole], ...]:
    """The calls in their order: method, what matches the address, and role."""
    split = ((name.partition(" "), role) for name, role in CALLS.items())
    return tuple((verb, compile_path(address)[0], role) for (verb, _, address), role in split)
