"""Problems in the form that chat front ends read, on their addresses and no others."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient

from agent.errors import ModelError, RequestError, TastemakerError
from ui.api.openai.errors import OpenAiErrors, error_of
from ui.errors.problems import install, problem_of
from ui.errors.refusals import Busy, NotFound, TooLarge, Unauthorized

FAILURES: dict[str, TastemakerError] = {
    "request": RequestError("Zu groß.", "Ask for less."),
    "busy": Busy("Full.", "Wait.", 7),
    "model": ModelError("No answer.", "Ask again."),
}


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()
    install(app)

    @app.get("/v1/models/{name}")
    @app.get("/v1/items/{name}")
    def fail(name: str) -> Any:
        if name in FAILURES:
            raise FAILURES[name]
        return JSONResponse({"name": name}, 422 if name == "own" else 200)

    app.add_middleware(OpenAiErrors)
    return TestClient(app)


def told(error: TastemakerError) -> dict[str, Any]:
    answer: dict[str, Any] = error_of(json.loads(bytes(problem_of(error).body)))["error"]
    return answer


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (Unauthorized("Who?", "Say."), "authentication_error", "Unauthorized"),
        (Busy("Full.", "Wait.", 5), "rate_limit_error", "Busy"),
        (NotFound("No such model.", "Ask for another."), "invalid_request_error", "model_not_found"),
        (TooLarge("Too large.", "Send less."), "invalid_request_error", "TooLarge"),
        (ModelError("No answer.", "Ask again."), "server_error", "ModelError"),
    ],
)
def test_an_error_has_the_type_by_which_client_libraries_know_it(error: TastemakerError, kind: str, code: str) -> None:
    assert told(error) == {"message": str(error), "type": kind, "param": None, "code": code}


def test_what_cannot_be_processed_is_a_bad_request_there(client: TestClient) -> None:
    answer = client.get("/v1/models/request")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/json"
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.json()["error"]["message"] == "Zu groß. Ask for less."
    assert client.get("/v1/models/model").status_code == 503


def test_when_to_come_again_is_told_in_that_form_too(client: TestClient) -> None:
    answer = client.get("/v1/models/busy")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")


def test_what_is_no_problem_stays_as_it_is(client: TestClient) -> None:
    assert client.get("/v1/models/tastemaker").json() == {"name": "tastemaker"}
    assert client.get("/v1/models/own").status_code == 422


def test_other_addresses_keep_their_problem_documents(client: TestClient) -> None:
    answer = client.get("/v1/items/request")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:tastemaker:RequestError")
