"""The widget's calls: who asks is known by what they send, and nobody speaks for another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.support.apishelf import TOKEN, OpenService
from ui.app import create_app
from ui.guard.access import Access
from ui.guard.doors import ANYBODY, GUEST, role_for_call
from ui.widget.calls import SCRIPT

HERE = "http://127.0.0.1"
VISITORS = "a token that a shop's visitors know"


@pytest.fixture(scope="module")
def client(shop: OpenService) -> Iterator[TestClient]:
    app = create_app(shop, Access(token=TOKEN, visitor_token=VISITORS), page=False)
    with TestClient(app, HERE, headers={"authorization": f"Bearer {VISITORS}"}) as entered:
        yield entered


def asked(client: TestClient, text: str, **more: str) -> dict[str, Any]:
    """The last of what came."""
    answer = client.post("/widget/ask", json={"text": text, **more})
    assert answer.status_code == 200, answer.text
    last: dict[str, Any] = json.loads(answer.text.splitlines()[-1])
    return last


def test_an_answer_comes_with_cards_and_says_who_asked(client: TestClient) -> None:
    answer = asked(client, "a red chair")
    assert not answer["working"]
    assert answer["cards"][0]["title"] == "Red chair"
    assert answer["cards"][0]["reason"]
    assert answer["visitor"]
    assert answer["conversation"]


def test_a_conversation_goes_on_for_its_visitor_alone(client: TestClient) -> None:
    first = asked(client, "a chair")
    who = {"visitor": first["visitor"], "conversation": first["conversation"]}
    assert asked(client, "a blue one", **who)["cards"][0]["title"] == "Blue chair"
    stranger = asked(client, "a chair")["visitor"]
    answer = client.post("/widget/ask", json={"text": "more", **who, "visitor": stranger})
    assert answer.status_code == 422


@pytest.mark.parametrize("token", ["visitor-0123456789ab", "made.up", "é"])
def test_who_is_not_known_here_is_nobody(client: TestClient, token: str) -> None:
    for path, body in (
        ("ask", {"text": "a chair", "visitor": token}),
        ("tell", {"item": "3", "kind": "save", "visitor": token}),
        ("leave", {"visitor": token}),
    ):
        assert client.post(f"/widget/{path}", json=body).status_code == 403


def test_clicks_and_saves_are_feedback_until_the_visitor_leaves(client: TestClient, shop: OpenService) -> None:
    visitor = asked(client, "a chair")["visitor"]
    before = shop.agent.workspace.store.interaction_state().n_events
    for kind in ("click", "save"):
        assert client.post("/widget/tell", json={"visitor": visitor, "item": "3", "kind": kind}).json() == {
            "stored": True
        }
    assert shop.agent.workspace.store.interaction_state().n_events == before + 2
    assert client.post("/widget/leave", json={"visitor": visitor}).json() == {"forgotten": True}
    assert shop.agent.workspace.store.interaction_state().n_events == before


def test_what_a_widget_does_not_do_is_refused(client: TestClient) -> None:
    visitor = asked(client, "a chair")["visitor"]
    for body in (
        {"visitor": visitor, "item": "3", "kind": "purchase"},
        {"visitor": visitor, "item": "none", "kind": "save"},
    ):
        assert client.post("/widget/tell", json=body).status_code == 422
    assert client.post("/widget/ask", json={"text": ""}).status_code == 422
    assert client.post("/widget/ask", json={"text": "a chair", "user": "ada"}).status_code == 422


def test_the_script_is_small_and_asks_nobody_else(client: TestClient) -> None:
    text = client.get("/widget.js").text
    assert text == SCRIPT.read_text(encoding="utf-8")
    assert len(text.encode()) < 30_000
    assert "innerHTML" not in text
    assert "https://" not in text.split("\n", 1)[1]


def test_doors_are_the_visitors() -> None:
    assert role_for_call("GET", "/widget.js") is ANYBODY
    assert {role_for_call("POST", f"/widget/{name}") for name in ("ask", "tell", "leave")} == {GUEST}
