"""The page on which people show the token: plain, without a script, in English and Chinese."""

from __future__ import annotations

import html
import time
from collections import deque
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from ui.guard.access import LOGIN_COOKIE, Access, cookie_of

router = APIRouter(include_in_schema=False)

TRIES = 5  # within `WINDOW_S`, from one address
WINDOW_S = 60.0
ADDRESSES = 1000
FORM_BYTES = 4096
LOGIN_AGE_S = 30 * 24 * 3600
WORDS = {
    "en": {
        "title": "Log in",
        "token": "Token",
        "send": "Log in",
        "wrong": "That is not the token. Ask whoever runs this server for it.",
        "often": "Too many tries. Try again in {seconds} seconds.",
    },
    "zh": {
        "title": "登录",
        "token": "令牌",
        "send": "登录",
        "wrong": "令牌不正确。请向此服务器的管理者索取。",
        "often": "尝试次数过多。请在 {seconds} 秒后重试。",
    },
}
PAGE = """<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Tastemaker: {title}</title>
<style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }}
main {{ max-width: 22rem; margin: 15vh auto 0; padding: 0 1rem; }}
input, button {{ font: inherit; width: 100%; box-sizing: border-box; padding: .6rem; margin: .3rem 0 1rem; }}
</style></head>
<body><main><h1>{title}</h1>{said}
<form method="post" action="/login"><label for="token">{token}</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<button type="submit">{send}</button></form></main></body></html>
"""


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
        """An address has tried in vain."""
        if address not in self._wrong and len(self._wrong) >= ADDRESSES:
            self._wrong.pop(next(iter(self._wrong)))
        self._wrong.setdefault(address, deque(maxlen=TRIES)).append(time.monotonic())


@router.get("/login")
async def form(request: Request) -> Response:
    """The page; of no use where there is no token."""
    access: Access = request.app.state.access
    return _page(request) if access.token is not None else RedirectResponse("/", 303)


@router.post("/login")
async def login(request: Request) -> Response:
    """Compare what was shown with the token."""
    access: Access = request.app.state.access
    tries: Tries = request.app.state.tries
    address = request.client.host if request.client else ""
    if seconds := tries.wait_s(address):
        return _page(request, "often", 429, seconds)
    body = await request.body()
    shown = parse_qs(body[:FORM_BYTES].decode("utf-8", "replace")).get("token", [""])[0]
    if not access.is_token(shown):
        tries.note(address)
        return _page(request, "wrong", 403)
    answer = RedirectResponse("/", 303)
    answer.headers.append("set-cookie", cookie_of(LOGIN_COOKIE, access.login, LOGIN_AGE_S, request.scope))
    return answer


@router.post("/logout")
async def logout(request: Request) -> Response:
    """Have the browser forget that the token was shown."""
    answer = RedirectResponse("/login", 303)
    answer.headers.append("set-cookie", cookie_of(LOGIN_COOKIE, "", 0, request.scope))
    return answer


def _page(request: Request, said: str = "", status: int = 200, seconds: int = 0) -> Response:
    language = "zh" if request.headers.get("accept-language", "").lower().startswith("zh") else "en"
    words = WORDS[language]
    told = f'<p role="alert">{html.escape(words[said].format(seconds=seconds))}</p>' if said else ""
    page = PAGE.format(language=language, said=told, **{name: words[name] for name in ("title", "token", "send")})
    headers = {"cache-control": "no-store", **({"retry-after": str(seconds)} if seconds else {})}
    return HTMLResponse(page, status, headers)
