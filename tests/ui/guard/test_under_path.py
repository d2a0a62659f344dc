"""Behind a proxy that shows the server under a path, all is as without it, whether the path stays on calls or not."""

from __future__ import annotations

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from agent.errors import ConfigError
from tests.support.apishelf import BEARER, TOKEN, OpenService
from tests.support.sub_path import SubPathProxy
from ui.app import create_app
from ui.guard.access import Access
from ui.guard.under_path import UnderPath, checked_path
from ui.service.root_path import root_path
from ui.service.thumbnails import picture_address

PEOPLE = {"accept": "text/html"}


@pytest.fixture(scope="module", params=[False, True], ids=["the path stays", "the path is taken off"])
def shown(request: pytest.FixtureRequest, shop: OpenService) -> TestClient:
    app = create_app(shop, Access(token=TOKEN, root_path="/museum/shop"), page=False)
    return TestClient(SubPathProxy(app, "/museum/shop", takes_off=request.param), follow_redirects=False)


def test_calls_are_answered_under_the_path(shown: TestClient) -> None:
    assert shown.get("/museum/shop/healthz").status_code == 200
    assert shown.get("/healthz").status_code == 404
    answer = shown.post("/museum/shop/v1/recommend", json={"text": "a chair", "k": 1}, headers=BEARER)
    assert answer.json()["recommendations"][0]["item"]["category"] == "chair"
    assert shown.get("/museum/shop/v1/items/a%2Fb%3Fc", headers=BEARER).json()["title"] == "An odd one"
    assert shown.get("/museum/shop/v1/nothing", headers=BEARER).status_code == 404


def test_redirections_and_cookies_stay_under_the_path(shown: TestClient) -> None:
    refused = shown.get("/museum/shop/", headers=PEOPLE)
    assert (refused.status_code, refused.headers["location"]) == (303, "/museum/shop/login")
    login = shown.post("/museum/shop/login", data={"token": TOKEN})
    assert login.headers["location"] == "/museum/shop/"
    assert "path=/museum/shop/;" in login.headers["set-cookie"].lower()
    assert 'action="login"' in shown.get("/museum/shop/login").text


def test_without_its_last_slash_the_path_leads_to_itself(shown: TestClient) -> None:
    answer = shown.get("/museum/shop?c=1")
    assert answer.status_code in (301, 308)
    assert answer.headers["location"].startswith("/museum/shop/")


def test_programs_are_told_the_path(shown: TestClient) -> None:
    assert shown.get("/museum/shop/openapi.json", headers=BEARER).json()["servers"] == [{"url": "/museum/shop"}]


def test_addresses_in_answers_begin_with_the_path_of_their_call() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse(picture_address("7", 0))(scope, receive, send)

    assert TestClient(UnderPath(app, "/shop")).get("/shop/x").text == "/shop/v1/items/7/picture?n=0"
    assert picture_address("7", 0) == "/v1/items/7/picture?n=0"
    assert root_path.get() == ""


def test_who_may_not_come_in_may_not_by_the_path_either(shown: TestClient) -> None:
    for path in ("/museum/shop/v1/items", "/museum/shop/metrics", "/museum/shop/museum/shop/v1/items"):
        assert shown.get(path).status_code in (401, 404)
        assert shown.delete(path, headers=PEOPLE).status_code in (303, 401, 404, 405)
    assert shown.get("/museum/shopping/healthz").status_code == 404


@pytest.mark.parametrize(
    ("path", "plain"), [("", ""), ("/", ""), ("/shop", "/shop"), ("/shop/", "/shop"), ("/a/b-c_d.e", "/a/b-c_d.e")]
)
def test_a_path_is_taken_with_or_without_its_last_slash(path: str, plain: str) -> None:
    assert checked_path(path) == plain
    assert Access(root_path=path).root_path == plain


@pytest.mark.parametrize("path", ["shop", "//shop", "/a b", "/../etc", "https://example.org/shop", "/shop?x", "/ä"])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(ConfigError, match="root path"):
        checked_path(path)


@pytest.mark.parametrize("path", ["/v1", "/catalog", "/mcp/shop"])
def test_a_path_of_the_servers_own_is_refused(path: str) -> None:
    with pytest.raises(ConfigError, match="begins as an address of the server"):
        Access(root_path=path)


def test_without_a_path_nothing_is_touched(shop: OpenService) -> None:
    assert (
        TestClient(UnderPath(create_app(shop, Access(token=TOKEN), page=False), "")).get("/healthz").status_code == 200
    )
