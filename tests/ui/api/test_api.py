"""The HTTP API: what programs ask, and what they are told where it cannot be done."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from tests.support.apishelf import BEARER, ROWS, TOKEN, OpenService, word_agent
from ui.app import create_app
from ui.guard.access import Access


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenService]:
    agent = word_agent(tmp_path_factory.mktemp("api") / "workspace")
    agent.put_items(ROWS)
    opened = OpenService(agent)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def client(service: OpenService) -> TestClient:
    app = create_app(service, Access(token=TOKEN), page=False)
    return TestClient(app, headers=BEARER, raise_server_exceptions=False)


def picture(side: int = 64) -> str:
    file = io.BytesIO()
    Image.new("RGB", (side, side), "red").save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def refused(response: Any, status: int, kind: str) -> dict[str, Any]:
    """The problem document of an answer that is one."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["type"] == f"urn:tastemaker:{kind}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    return problem


def events(response: Any) -> list[tuple[str, dict[str, Any]]]:
    parts = [part.split("\n", 1) for part in response.text.strip().split("\n\n")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in parts]


def test_a_recommendation_comes_with_its_reasons_and_no_path_of_the_server(
    client: TestClient, service: OpenService
) -> None:
    client.put("/v1/items/seen", json={"title": "Red lamp", "image": {"name": "lamp.png", "data": picture()}})
    answer = client.post("/v1/recommend", json={"text": "a red lamp", "k": 2})
    assert answer.status_code == 200
    best = answer.json()["recommendations"][0]
    assert best["item"]["id"] == "seen"
    assert best["explanation"]["claims"]
    assert best["item"]["media"][0]["picture"] == "/v1/items/seen/picture?n=0"
    assert str(service.workspace) not in answer.text
    client.delete("/v1/items/seen")


def test_a_streamed_answer_ends_with_the_whole_one(client: TestClient) -> None:
    body = {"text": "a chair", "k": 2}
    streamed = events(client.post("/v1/recommend", json=body | {"stream": True}))
    assert [name for name, _ in streamed] == ["status", "candidates", "item", "item", "final"]
    whole = client.post("/v1/recommend", json=body).json()
    final = streamed[-1][1]["answer"]
    assert final["recommendations"] == whole["recommendations"]


def test_a_stream_that_cannot_begin_is_refused_as_any_other_call(client: TestClient) -> None:
    refused(client.post("/v1/recommend", json={"stream": True}), 422, "RequestError")
    refused(
        client.post("/v1/recommend", json={"text": "x", "filters": ["nothing=1"], "stream": True}), 422, "FilterError"
    )


def test_a_search_finds_by_words_and_by_a_picture(client: TestClient) -> None:
    client.put("/v1/items/seen", json={"title": "Untitled", "image": f"data:image/png;base64,{picture()}"})
    by_words = client.post("/v1/search", json={"text": "blue cloth", "k": 1}).json()
    assert by_words["hits"][0]["item"]["id"] == "4"
    by_picture = client.post("/v1/search", json={"images": [f"data:image/png;base64,{picture(80)}"], "k": 1}).json()
    assert by_picture["hits"][0]["item"]["id"] == "seen"
    client.delete("/v1/items/seen")


def test_files_are_judged_by_content_and_gone_after_the_call(client: TestClient, service: OpenService) -> None:
    svg = base64.b64encode(b"<svg onload='alert(1)'/>").decode()
    refused(client.post("/v1/search", json={"images": [{"name": "a.png", "data": svg}]}), 422, "MediaError")
    refused(client.post("/v1/search", json={"images": ["/etc/passwd"]}), 422, "MediaError")
    refused(client.post("/v1/search", json={"images": ["https://example.org/a.png"]}), 422, "MediaError")
    client.post("/v1/search", json={"images": [f"data:image/png;base64,{picture()}"]})
    assert not any(service.uploads.folder.rglob("*.png"))


def test_any_items_are_explained_in_the_order_named(client: TestClient) -> None:
    found = client.post("/v1/explain", json={"text": "a chair", "item_ids": ["4", "3"]}).json()
    assert [one["item_id"] for one in found["explanations"]] == ["4", "3"]
    refused(client.post("/v1/explain", json={"text": "a chair", "item_ids": ["unknown"]}), 422, "RequestError")


def test_an_item_is_put_read_replaced_and_deleted(client: TestClient) -> None:
    put = client.put("/v1/items/x%2Fy%3F", json={"title": "Sloop", "price": "12 €", "sails": 2})
    assert put.json() == {"added": ["x/y?"], "updated": [], "unchanged": [], "problems": []}
    assert client.put("/v1/items/x%2Fy%3F", json={"id": "x/y?", "title": "Sloop", "price": "12 €", "sails": 2}).json()[
        "unchanged"
    ] == ["x/y?"]
    assert client.post("/v1/search", json={"text": "sloop", "k": 1}).json()["hits"][0]["item"]["id"] == "x/y?"
    assert client.get("/v1/items/x%2Fy%3F").json()["price"] == 12
    assert client.delete("/v1/items/x%2Fy%3F").json() == {"deleted": ["x/y?"]}
    refused(client.delete("/v1/items/x%2Fy%3F"), 404, "NotFound")
    refused(client.get("/v1/items/x%2Fy%3F"), 404, "NotFound")


def test_a_row_that_is_no_item_is_refused(client: TestClient) -> None:
    refused(client.put("/v1/items/new", json={"price": 5}), 422, "RequestError")
    refused(client.put("/v1/items/new", json={"id": "other", "title": "Lamp"}), 422, "RequestError")
    refused(client.put("/v1/items/new", json=[]), 422, "InvalidRequest")
    broken = client.put("/v1/items/new", content=b"{", headers={"content-type": "application/json"})
    refused(broken, 400, "InvalidJson")
    refused(client.put("/v1/items/" + "a" * 300, json={"title": "Lamp"}), 422, "InvalidRequest")


def test_rows_come_in_batches_with_their_problems(client: TestClient) -> None:
    rows = [{"id": "b1", "title": "Kettle"}, {"id": "b2"}, {"id": "b3", "title": "Pot", "image": "/etc/passwd"}]
    report = client.post("/v1/items", json={"items": rows}).json()
    assert report["added"] == ["b1", "b3"]
    assert [(one["line"], one["severity"]) for one in report["problems"]] == [(2, "skipped"), (3, "degraded")]
    assert client.post("/v1/items", json={"items": rows}).json()["unchanged"] == ["b1", "b3"]
    for name in ("b1", "b3"):
        client.delete(f"/v1/items/{name}")


def test_pages_hold_every_item_once_also_when_one_is_deleted_meanwhile(client: TestClient) -> None:
    first = client.get("/v1/items", params={"limit": 2}).json()
    assert [one["id"] for one in first["items"]] == ["1", "2"]
    client.delete("/v1/items/2")
    seen, page = [one["id"] for one in first["items"]], first
    while page["next"]:
        page = client.get("/v1/items", params={"limit": 2, "cursor": page["next"]}).json()
        seen += [one["id"] for one in page["items"]]
    client.put("/v1/items/2", json=ROWS[1])
    assert seen == [row["id"] for row in ROWS]
    refused(client.get("/v1/items", params={"cursor": "not one"}), 422, "RequestError")


def test_a_person_s_words_replace_a_description(client: TestClient) -> None:
    client.put("/v1/items/seen", json={"title": "Untitled", "image": f"data:image/png;base64,{picture()}"})
    digest = client.get("/v1/items/seen").json()["media"][0]["sha256"]
    told = client.put(f"/v1/items/seen/descriptions/{digest}", json={"text": "A scarlet square"})
    assert told.json()["descriptions"][0]["text"] == "A scarlet square"
    refused(client.put(f"/v1/items/none/descriptions/{digest}", json={"text": "A square"}), 404, "NotFound")
    client.delete("/v1/items/seen")


def test_what_people_say_is_kept_shown_handed_over_and_forgotten(client: TestClient) -> None:
    said = client.post("/v1/feedback", json={"user": "ada", "item_id": "1", "kind": "like"})
    assert said.json()["stored"]
    assert client.get("/v1/users/ada/profile").json()["liked"][0]["item_id"] == "1"
    assert client.get("/v1/users/ada").json()["rows"]["interactions"]
    assert client.put("/v1/users/ada/opt-out", json={"opted_out": True}).json()["opted_out"]
    assert not client.post("/v1/feedback", json={"user": "ada", "item_id": "2", "kind": "like"}).json()["stored"]
    assert client.delete("/v1/users/ada").json()["rows"]["interactions"] == 1
    assert client.get("/v1/users/ada").json()["n_events"] == 0


def test_a_post_under_a_key_is_done_once(client: TestClient) -> None:
    body, key = {"user": "bo", "item_id": "1", "kind": "view"}, {"Idempotency-Key": "first"}
    first = client.post("/v1/feedback", json=body, headers=key)
    again = client.post("/v1/feedback", json=body, headers=key)
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    assert client.get("/v1/users/bo").json()["n_events"] == 1
    refused(client.post("/v1/feedback", json=body | {"kind": "like"}, headers=key), 422, "RequestError")
    client.post("/v1/feedback", json=body, headers={"Idempotency-Key": "second"})
    assert client.get("/v1/users/bo").json()["n_events"] == 2


def test_a_refusal_under_a_key_is_the_same_again_but_a_stream_is_made_anew(client: TestClient) -> None:
    key = {"Idempotency-Key": "refused"}
    first = client.post("/v1/explain", json={"text": "x", "item_ids": ["none"]}, headers=key)
    assert client.post("/v1/explain", json={"text": "x", "item_ids": ["none"]}, headers=key).json() == first.json()
    key = {"Idempotency-Key": "stream"}
    for _ in range(2):
        streamed = client.post("/v1/recommend", json={"text": "a chair", "stream": True}, headers=key)
        assert "idempotent-replayed" not in streamed.headers
        assert events(streamed)[-1][0] == "final"


@pytest.mark.parametrize(
    "body", [{"text": 5}, {"text": "x", "k": 0}, {"text": "x", "k": "3"}, {"txt": "x"}, {"images": "x"}]
)
def test_a_misspelled_or_mistyped_body_is_refused(client: TestClient, body: dict[str, object]) -> None:
    refused(client.post("/v1/recommend", json=body), 422, "InvalidRequest")


def test_an_empty_workspace_says_so_and_takes_its_first_item(tmp_path_factory: pytest.TempPathFactory) -> None:
    service = OpenService(word_agent(tmp_path_factory.mktemp("empty") / "workspace"))
    client = TestClient(create_app(service, Access(token=TOKEN), page=False), headers=BEARER)
    problem = refused(client.post("/v1/recommend", json={"text": "a lamp"}), 503, "NotReady")
    assert str(service.workspace) not in json.dumps(problem)
    assert client.get("/v1/items").json() == {"items": [], "total": 0, "next": None}
    client.put("/v1/items/1", json={"title": "Lamp"})
    assert client.post("/v1/search", json={"text": "a lamp"}).json()["hits"][0]["item"]["id"] == "1"
    client.delete("/v1/items/1")
    refused(client.post("/v1/search", json={"text": "a lamp"}), 503, "NotReady")
    service.close()


@pytest.mark.parametrize("address", ["/v1/items?limt=2", "/v1/items?=true", "/v1/items/1?limit=2", "/v1/users/ada?x="])
def test_a_parameter_that_nobody_knows_is_refused(client: TestClient, address: str) -> None:
    refused(client.get(address), 422, "RequestError")
