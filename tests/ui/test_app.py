"""The application put together: which part answers what, and which sees a call first."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.support.apishelf import TOKEN, OpenService
from ui.app import create_app
from ui.guard.access import Access
from ui.telemetry.metrics import GAUGES


@pytest.fixture(scope="module")
def stranger(shop: OpenService) -> TestClient:
    """Somebody who does not show the token."""
    return TestClient(create_app(shop, Access(token=TOKEN), page=False))


def test_no_page_loads_scripts_from_other_hosts_to_show_what_there_is(programs: TestClient) -> None:
    assert [programs.get(path).status_code for path in ("/docs", "/redoc", "/openapi.json")] == [200, 404, 200]
    assert "http" not in programs.get("/docs").text.replace("HTTP", "").replace("openapi", "")


def test_the_picture_of_an_item_is_no_item_whose_id_ends_so(programs: TestClient) -> None:
    assert programs.get("/v1/items/1/picture").json()["title"] == "The item '1' has 0 pictures that can be shown."
    assert programs.get("/v1/items/1/portrait").json()["title"] == "There is no item '1/portrait'."


def test_each_kind_of_caller_is_refused_in_the_form_that_it_reads(stranger: TestClient) -> None:
    program = stranger.post("/v1/recommend", json={"text": "a chair"})
    assert (program.status_code, program.json()["type"]) == (401, "urn:tastemaker:Unauthorized")
    chat = stranger.post("/v1/chat/completions", json={})
    assert (chat.status_code, chat.json()["error"]["type"]) == (401, "authentication_error")
    agent = stranger.post("/mcp", json={})
    assert (agent.status_code, agent.json()["type"]) == (401, "urn:tastemaker:Unauthorized")


def test_a_call_that_is_refused_at_the_gate_is_counted_all_the_same(stranger: TestClient, shop: OpenService) -> None:
    answer = stranger.delete("/v1/users/ada")
    assert answer.headers["x-request-id"] in answer.json()["instance"]
    assert answer.headers["content-security-policy"]
    counted = shop.metrics.text(dict.fromkeys(GAUGES, 0))
    assert 'tastemaker_requests_total{route="none",method="DELETE",status="401"}' in counted


def test_without_the_page_there_is_none(programs: TestClient) -> None:
    assert programs.get("/").status_code == 404
    assert programs.get("/page/profile.json").status_code == 404


@pytest.mark.parametrize("address", ["/v1/recommend", "/v1/search", "/v1/chat/completions"])
def test_a_visitors_program_asks_for_itself_alone(shop: OpenService, address: str) -> None:
    visitors = "another-token-for-visitors"
    app = create_app(shop, Access(token=TOKEN, visitor_token=visitors), page=False)
    client = TestClient(app, headers={"authorization": f"Bearer {visitors}"})
    body = {"text": "a chair", "messages": [{"role": "user", "content": "a chair"}], "model": "tastemaker"}
    wish = {name: body[name] for name in (("text",) if "chat" not in address else ("messages", "model"))}
    assert client.post(address, json=wish).status_code == 200
    assert client.post(address, json={**wish, "user": "ada"}).status_code == 403
    assert client.get("/v1/items/1").status_code == 200
