"""The catalog over HTTP: page by page, and item by item, whatever their ids hold."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.support.apishelf import ROWS
from ui.api.items import MAX_PAGE

N_ITEMS = len(ROWS)


def test_the_last_page_leads_nowhere_and_a_full_one_to_an_empty_one_at_most(programs: TestClient) -> None:
    whole = programs.get("/v1/items", params={"limit": MAX_PAGE}).json()
    assert (len(whole["items"]), whole["total"], whole["next"]) == (N_ITEMS, N_ITEMS, None)
    full = programs.get("/v1/items", params={"limit": N_ITEMS}).json()
    assert programs.get("/v1/items", params={"cursor": full["next"]}).json() == {
        "items": [],
        "total": N_ITEMS,
        "next": None,
    }


@pytest.mark.parametrize("limit", ["0", str(MAX_PAGE + 1), "many"])
def test_a_page_has_its_bounds(programs: TestClient, limit: str) -> None:
    answer = programs.get("/v1/items", params={"limit": limit})
    assert answer.status_code == 422
    assert answer.json()["title"].startswith("query.limit: ")


@pytest.mark.parametrize("cursor", ["%%%", "YWJj", "é"])
def test_a_cursor_that_nobody_gave_is_told_so(programs: TestClient, cursor: str) -> None:
    answer = programs.get("/v1/items", params={"cursor": cursor})
    assert answer.json()["title"] == f"{cursor!r} is no cursor."


def test_an_id_of_any_signs_is_one_item(programs: TestClient) -> None:
    assert programs.get("/v1/items/a%2Fb%3Fc").json()["id"] == "a/b?c"
    assert programs.get("/v1/items/a/b%3Fc").json()["id"] == "a/b?c"
    assert programs.get("/v1/items/a%2Fb").status_code == 404


def test_a_row_may_repeat_the_id_of_its_address_and_no_other(programs: TestClient) -> None:
    put = programs.put("/v1/items/7", json={"id": 7, "title": "Kettle"})
    assert put.json()["added"] == ["7"]
    refused = programs.put("/v1/items/7", json={"id": "8", "title": "Kettle"})
    assert refused.json()["title"] == "The row has the id '8', the address '7'."
    assert programs.delete("/v1/items/7").json() == {"deleted": ["7"]}


def test_a_row_with_a_problem_keeps_what_is_sound_and_says_what_was_left_out(programs: TestClient) -> None:
    report = programs.put("/v1/items/7", json={"title": "Kettle", "price": "cheap", "image": "/etc/passwd"}).json()
    assert report["added"] == ["7"]
    assert {problem["severity"] for problem in report["problems"]} == {"degraded"}
    assert programs.get("/v1/items/7").json()["price"] is None
    programs.delete("/v1/items/7")


def test_a_medium_that_an_item_does_not_have_cannot_be_described(programs: TestClient) -> None:
    answer = programs.put("/v1/items/1/descriptions/abc", json={"text": "Two boats."})
    assert (answer.status_code, answer.json()["title"]) == (422, "The item '1' has no medium 'abc'.")
    assert programs.put("/v1/items/1/descriptions/abc", json={"text": ""}).status_code == 422
