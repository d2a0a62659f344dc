"""Who may call: loopback, or who holds the token; each browser is a visitor of its own."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.errors import ConfigError
from ui.errors.problems import problem_of
from ui.errors.refusals import Forbidden, Unauthorized

VISITOR_COOKIE = "tastemaker_visitor"
LOGIN_COOKIE = "tastemaker_login"
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
OPEN_PATHS = frozenset({"/healthz", "/readyz", "/login", "/favicon.ico"})
FOR_PROGRAMS = ("/v1/", "/metrics", "/mcp")  # there, callers act for any user by naming them
PICTURE = re.compile(r"/v1/items/[^/]+/picture")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MIN_TOKEN_CHARS = 16
YEAR_S = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Access:
    """What callers have to show.

    Attributes:
        host: The address that the server listens at.
        token: The secret that callers hold; None where only this machine can call.
    """

    host: str = "127.0.0.1"
    token: str | None = None

    def __post_init__(self) -> None:
        if self.token is not None and len(self.token) < MIN_TOKEN_CHARS:
            raise ConfigError(
                f"The token has {len(self.token)} characters; {MIN_TOKEN_CHARS} are the least.",
                "Make one with `python -c 'import secrets; print(secrets.token_urlsafe())'`.",
            )
        if self.token is None and not is_loopback(self.host):
            raise ConfigError(
                f"Others could reach the server at {self.host}, and it has no token.",
                "Set TASTEMAKER_TOKEN to a secret that callers must show, or leave --host out.",
            )

    @property
    def login(self) -> str:
        """What the login cookie holds, from which the token cannot be found."""
        return hmac.new((self.token or "").encode(), b"tastemaker login", hashlib.sha256).hexdigest()

    def is_token(self, shown: str) -> bool:
        """Whether it is the token; how long that takes says nothing of it."""
        return self.token is not None and hmac.compare_digest(shown.encode(), self.token.encode())

    def is_operator(self, headers: Mapping[str, str]) -> bool:
        """Whether a caller shows the token as a bearer, or need not."""
        if self.token is None:
            return True
        scheme, _, shown = headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and self.is_token(shown.strip())

    def is_logged_in(self, cookies: Mapping[str, str]) -> bool:
        """Whether a browser has shown the token on the login page."""
        return hmac.compare_digest(cookies.get(LOGIN_COOKIE, "").encode(), self.login.encode())

    def knows_host(self, host: str) -> bool:
        """Whether a Host header names this server, so that no page of another name can speak for its reader.

        With a token any name will do: a page of another name has neither the token nor the cookies.
        """
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        return self.token is not None or name.lower() in LOCAL_HOSTS or name.strip("[]") == self.host.strip("[]")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def visitor_of(cookies: Mapping[str, str]) -> str | None:
    """The user id of a browser, from its cookie; the cookie cannot be found from it."""
    secret = cookies.get(VISITOR_COOKIE)
    return f"visitor-{hashlib.sha256(secret.encode()).hexdigest()[:12]}" if secret else None


class AccessGate:
    """Lets calls through that may come; gives every new browser its cookie."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one call."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # nothing here speaks by web socket
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = Headers(scope=scope)
        cookies = cookie_parser(headers.get("cookie", ""))
        for_people = "text/html" in headers.get("accept", "")
        refusal = self._refusal(scope, headers, cookies)
        if isinstance(refusal, Unauthorized) and for_people:
            await RedirectResponse("/login", 303)(scope, receive, send)
        elif refusal is not None:
            await problem_of(refusal)(scope, receive, send)
        elif for_people and not cookies.get(VISITOR_COOKIE):
            cookie = cookie_of(VISITOR_COOKIE, secrets.token_urlsafe(24), YEAR_S, scope)
            await self._app(scope, receive, _with_cookie(send, cookie))
        else:
            await self._app(scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers, cookies: Mapping[str, str]) -> Forbidden | Unauthorized | None:
        host, origin, path = headers.get("host", ""), headers.get("origin"), scope["path"]
        if not self._access.knows_host(host):
            return Forbidden(f"This server is not called {host!r}.", "Call it by the address that it printed.")
        if origin and scope["method"] not in SAFE_METHODS and origin.split("://", 1)[-1] != host:
            return Forbidden(f"A page of {origin} may not write here.", "Use the page of this server.")
        if path in OPEN_PATHS or self._access.is_operator(headers):
            return None
        for_programs = path.startswith(FOR_PROGRAMS) and not PICTURE.fullmatch(path)
        if self._access.is_logged_in(cookies) and not for_programs:
            return None
        return Unauthorized("The call shows no valid token.", "Send it as `Authorization: Bearer TOKEN`.")


def cookie_of(name: str, value: str, age_s: int, scope: Scope) -> str:
    """A `Set-Cookie` header that no script reads and no other site makes a browser send."""
    made = SimpleCookie({name: value})
    cookie = made[name]
    cookie["path"], cookie["samesite"], cookie["max-age"] = "/", "Strict", age_s
    cookie["httponly"], cookie["secure"] = True, scope["scheme"] == "https"
    return cookie.OutputString()


def _with_cookie(send: Send, cookie: str) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).append("set-cookie", cookie)
        await send(message)

    return sending
