"""Who may call: loopback, or who holds a token; each browser is a visitor of its own."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.errors import ConfigError
from ui.errors.problems import problem_of
from ui.errors.refusals import Forbidden, OperatorOnly, Unauthorized
from ui.guard.doors import ANYBODY, GUEST, OPERATOR, VISITOR, CallerRole, role_for_call
from ui.guard.origins import FOR_PAGES, origins
from ui.guard.proxies import networks
from ui.guard.sessions import Sessions
from ui.guard.under_path import checked_path
from ui.guard.visitors import VISITOR_COOKIE, VisitorCookies

LOGIN_COOKIE = "tastemaker_login"
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
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
        token: The operator's secret; None where only this machine can call, whose owner is the operator.
        visitor_token: The secret of people and programs that may ask, and change nothing.
        proxies: Addresses and networks of proxies that are believed whom they speak for.
        origins: Pages of other addresses that may call, as `https://shop.example`.
        public: Whether the page is open to anybody, as a guest; then nobody is the operator without the token.
        root_path: The path under which a proxy shows the server, such as `/shop`; empty where it does under none.
    """

    host: str = "127.0.0.1"
    token: str | None = None
    visitor_token: str | None = None
    proxies: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    public: bool = False
    root_path: str = ""

    def __post_init__(self) -> None:
        for name, token in (("token", self.token), ("visitors' token", self.visitor_token)):
            if token is not None and len(token) < MIN_TOKEN_CHARS:
                raise ConfigError(
                    f"The {name} has {len(token)} characters; {MIN_TOKEN_CHARS} are the least.",
                    "Make one with `python -c 'import secrets; print(secrets.token_urlsafe())'`.",
                )
        if self.token is None:
            self._check_that_nobody_else_calls()
        elif self.token == self.visitor_token:
            raise ConfigError("The visitors' token is the operator's.", "Make another one for visitors.")
        networks(self.proxies)
        object.__setattr__(self, "origins", origins(self.origins))
        object.__setattr__(self, "root_path", checked_path(self.root_path))

    def _check_that_nobody_else_calls(self) -> None:
        needs = "the operator shows; visitors of a public page need none" if self.public else "callers must show"
        hint = f"Set TASTEMAKER_TOKEN to a secret that {needs}, or leave {{option}} out."
        if not is_loopback(self.host):
            raise ConfigError(
                f"Others could reach the server at {self.host}, and it has no token.", hint.format(option="--host")
            )
        if self.proxies:
            raise ConfigError(
                "Others could reach the server through its proxy, and it has no token.",
                hint.format(option="--trusted-proxy"),
            )
        if self.visitor_token is not None:
            raise ConfigError(
                "There is a token for visitors and none for the operator.", hint.format(option="--visitor-token")
            )

    def role_of(self, shown: str) -> CallerRole:
        """The role of who shows a token; how long that takes says nothing of the right ones."""
        digest = _digest(shown)
        is_operator, is_visitor = (
            token is not None and hmac.compare_digest(digest, _digest(token))
            for token in (self.token, self.visitor_token)
        )
        return OPERATOR if is_operator else VISITOR if is_visitor else ANYBODY

    @property
    def least(self) -> CallerRole:
        """The role of who shows nothing."""
        return GUEST if self.public else ANYBODY

    def role_shown(self, headers: Mapping[str, str]) -> CallerRole:
        """The role of who shows a token as a bearer, or need not."""
        if self.token is None and not self.public:
            return OPERATOR
        scheme, _, shown = headers.get("authorization", "").partition(" ")
        return self.role_of(shown.strip()) if scheme.lower() == "bearer" else self.least

    def lets_write(self, origin: str, path: str) -> bool:
        """Whether a page of another address may make calls that do something."""
        return path.startswith(FOR_PAGES) and origin.lower() in self.origins

    def knows_host(self, host: str) -> bool:
        """Whether a Host header names this server, so that no page of another name can speak for its reader.

        With a token any name will do: a page of another name has neither the token nor the cookies.
        """
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        return self.token is not None or name.lower() in LOCAL_HOSTS or name.strip("[]") == self.host.strip("[]")


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class AccessGate:
    """Lets calls through that may come, and says of each who it is; gives every new browser its cookie."""

    def __init__(self, app: ASGIApp, access: Access, sessions: Sessions, visitors: VisitorCookies) -> None:
        self._app = app
        self._access = access
        self._sessions = sessions
        self._visitors = visitors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one call."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # nothing here speaks by web socket
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = Headers(scope=scope)
        cookies = cookie_parser("; ".join(headers.getlist("cookie")))
        by_hand = "text/html" in headers.get("accept", "")
        role = self._role(scope, headers, cookies)
        refusal = self._stranger(scope, headers) or _shut(scope, role)
        if refusal is None:
            scope.setdefault("state", {})["role"] = role
            await self._app(scope, receive, self._with_visitor(scope, cookies, send, by_hand=by_hand))
        elif isinstance(refusal, Unauthorized | OperatorOnly) and by_hand and "authorization" not in headers:
            await RedirectResponse(_login_for(refusal), 303)(scope, receive, send)
        else:
            await problem_of(refusal)(scope, receive, send)

    def _stranger(self, scope: Scope, headers: Headers) -> Forbidden | None:
        """Why a call under this name, or of this page, is not listened to, whoever makes it."""
        host, origin = headers.get("host", ""), headers.get("origin")
        if not self._access.knows_host(host):
            return Forbidden(f"This server is not called {host!r}.", "Call it by the address that it printed.")
        if not _is_foreign(origin, host) or scope["method"] in SAFE_METHODS:
            return None
        if not self._access.lets_write(origin or "", scope["path"]):
            return Forbidden(
                f"A page of {origin} may not write here.", "Use the page of this server, or allow it by --allow-origin."
            )
        return None

    def _role(self, scope: Scope, headers: Headers, cookies: Mapping[str, str]) -> CallerRole:
        """The role of a caller, by a token or by a session; of sessions only where a browser acts for its owner."""
        shown = self._access.role_shown(headers)
        if _is_foreign(headers.get("origin"), headers.get("host", "")) and "authorization" not in headers:
            shown = min(shown, VISITOR)  # its reader may be the operator; the page is not
        if scope["path"].startswith(FOR_PROGRAMS) and not PICTURE.fullmatch(scope["path"]):
            return shown
        return max(shown, self._sessions.role_of(cookies.get(LOGIN_COOKIE, "")))

    def _with_visitor(self, scope: Scope, cookies: Mapping[str, str], send: Send, *, by_hand: bool) -> Send:
        """What answers a browser, with a cookie where it has none of ours; what is not ours goes no further."""
        if self._visitors.is_ours(cookies.get(VISITOR_COOKIE, "")):
            return send
        if VISITOR_COOKIE in cookies:
            _drop_cookie(scope, VISITOR_COOKIE)
        if not by_hand:
            return send
        return _with_cookie(send, cookie_of(VISITOR_COOKIE, self._visitors.new(), YEAR_S, scope))


def _is_foreign(origin: str | None, host: str) -> bool:
    """Whether a page of another address calls."""
    return origin is not None and origin.split("://", 1)[-1] not in ("", host)


def _shut(scope: Scope, role: CallerRole) -> Unauthorized | OperatorOnly | None:
    """Why a door does not open."""
    method, path = scope["method"], scope["path"]
    if role >= role_for_call(method, path):
        return None
    if role is ANYBODY or (role is GUEST and path.startswith(FOR_PROGRAMS)):
        return Unauthorized("The call shows no valid token.", "Send it as `Authorization: Bearer TOKEN`.")
    return OperatorOnly(f"{method} {path[:80]} is not for visitors.", "Show the operator's token.")


def _login_for(refusal: Unauthorized | OperatorOnly) -> str:
    return "/login?for=operator" if isinstance(refusal, OperatorOnly) else "/login"


def _drop_cookie(scope: Scope, name: str) -> None:
    headers = MutableHeaders(scope=scope)
    pairs = "; ".join(headers.getlist("cookie")).split(";")
    headers["cookie"] = ";".join(pair for pair in pairs if pair.split("=", 1)[0].strip() != name)


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
