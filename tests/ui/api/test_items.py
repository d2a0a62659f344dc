"""The catalog over HTTP: page by page, and item by item, whatever their ids hold."""

from __future__ import annotations

import base64

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.apishelf import ROWS
from ui.api.items import MAX_PAGE

N_ITEMS = len(ROWS)


def coded(place: object, listing: str = "items ") -> str:
    """A cursor for a place in a listing, right or wrong."""
    return base64.urlsafe_b64encode(f"{listing}{place}".encode("utf-8", "replace")).decode().rstrip("=")


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


@pytest.mark.parametrize("cursor", ["%%%", "YWJj", "é", "", "\0", "=", "MjA", coded(2**63), coded(-1), coded(" 7")])
def test_a_cursor_that_nobody_gave_is_told_so(programs: TestClient, cursor: str) -> None:
    answer = programs.get("/v1/items", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["title"]) == (422, f"{cursor!r} is no cursor.")


numbers = st.one_of(st.integers(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=30))
anything = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=150),
    st.builds(coded, numbers),
    st.builds(coded, numbers, st.sampled_from(("", "users ", "Items ", "items", "items  "))),
    st.binary(max_size=80).map(lambda data: base64.urlsafe_b64encode(data).decode()),
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cursor=anything)
def test_whatever_is_sent_for_a_cursor_is_a_page_or_a_refusal_of_the_callers_doing(
    programs: TestClient, cursor: str
) -> None:
    answer = programs.get("/v1/items", params={"cursor": cursor})
    if answer.status_code == 200:  # exactly what this listing gives for a place in it
        place = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().removeprefix("items ")
        assert cursor == coded(int(place))
    else:
        assert answer.status_code == 422
        assert answer.json()["type"].startswith("urn:tastemaker:")


@pytest.mark.parametrize("raw", ["%00", "%ff%fe", "%ED%A0%80", "%F0%9F", "a&cursor=b", "%", "+7", "9" * 90])
def test_bytes_that_are_no_text_are_no_cursor_either(programs: TestClient, raw: str) -> None:
    answer = programs.get(f"/v1/items?cursor={raw}")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:tastemaker:RequestError")


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
