"""The functions of the page: each has an entry in the table of doors, and those of the operator refuse visitors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from agent.config import load_config
from tests.support.layouts import app_with_page, laid
from ui.guard.access import Access
from ui.guard.doors import FUNCTIONS, GUEST, OPERATOR
from ui.page import doors
from ui.page.doors import function_names
from ui.page.layout import build_page
from ui.service.service import Service

TOKEN, VISITORS = "a-token-of-many-characters", "another-token-for-visitors"
JOIN, RUN = "/gradio_api/queue/join", "/gradio_api/run/predict"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    made = Service(tmp_path_factory.mktemp("doors") / "workspace", load_config(llm="none"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def names(service: Service) -> dict[int, str]:
    return function_names(laid(lambda: build_page(service, Access())))


@pytest.fixture(scope="module")
def app(service: Service) -> FastAPI:
    return app_with_page(service, Access("0.0.0.0", TOKEN, VISITORS))


def person(app: FastAPI, token: str) -> TestClient:
    client = TestClient(app, "http://shop.example", follow_redirects=False)
    client.post("/login", data={"token": token})
    return client


@pytest.fixture
def visitor(app: FastAPI) -> TestClient:
    return person(app, VISITORS)


def called(number: object, **more: object) -> dict[str, Any]:
    return {"fn_index": number, "data": [], "session_hash": "x1", **more}


def test_every_function_has_an_entry_and_every_entry_is_a_function(names: dict[int, str]) -> None:
    assert {name.split(" ")[0] for name in FUNCTIONS} == set(names.values())


def test_every_function_of_the_operator_refuses_a_visitor(visitor: TestClient, names: dict[int, str]) -> None:
    theirs = [number for number, name in names.items() if FUNCTIONS[name] is OPERATOR]
    assert len(theirs) > 25
    for number in theirs:
        for address in (JOIN, RUN, f"{RUN}/", "/gradio_api/run/other"):
            answer = visitor.post(address, json=called(number))
            assert answer.status_code == 403, names[number]
            assert answer.json()["type"] == "urn:tastemaker:OperatorOnly"


def test_a_visitors_own_functions_and_the_operators_are_let_through(app: FastAPI, names: dict[int, str]) -> None:
    visitor, operator = person(app, VISITORS), person(app, TOKEN)
    for number, name in names.items():
        if FUNCTIONS[name] is GUEST:
            assert visitor.post(JOIN, json=called(number)).status_code == 200, name
        assert operator.post(JOIN, json=called(number)).status_code == 200, name


def test_a_visitor_cannot_fill_the_workspace_from_the_chat(visitor: TestClient, names: dict[int, str]) -> None:
    (number, *_) = (number for number, name in names.items() if name == "chat_page.press")
    assert visitor.post(JOIN, json=called(number, event_data={"act": "demo"})).status_code == 403
    assert visitor.post(JOIN, json=called(number, event_data={"act": "new"})).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"data": []}', b'{"fn_index": null, "data": []}'),
        *(json.dumps(called(number)).encode() for number in ("0", 0.0, True, [0], {"a": 0}, -1, 10**30, 999)),
        b'{"fn_index": 38, "fn_index": 0, "data": [], "session_hash": "x"}',
        b'{"fn_index": 0, "fn_index": 38, "data": [], "session_hash": "x"}',
        b'{"fn_index": 4, "data": [], "session_hash": "x", "event_data": {"act": "new", "act": "demo"}}',
    ],
)
def test_a_call_that_could_be_read_in_two_ways_is_refused(visitor: TestClient, body: bytes) -> None:
    answer = visitor.post(JOIN, content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:tastemaker:OperatorOnly")


def test_a_guest_of_a_public_page_has_what_a_visitor_has(service: Service, names: dict[int, str]) -> None:
    guest = TestClient(app_with_page(service, Access("0.0.0.0", TOKEN, public=True)), "http://shop.example")
    for number, name in names.items():
        assert guest.post(JOIN, json=called(number)).status_code == (200 if FUNCTIONS[name] is GUEST else 403), name


def test_a_call_that_is_larger_than_any_of_the_page_is_not_read_on(
    visitor: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "MOST_BYTES", 1000)
    assert visitor.post(JOIN, json=called(0, data=["x" * 2000])).status_code == 413


def test_without_a_token_whoever_sits_here_is_the_operator(service: Service, names: dict[int, str]) -> None:
    here = TestClient(app_with_page(service, Access()), "http://127.0.0.1:7860")
    assert {here.post(JOIN, json=called(number)).status_code for number in names} == {200}
