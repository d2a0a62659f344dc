"""Who may call the server, and what every answer tells a browser."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from starlette.testclient import TestClient

from agent.config import load_config
from agent.errors import ConfigError
from agent.language.messages import languages
from ui.app import create_app
from ui.guard import login
from ui.guard.access import LOGIN_COOKIE, VISITOR_COOKIE, Access, visitor_of
from ui.service.service import Service

TOKEN = "a-token-of-many-characters"
HERE = "http://127.0.0.1:7860"
PEOPLE = {"accept": "text/html"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One that is never opened: nothing here asks its agent."""
    service = Service(tmp_path_factory.mktemp("access") / "workspace", load_config(llm="none"))
    yield service
    service.close()


def app_of(service: Service, token: str | None = None, host: str = "127.0.0.1") -> FastAPI:
    app = create_app(service, Access(host, token), page=False)
    app.get("/page")(lambda: HTMLResponse("<script>go()</script><script src='/x.js'></script>"))
    app.post("/v1/thing")(lambda: {"done": True})
    app.router.routes.insert(0, app.router.routes.pop())  # before what answers for all unknown addresses
    return app


@pytest.fixture(scope="module")
def client(service: Service) -> TestClient:
    return TestClient(app_of(service), HERE, follow_redirects=False)


@pytest.fixture
def guarded(service: Service) -> TestClient:
    return TestClient(app_of(service, TOKEN, "0.0.0.0"), "http://shop.example", follow_redirects=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "shop.example", ""])
def test_without_a_token_only_this_machine_is_listened_to(host: str) -> None:
    with pytest.raises(ConfigError, match="no token"):
        Access(host)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.9", "::1", "[::1]"])
def test_this_machine_needs_no_token(host: str) -> None:
    assert Access(host).is_operator({})


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
    assert guarded.get("/page", headers=PEOPLE).headers["location"] == "/login"
    assert "<script" not in guarded.get("/login", headers=PEOPLE).text
    origin = {"origin": "http://shop.example"}
    answer = guarded.post("/login", data={"token": TOKEN}, headers=origin)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith(LOGIN_COOKIE))
    assert {"HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
    assert TOKEN not in cookie
    assert guarded.get("/page", headers=PEOPLE).status_code == 200
    assert guarded.get("/v1/items/7/picture").status_code != 401
    assert guarded.post("/v1/thing").status_code == 401
    assert guarded.get("/metrics").status_code == 401
    guarded.post("/logout", headers=origin)
    assert guarded.get("/page", headers=PEOPLE).status_code == 303


def test_guessing_is_slowed_down_also_for_the_right_token(guarded: TestClient) -> None:
    tried = [guarded.post("/login", data={"token": f"guess {n}"}) for n in range(login.TRIES)]
    assert {answer.status_code for answer in tried} == {403}
    answer = guarded.post("/login", data={"token": TOKEN})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= login.WINDOW_S
    assert LOGIN_COOKIE not in answer.headers.get("set-cookie", "")


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
        answer = client.get("/page", headers=PEOPLE)
        cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith(VISITOR_COOKIE))
        assert {"HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
        seen.add(visitor_of(client.cookies))
        assert "set-cookie" not in client.get("/page", headers=PEOPLE).headers
    assert len(seen) == 2
    client.cookies.clear()
    assert "set-cookie" not in client.get("/healthz").headers


def test_every_answer_keeps_a_browser_within_this_server(client: TestClient) -> None:
    answers = [
        client.get("/healthz"),
        client.get("/page", headers=PEOPLE),
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
    answer = client.get("/page", headers=PEOPLE)
    digest = base64.b64encode(hashlib.sha256(b"go()").digest()).decode()
    scripts = next(part for part in answer.headers["content-security-policy"].split("; ") if "script-src" in part)
    assert f"'sha256-{digest}'" in scripts
    assert "unsafe-inline" not in scripts
    assert answer.text.startswith("<script>go()")


def test_a_web_socket_is_closed(client: TestClient) -> None:
    from starlette.websockets import WebSocketDisconnect

    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/v1/socket"):
        pass
