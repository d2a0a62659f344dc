"""Rules of the shop over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from tests.support.apishelf import BEARER, TOKEN, OpenService
from ui.api import rules
from ui.app import create_app
from ui.guard.access import Access
from ui.guard.doors import OPERATOR, role_for_call


@pytest.fixture(scope="module")
def client(shop: OpenService) -> Iterator[TestClient]:
    yield TestClient(create_app(shop, Access(token=TOKEN), page=False), headers=BEARER)
    shop.agent.set_rules([])


def test_rules_that_are_put_are_got_and_followed(client: TestClient) -> None:
    pinned = {"do": "pin", "items": ["4"], "when": ["chair"]}
    kept = client.put("/v1/rules", json={"rules": [pinned]})
    assert kept.status_code == 200
    assert client.get("/v1/rules").json() == kept.json()
    answer = client.post("/v1/recommend", json={"text": "a red chair", "k": 2}).json()
    assert [(found["item"]["id"], found["promoted"]) for found in answer["recommendations"]] == [
        ("4", True),
        ("3", False),
    ]


@pytest.mark.parametrize("rule", [{"do": "sell"}, {"do": "pin"}, {"do": "hide", "where": ["colour=red"]}])
def test_what_is_no_rule_is_refused(client: TestClient, rule: dict[str, object]) -> None:
    assert client.put("/v1/rules", json={"rules": [rule]}).status_code == 422


def test_rules_are_the_operators() -> None:
    assert {role_for_call(method, "/v1/rules") for method in ("GET", "PUT")} == {OPERATOR}
    assert {route.path for route in rules.router.routes} == {"/v1/rules"}  # type: ignore[attr-defined]
