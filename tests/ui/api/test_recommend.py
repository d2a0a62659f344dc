"""Asking for items: whole, step by step, and what is told where it breaks off."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from agent.answers import Event, UserTurn
from agent.errors import ModelError
from tests.support.apishelf import OpenService
from ui.api import recommend
from ui.errors.problems import install


@pytest.fixture(scope="module")
def client(shop: OpenService) -> TestClient:
    app = FastAPI()
    app.state.service = shop
    install(app)
    app.include_router(recommend.router)
    return TestClient(app)


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    parts = [part.split("\ndata: ") for part in text.removesuffix("\n\n").split("\n\n")]
    return [(name.removeprefix("event: "), json.loads(data)) for name, data in parts]


def test_a_stream_is_kept_by_nobody_on_its_way(client: TestClient) -> None:
    answer = client.post("/v1/recommend", json={"text": "a chair", "k": 1, "stream": True})
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert (answer.headers["cache-control"], answer.headers["x-accel-buffering"]) == ("no-store", "no")
    assert [name for name, _ in events(answer.text)] == ["status", "candidates", "item", "final"]


def test_words_of_any_language_come_as_they_are_in_one_line_each(client: TestClient) -> None:
    answer = client.post("/v1/recommend", json={"text": "椅子", "k": 1, "stream": True})
    assert "椅子" in answer.text
    assert all(line.startswith(("event: ", "data: {")) for line in answer.text.splitlines() if line)


def test_what_breaks_after_the_first_step_is_an_event_with_a_problem(
    client: TestClient, shop: OpenService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaking(_: UserTurn) -> Iterator[Event]:
        yield Event("status", 0.0, "searching")
        raise ModelError("The model gave no answer.", "Ask again.")

    monkeypatch.setattr(shop.agent, "answer", breaking)
    answer = client.post("/v1/recommend", json={"text": "a chair", "stream": True})
    (first, _), (last, problem) = events(answer.text)
    assert (answer.status_code, first, last) == (200, "status", "error")
    assert (problem["type"], problem["status"]) == ("urn:tastemaker:ModelError", 503)
    whole = client.post("/v1/recommend", json={"text": "a chair"})
    assert (whole.status_code, whole.json()) == (503, problem)


def test_a_search_says_what_each_channel_said_and_gives_no_reason(client: TestClient) -> None:
    hits = client.post("/v1/search", json={"text": "a chair", "k": 2, "filters": ["price<=90"]}).json()["hits"]
    assert [hit["rank"] for hit in hits] == list(range(1, len(hits) + 1))
    assert hits[0]["item"]["id"] == "3"
    assert all(hit["channels"] and "explanation" not in hit for hit in hits)


def test_reasons_come_in_the_order_asked_for_with_evidence_in_the_item(client: TestClient) -> None:
    body = {"text": "a wooden chair", "item_ids": ["4", "1", "3"]}
    told = client.post("/v1/explain", json=body).json()["explanations"]
    assert [reason["item_id"] for reason in told] == ["4", "1", "3"]
    pointers = {proof["pointer"] for claim in told[2]["explanation"]["claims"] for proof in claim["evidence"]}
    assert "/item/description" in pointers
