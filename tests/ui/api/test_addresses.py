"""Addresses under /v1 as callers write them, and what is said where there is nothing."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from ui.api.addresses import OURS


@pytest.mark.parametrize("address", ["responses", "embeddings", "images/generations", "completions"])
def test_an_address_of_openais_that_is_not_here_fails_in_their_form(programs: TestClient, address: str) -> None:
    answer = programs.post(OURS + address, json={})
    error = answer.json()["error"]
    assert answer.status_code == 404
    assert (error["type"], error["code"]) == ("invalid_request_error", "UnknownAddress")
    assert error["message"].startswith(f"There is nothing at POST /v1/{address}.")
    assert "POST /v1/chat/completions" in error["message"]
    assert "GET /v1/models" in error["message"]


@pytest.mark.parametrize("address", ["", "nothing", "recommend/more", "users"])
def test_any_other_unknown_address_is_a_problem_that_names_what_there_is(programs: TestClient, address: str) -> None:
    problem = programs.get(OURS + address).json()
    assert (problem["status"], problem["type"]) == (404, "urn:tastemaker:UnknownAddress")
    assert "POST /v1/recommend" in problem["detail"]


def test_an_address_that_is_called_in_another_way_says_how(programs: TestClient) -> None:
    answer = programs.get("/v1/recommend")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.json()["detail"] == "The address takes POST."
    assert programs.post("/v1/models", json={}).json()["error"]["code"] == "WrongMethod"
    assert programs.options("/v1/items").headers["allow"] == "GET, POST"


def test_a_slash_at_the_end_changes_nothing(programs: TestClient) -> None:
    assert programs.get("/v1/models/").json() == programs.get("/v1/models").json()
    assert programs.get("/v1/items/3/").json()["id"] == "3"
    assert programs.get("/v1/items/?limit=1").json()["items"][0]["id"] == "1"


def test_a_slash_of_an_id_is_encoded_and_stays(programs: TestClient) -> None:
    assert programs.get("/v1/items/a%2Fb%3Fc").json()["id"] == "a/b?c"
    assert "'3/'" in programs.get("/v1/items/3%2F").json()["title"]


@pytest.mark.parametrize("address", ["/v1/models", "/v1/models/", "/v1/items", "/healthz", "/v1/nothing"])
def test_head_answers_as_get_without_the_body(programs: TestClient, address: str) -> None:
    whole, head = programs.get(address), programs.head(address)
    assert (head.status_code, head.content) == (whole.status_code, b"")
    assert head.headers["content-type"] == whole.headers["content-type"]
    assert head.headers["content-length"] == whole.headers["content-length"]


def test_nobody_without_the_token_is_told_what_there_is(programs: TestClient) -> None:
    assert programs.get("/v1/nothing", headers={"Authorization": ""}).status_code == 401
