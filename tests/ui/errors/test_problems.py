"""Failures as problem documents: the right status, what to do next, and nobody's words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import BaseModel
from starlette.testclient import TestClient

from agent.errors import MediaError, RequestError, TastemakerError, WorkspaceError, WorkspaceLocked, WorkspaceOutdated
from ui.errors.problems import MEDIA_TYPE, install, problem_of, request_id, status_of, unexpected
from ui.errors.refusals import Busy, Gone, NotReady, Unauthorized


class Parcel(BaseModel):
    weight: int


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()
    install(app)

    @app.post("/parcels")
    def send(parcel: Parcel) -> int:
        if parcel.weight > 9:
            raise RequestError("The parcel is too heavy.", "Send less.")
        return parcel.weight

    return TestClient(app)


def told(error: TastemakerError) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(bytes(problem_of(error).body))
    return document


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RequestError("a", "b"), 422),
        (Gone("a", "b"), 410),
        (WorkspaceOutdated("a", "b"), 503),
        (WorkspaceError("a", "b"), 507),
        (WorkspaceLocked("a", "b"), 507),  # by the nearest kind that has one
        (TastemakerError("a", "b"), 500),
    ],
)
def test_an_error_has_the_status_of_its_nearest_kind(error: TastemakerError, status: int) -> None:
    assert status_of(error) == status
    assert problem_of(error).status_code == status


def test_a_problem_says_what_happened_and_what_to_do_under_a_stable_name() -> None:
    assert told(MediaError("The picture is broken.", "Send another.")) == {
        "type": "urn:tastemaker:MediaError",
        "title": "The picture is broken.",
        "status": 422,
        "detail": "Send another.",
    }


def test_a_problem_names_the_call_that_it_belongs_to() -> None:
    before = request_id.set("run-7")
    try:
        assert told(RequestError("a", "b"))["instance"] == "urn:tastemaker:request:run-7"
    finally:
        request_id.reset(before)
    assert "instance" not in told(RequestError("a", "b"))


def test_whoever_may_come_again_is_told_when_and_whoever_is_unknown_how() -> None:
    assert problem_of(Busy("Full.", "Wait.", 17)).headers["retry-after"] == "17"
    assert problem_of(NotReady("Loading.", "Wait.")).headers["retry-after"] == "3"
    assert problem_of(Unauthorized("Who?", "Say.")).headers["www-authenticate"] == "Bearer"
    assert "retry-after" not in problem_of(RequestError("a", "b")).headers


def test_a_body_that_does_not_fit_is_told_by_its_place(client: TestClient) -> None:
    answer = client.post("/parcels", json={"weight": "heavy"})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:tastemaker:InvalidRequest")
    assert answer.json()["title"].startswith("body.weight: ")
    assert "heavy" not in answer.text
    broken = client.post("/parcels", content=b'{"weight": ', headers={"content-type": "application/json"})
    assert (broken.status_code, broken.json()["type"]) == (400, "urn:tastemaker:InvalidJson")


def test_every_failure_of_an_app_is_a_problem_document(client: TestClient) -> None:
    heavy, nowhere, wrong = client.post("/parcels", json={"weight": 10}), client.get("/x"), client.put("/parcels")
    assert [answer.status_code for answer in (heavy, nowhere, wrong)] == [422, 404, 405]
    assert {answer.headers["content-type"] for answer in (heavy, nowhere, wrong)} == {MEDIA_TYPE}
    assert heavy.json()["detail"] == "Send less."
    assert wrong.headers["allow"] == "POST"


def test_what_nobody_foresaw_is_told_by_its_kind_alone() -> None:
    document = told(unexpected(KeyError("what somebody wrote")))
    assert document["status"] == 500
    assert "KeyError" in document["title"]
    assert "somebody" not in json.dumps(document)
