"""Who may call the server, and what every answer tells a browser."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from starlette.testclient import TestClient

from agent.config import load_config
from agent.errors import ConfigError
from agent.language.messages import languages
from ui.app import create_app
from ui.guard import login
from ui.guard.access import LOGIN_COOKIE, Access
from ui.guard.doors import ANYBODY, GUEST, OPERATOR, VISITOR
from ui.guard.visitors import VISITOR_COOKIE, visitor_of
from ui.service.service import Service

TOKEN = "a-token-of-many-characters"
VISITORS = "another-token-for-visitors"
HERE = "http://127.0.0.1:7860"
PEOPLE = {"accept": "text/html"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One that is never opened: nothing here asks its agent."""
    service = Service(tmp_path_factory.mktemp("access") / "workspace", load_config(llm="none"))
    yield service
    service.close()


def app_of(service: Service, token: str | None = None, host: str = "127.0.0.1", visitors: str | None = None) -> FastAPI:
    app = create_app(service, Access(host, token, visitors), page=False)
    app.get("/profile")(lambda: HTMLResponse("<script>go()</script><script src='/x.js'></script>"))
    app.post("/v1/thing")(lambda: {"done": True})
    app.router.routes.insert(0, app.router.routes.pop())  # before what answers for all unknown addresses
    return app


@pytest.fixture(scope="module")
def client(service: Service) -> TestClient:
    return TestClient(app_of(service), HERE, follow_redirects=False)


@pytest.fixture
def guarded(service: Service) -> TestClient:
    return browser(app_of(service, TOKEN, "0.0.0.0"))


def browser(app: FastAPI) -> TestClient:
    return TestClient(app, "http://shop.example", follow_redirects=False)


def logged_in(app: FastAPI, token: str) -> TestClient:
    client = browser(app)
    assert client.post("/login", data={"token": token}).status_code == 303
    return client


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "shop.example", ""])
def test_without_a_token_only_this_machine_is_listened_to(host: str) -> None:
    with pytest.raises(ConfigError, match="no token"):
        Access(host)


@pytest.mark.parametrize(
    ("access", "why"),
    [
        ({"visitor_token": VISITORS}, "none for the operator"),
        ({"token": TOKEN, "visitor_token": TOKEN}, "is the operator's"),
        ({"token": TOKEN, "visitor_token": "secret"}, "visitors' token has 6 characters"),
        ({"proxies": ("127.0.0.1",)}, "through its proxy"),
        ({"token": TOKEN, "proxies": ("proxy.example",)}, "proxy.example"),
    ],
)
def test_what_would_let_strangers_be_the_operator_is_not_begun(access: dict[str, Any], why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        Access(**access)


def test_a_public_page_that_others_can_reach_needs_the_operators_token() -> None:
    with pytest.raises(ConfigError, match=r"no token.*visitors of a public page need none"):
        Access("0.0.0.0", public=True)
    assert Access("0.0.0.0", TOKEN, public=True).role_shown({}) is GUEST


def test_of_a_public_page_nobody_is_the_operator_without_the_token() -> None:
    assert Access(public=True).role_shown({}) is GUEST
    public = Access(token=TOKEN, public=True)
    assert public.role_shown({"authorization": f"Bearer {TOKEN}"}) is OPERATOR
    assert public.role_shown({"authorization": "Bearer guessed-by-somebody"}) is ANYBODY


def test_one_token_alone_is_the_operators_as_ever() -> None:
    access = Access("0.0.0.0", TOKEN)
    assert access.role_of(TOKEN) is OPERATOR
    assert access.role_of("") is ANYBODY
    assert Access("0.0.0.0", TOKEN, VISITORS).role_of(VISITORS) is VISITOR


def test_tokens_are_compared_by_digests_of_one_length(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []
    monkeypatch.setattr(hmac, "compare_digest", lambda *pair: bool(compared.append(pair)) or pair[0] == pair[1])
    access = Access("0.0.0.0", TOKEN, VISITORS)
    for shown in ("", TOKEN, VISITORS, "x" * 10_000):
        access.role_of(shown)
    assert len(compared) == 8  # with both, whichever it is
    assert {len(digest) for pair in compared for digest in pair} == {32}


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.9", "::1", "[::1]"])
def test_this_machine_needs_no_token(host: str) -> None:
    assert Access(host).role_shown({}) is OPERATOR


def test_a_short_token_is_refused() -> None:
    with pytest.raises(ConfigError, match="characters"):
        Access("0.0.0.0", "secret")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:7860", 200),
        ("localhost", 200),
        ("LOCALHOST:9", 200),
        ("[::1]:7860", 200),
        ("[::1]", 200),
        ("evil.example", 403),
        ("127.0.0.1.evil.example:7860", 403),
        ("localhost.evil.example", 403),
        ("", 403),
    ],
)
def test_a_page_of_another_name_cannot_speak_for_its_reader(client: TestClient, host: str, status: int) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 200),
        (HERE, 200),
        ("http://127.0.0.1:7861", 403),
        ("http://localhost:7860", 403),
        ("http://evil.example", 403),
        ("http://evil.example/127.0.0.1:7860", 403),
        ("null", 403),
    ],
)
def test_only_pages_of_this_server_may_write(client: TestClient, origin: str | None, status: int) -> None:
    answer = client.post("/v1/thing", headers={} if origin is None else {"origin": origin})
    assert answer.status_code == status
    if status == 403:
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_token_opens_as_a_bearer_and_only_whole(guarded: TestClient) -> None:
    assert guarded.get("/healthz").status_code == 200
    for shown in (None, "", "Bearer", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}x", TOKEN, "Bearer ключ"):
        headers = {} if shown is None else {"authorization": shown.encode()}
        answer = guarded.post("/v1/thing", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
    for scheme in ("Bearer", "bearer"):
        assert guarded.post("/v1/thing", headers={"authorization": f"{scheme} {TOKEN}"}).status_code == 200


def test_people_log_in_once_and_act_for_themselves_alone(guarded: TestClient) -> None:
    assert guarded.get("/profile", headers=PEOPLE).headers["location"] == "/login"
    assert "<script" not in guarded.get("/login", headers=PEOPLE).text
    origin = {"origin": "http://shop.example"}
    answer = guarded.post("/login", data={"token": TOKEN}, headers=origin)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith(LOGIN_COOKIE))
    assert {"HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
    assert TOKEN not in cookie
    assert guarded.get("/profile", headers=PEOPLE).status_code == 200
    assert guarded.get("/v1/items/7/picture").status_code != 401
    assert guarded.post("/v1/thing").status_code == 401
    assert guarded.get("/metrics").status_code == 401
    guarded.post("/logout", headers=origin)
    assert guarded.get("/profile", headers=PEOPLE).status_code == 303


def test_a_logout_ends_the_session_wherever_its_cookie_is(service: Service) -> None:
    app = app_of(service, TOKEN, "0.0.0.0")
    ada, thief = logged_in(app, TOKEN), browser(app)
    thief.cookies.update(ada.cookies)
    assert thief.get("/profile", headers=PEOPLE).status_code == 200
    ada.post("/logout")
    assert thief.get("/profile", headers=PEOPLE).headers["location"] == "/login"


def test_each_login_is_a_session_of_its_own_and_ends_the_one_before_it(service: Service) -> None:
    app = app_of(service, TOKEN, "0.0.0.0")
    ada, bob = logged_in(app, TOKEN), logged_in(app, TOKEN)
    before = ada.cookies[LOGIN_COOKIE]
    assert before != bob.cookies[LOGIN_COOKIE]
    ada.post("/login", data={"token": TOKEN})
    assert ada.cookies[LOGIN_COOKIE] != before
    late = browser(app)
    late.cookies[LOGIN_COOKIE] = before
    assert late.get("/profile").status_code == 401
    assert bob.get("/profile").status_code == 200


def test_a_visitor_who_comes_to_the_operators_page_is_asked_for_the_operators_token(service: Service) -> None:
    visitor = logged_in(app_of(service, TOKEN, "0.0.0.0", VISITORS), VISITORS)
    answer = visitor.get("/catalog", headers=PEOPLE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?for=operator")
    assert "operator" in visitor.get(answer.headers["location"]).text
    assert visitor.get("/catalog").json()["type"] == "urn:tastemaker:OperatorOnly"
    visitor.post("/login", data={"token": TOKEN})
    assert visitor.get("/catalog").status_code == 404  # it is let in; there is no page in this test


@pytest.mark.parametrize("forged", ["mine", "mine.", ".", "mine.AAAA", '"a.b"'])
def test_a_visitor_cookie_that_is_not_ours_makes_a_new_visitor(service: Service, forged: str) -> None:
    app = app_of(service)
    app.get("/v1/items/7/picture")(_user)
    app.router.routes.insert(0, app.router.routes.pop())
    person = TestClient(app, HERE, headers={"cookie": f"a=1; {VISITOR_COOKIE}={forged}; b=2"})
    assert person.get("/v1/items/7/picture").json() == {"user": None, "others": ["a", "b"]}
    answer = person.get("/v1/items/7/picture", headers=PEOPLE)
    assert answer.json()["user"] is None
    given = TestClient(app, HERE, headers={"cookie": answer.headers["set-cookie"].split("; ")[0]})
    assert given.get("/v1/items/7/picture").json()["user"].startswith("visitor-")


def _user(request: Request) -> dict[str, Any]:
    return {"user": visitor_of(request.cookies), "others": sorted({*request.cookies} - {VISITOR_COOKIE})}


def test_guessing_is_slowed_down_also_for_the_right_token(guarded: TestClient) -> None:
    tried = [guarded.post("/login", data={"token": f"guess {n}"}) for n in range(login.TRIES)]
    assert {answer.status_code for answer in tried} == {403}
    answer = guarded.post("/login", data={"token": TOKEN})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= login.WINDOW_S
    assert LOGIN_COOKIE not in answer.headers.get("set-cookie", "")


def test_many_forms_sent_at_one_time_are_no_more_guesses(service: Service) -> None:
    app = app_of(service, TOKEN, "0.0.0.0")

    async def guess(client: httpx.AsyncClient, begun: asyncio.Barrier) -> int:
        async def slowly() -> AsyncIterator[bytes]:
            yield b"token="
            await begun.wait()  # all are on their way before any has come
            yield b"guess"

        return (await client.post("/login", content=slowly())).status_code

    async def all_at_once() -> list[int]:
        begun = asyncio.Barrier(50)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.example") as client:
            return list(await asyncio.gather(*(guess(client, begun) for _ in range(50))))

    assert asyncio.run(all_at_once()).count(403) == login.TRIES


def test_behind_a_trusted_proxy_each_client_has_tries_of_its_own(service: Service) -> None:
    access = Access("0.0.0.0", TOKEN, proxies=("10.0.0.0/8",))
    app = create_app(service, access, page=False)

    def guess(proxy: str, client: str) -> int:
        caller = TestClient(app, "http://shop.example", client=(proxy, 1))
        return caller.post("/login", data={"token": "x"}, headers={"x-forwarded-for": client}).status_code

    assert [guess("10.0.0.2", "192.0.2.1") for _ in range(6)] == [403] * 5 + [429]
    assert guess("10.0.0.2", "192.0.2.2") == 403
    assert [guess("198.51.100.7", f"192.0.2.{n}") for n in range(10, 16)] == [403] * 5 + [429]  # it is believed nothing


def test_cookies_of_a_server_behind_tls_are_sent_by_tls_alone(service: Service) -> None:
    app = create_app(service, Access("0.0.0.0", TOKEN, proxies=("10.0.0.2",)), page=False)
    https = {"x-forwarded-for": "192.0.2.1", "x-forwarded-proto": "https", "x-forwarded-host": "shop.example"}
    for proxy, is_secure in (("10.0.0.2", True), ("10.0.0.3", False)):
        person = TestClient(app, "http://inside:7860", client=(proxy, 1), follow_redirects=False)
        origin = {"origin": "https://shop.example"} if is_secure else {}
        answer = person.post("/login", data={"token": TOKEN}, headers={**https, **origin})
        assert ("Secure" in answer.headers["set-cookie"].split("; ")) is is_secure


def test_the_login_page_speaks_the_browsers_language(guarded: TestClient) -> None:
    assert "令牌" in guarded.get("/login", headers={"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"}).text
    assert 'lang="en"' in guarded.get("/login", headers={"accept-language": "de"}).text
    assert "令牌不正确" in guarded.post("/login", data={"token": "x"}, headers={"accept-language": "zh"}).text


def test_the_login_page_says_everything_in_every_language() -> None:
    for key, said in login.login_words().items():
        assert set(said) == set(languages()), key
        blanks = [set(re.findall(r"{(\w+)", text)) for text in said.values()]
        assert all(one == blanks[0] for one in blanks), key


def test_a_form_that_is_no_form_is_a_wrong_token(guarded: TestClient) -> None:
    for body in (b"", b"\xff\xfe", b"token=" + b"x" * 100_000):
        assert guarded.post("/login", content=body).status_code in (403, 429)


def test_each_browser_is_a_visitor_of_its_own(client: TestClient) -> None:
    seen = set()
    for _ in range(2):
        client.cookies.clear()
        answer = client.get("/profile", headers=PEOPLE)
        cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith(VISITOR_COOKIE))
        assert {"HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
        seen.add(visitor_of(client.cookies))
        assert "set-cookie" not in client.get("/profile", headers=PEOPLE).headers
    assert len(seen) == 2
    client.cookies.clear()
    assert "set-cookie" not in client.get("/healthz").headers


def test_every_answer_keeps_a_browser_within_this_server(client: TestClient) -> None:
    answers = [
        client.get("/healthz"),
        client.get("/profile", headers=PEOPLE),
        client.get("/nowhere"),
        client.get("/healthz", headers={"host": "evil.example"}),
        client.post("/v1/thing", content=b"x" * 100, headers={"content-length": str(10**10)}),
    ]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "https:" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "microphone=(self)" in answer.headers["permissions-policy"]
        assert answer.headers["x-request-id"]


def test_only_the_scripts_that_a_page_holds_may_run_in_it(client: TestClient) -> None:
    answer = client.get("/profile", headers=PEOPLE)
    digest = base64.b64encode(hashlib.sha256(b"go()").digest()).decode()
    scripts = next(part for part in answer.headers["content-security-policy"].split("; ") if "script-src" in part)
    assert f"'sha256-{digest}'" in scripts
    assert "unsafe-inline" not in scripts
    assert answer.text.startswith("<script>go()")


def test_a_web_socket_is_closed(client: TestClient) -> None:
    from starlette.websockets import WebSocketDisconnect

    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/v1/socket"):
        pass
