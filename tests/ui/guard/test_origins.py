"""Pages of other addresses: only those that are named may call, none as the operator unless it shows the token."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from agent.errors import ConfigError
from tests.support.apishelf import TOKEN, OpenService
from ui.app import create_app
from ui.guard.access import Access
from ui.guard.origins import cross_origin, origins

HERE, SHOP, OTHER = "http://127.0.0.1", "https://shop.example", "https://other.example"


@pytest.fixture(scope="module")
def local(shop: OpenService) -> Iterator[TestClient]:
    """A server without a token, on this machine, that knows the shop's page."""
    with TestClient(create_app(shop, Access(origins=(SHOP,)), page=False), HERE) as client:
        yield client


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("https://Shop.example/", "https://shop.example"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_address_is_as_browsers_tell_it(given: str, plain: str) -> None:
    assert origins([given]) == (plain,)


@pytest.mark.parametrize(
    "given",
    ["*", "null", "", "shop.example", "https://*.example", "https://shop.example/page", "https://a@b", "ftp://a"],
)
def test_what_is_none_or_many_is_refused(given: str) -> None:
    with pytest.raises(ConfigError, match="--allow-origin"):
        Access(origins=(given,))


def test_a_page_that_is_named_may_ask_and_read_the_answer(local: TestClient) -> None:
    asking = {"origin": SHOP, "access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    before = local.options("/v1/recommend", headers=asking)
    assert before.status_code == 200
    answer = local.post("/v1/recommend", json={"text": "a red chair"}, headers={"origin": SHOP})
    assert answer.status_code == 200
    for told in (before, answer):
        assert told.headers["access-control-allow-origin"] == SHOP
        assert "access-control-allow-credentials" not in told.headers
    assert "Origin" in answer.headers["vary"]


def test_a_page_that_is_not_named_may_not(local: TestClient) -> None:
    asking = {"origin": OTHER, "access-control-request-method": "POST"}
    assert "access-control-allow-origin" not in local.options("/v1/recommend", headers=asking).headers
    answer = local.post("/v1/recommend", json={"text": "a red chair"}, headers={"origin": OTHER})
    assert answer.status_code == 403
    assert "--allow-origin" in answer.text


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/v1/items/1"), ("PUT", "/v1/rules"), ("GET", "/metrics")])
def test_a_named_page_is_no_operator_though_its_reader_may_be(local: TestClient, method: str, path: str) -> None:
    assert local.request(method, path, headers={"origin": SHOP}).status_code == 403


def test_functions_of_our_own_page_are_for_itself(local: TestClient) -> None:
    assert local.post("/gradio_api/queue/join", json={}, headers={"origin": SHOP}).status_code == 403


def test_with_the_token_a_named_page_may_do_what_it_allows(shop: OpenService) -> None:
    client = TestClient(create_app(shop, Access(token=TOKEN, origins=(SHOP,)), page=False), HERE)
    shown = {"origin": SHOP, "authorization": f"Bearer {TOKEN}"}
    assert client.get("/v1/rules", headers=shown).status_code == 200
    assert client.get("/v1/rules", headers={"origin": SHOP}).status_code == 401


def test_pages_are_shown_in_frames_of_named_pages_alone(local: TestClient, shop: OpenService) -> None:
    assert f"frame-ancestors 'self' {SHOP}" in local.get("/login").headers["content-security-policy"]
    unnamed = TestClient(create_app(shop, Access(), page=False), HERE)
    assert "frame-ancestors 'none'" in unnamed.get("/login").headers["content-security-policy"]


def test_the_script_and_pictures_are_what_a_named_page_may_show(local: TestClient, shop: OpenService) -> None:
    assert local.get("/widget.js").headers["cross-origin-resource-policy"] == "cross-origin"
    assert local.get("/v1/items/1").headers["cross-origin-resource-policy"] == "same-origin"
    unnamed = TestClient(create_app(shop, Access(), page=False), HERE)
    assert unnamed.get("/widget.js").headers["cross-origin-resource-policy"] == "same-origin"


def test_no_cookie_comes_with_a_call_of_another_page() -> None:
    assert cross_origin((SHOP,))["allow_credentials"] is False
