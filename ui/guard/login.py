"""The page on which people show the token: plain, without a script, in the browser's language."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import yaml
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from agent.language.messages import languages
from ui.guard.access import LOGIN_COOKIE, Access, cookie_of
from ui.guard.doors import ANYBODY
from ui.guard.proxies import counted
from ui.guard.sessions import AGE_S, Sessions

if TYPE_CHECKING:
    from jinja2 import Template

router = APIRouter(include_in_schema=False)

TRIES = 5  # within `WINDOW_S`, from one address
WINDOW_S = 60.0
ADDRESSES = 1000
FORM_BYTES = 4096


class Tries:
    """Wrong tokens of late, by the address that they came from."""

    def __init__(self) -> None:
        self._wrong: dict[str, deque[float]] = {}

    def wait_s(self, address: str) -> int:
        """Seconds until an address may try again; 0 when it may now."""
        wrong = self._wrong.get(address)
        while wrong and wrong[0] < time.monotonic() - WINDOW_S:
            wrong.popleft()
        if not wrong or len(wrong) < TRIES:
            return 0
        return max(1, round(wrong[0] + WINDOW_S - time.monotonic()))

    def note(self, address: str) -> None:
        """Note that an address has tried in vain."""
        if address not in self._wrong and len(self._wrong) >= ADDRESSES:
            self._wrong.pop(next(iter(self._wrong)))
        self._wrong.setdefault(address, deque(maxlen=TRIES)).append(time.monotonic())


@router.get("/login")
async def form(request: Request) -> Response:
    """The page; of no use where there is no token."""
    access: Access = request.app.state.access
    if access.token is None:
        return RedirectResponse("/", 303)
    return _page(request, "operator" if request.query_params.get("for") == "operator" else "")


@router.post("/login")
async def login(request: Request) -> Response:
    """Begin a session for whoever shows a token."""
    access: Access = request.app.state.access
    tries: Tries = request.app.state.tries
    sessions: Sessions = request.app.state.sessions
    address = counted(request.client.host if request.client else "")
    token = await _shown(request)
    # looked at once all has come: of many forms that are sent slowly at one time, none slips through before the rest
    if seconds := tries.wait_s(address):
        return _page(request, "often", 429, seconds)
    role = access.role_of(token)
    if role is ANYBODY:
        tries.note(address)
        return _page(request, "wrong", 403)
    sessions.end(request.cookies.get(LOGIN_COOKIE, ""))
    answer = RedirectResponse("/", 303)
    answer.headers.append("set-cookie", cookie_of(LOGIN_COOKIE, sessions.begin(role), AGE_S, request.scope))
    return answer


@router.post("/logout")
async def logout(request: Request) -> Response:
    """End the session, for whoever else may have its cookie too."""
    sessions: Sessions = request.app.state.sessions
    sessions.end(request.cookies.get(LOGIN_COOKIE, ""))
    answer = RedirectResponse("/login", 303)
    answer.headers.append("set-cookie", cookie_of(LOGIN_COOKIE, "", 0, request.scope))
    return answer


async def _shown(request: Request) -> str:
    """The token in a form; of a body that is larger than any form, none."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > FORM_BYTES:
            return ""
    return parse_qs(body.decode("utf-8", "replace")).get("token", [""])[0]


def _page(request: Request, alert: str = "", status: int = 200, seconds: int = 0) -> Response:
    language = _language(request)
    words = {key: texts[language] for key, texts in login_words().items()}
    message = words[alert].format(seconds=seconds) if alert else ""
    page = _template().render(language=language, words=words, alert=message)
    headers = {"cache-control": "no-store", **({"retry-after": str(seconds)} if seconds else {})}
    return HTMLResponse(page, status, headers)


def _language(request: Request) -> str:
    """The language that a browser names first, where it is one of ours, else English."""
    named = request.headers.get("accept-language", "").lower()
    return next((language for language in languages() if named.startswith(language)), "en")


@cache
def login_words() -> Mapping[str, Mapping[str, str]]:
    """What the page says, by key and language."""
    content: Mapping[str, Mapping[str, str]] = yaml.safe_load((files("ui.guard") / "login.yaml").read_text("utf-8"))
    return content


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined  # an API whose callers bring tokens shows no page

    text = (files("ui.guard") / "login.html").read_text("utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined).from_string(text)
