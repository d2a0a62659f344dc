"""People over HTTP: each under their own name, whatever it holds, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from agent.answers import UserTurn
from tests.support.apishelf import OpenService
from ui.api import users
from ui.errors.problems import install
from ui.service.chat_history import PastExchange

ADA = "ada/lovelace"


@pytest.fixture(scope="module")
def client(shop: OpenService) -> TestClient:
    app = FastAPI()
    app.state.service = shop
    install(app)
    app.include_router(users.router)
    return TestClient(app)


@pytest.fixture(autouse=True)
def nobody_left(shop: OpenService) -> Iterator[None]:
    yield
    shop.agent.opt_out(ADA, False)
    shop.agent.forget_user(ADA)


def say(client: TestClient, **changes: Any) -> Any:
    return client.post("/v1/feedback", json={"user": ADA, "item_id": "2", "kind": "like", **changes})


def test_a_name_with_a_slash_is_one_person(client: TestClient) -> None:
    assert say(client).json()["stored"]
    for path in ("/v1/users/ada%2Flovelace/profile", "/v1/users/ada/lovelace/profile"):
        assert [mark["item_id"] for mark in client.get(path).json()["liked"]] == ["2"]
    assert client.get("/v1/users/ada/profile").json()["n_events"] == 0


def test_a_dislike_counts_by_what_its_reason_names(client: TestClient) -> None:
    told = say(client, kind="dislike", reason="no brass please").json()
    assert told["objections"]
    assert client.get(f"/v1/users/{ADA}/profile").json()["objections"][0]["reason"] == "no brass please"


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "adore"}, {"item_id": "none"}, {"user": ""}, {"reason": "x" * 2_001}, {"value": "5"}, {"stars": 5}],
)
def test_feedback_that_cannot_be_is_refused_and_nothing_is_kept(client: TestClient, wrong: dict[str, Any]) -> None:
    assert say(client, **wrong).status_code == 422
    assert client.get(f"/v1/users/{ADA}/profile").json()["n_events"] == 0


def test_who_opts_out_is_not_remembered_until_they_come_back(client: TestClient, shop: OpenService) -> None:
    shop.histories.keep(ADA, [PastExchange(UserTurn("a chair"), "Nothing fits.")], (), shop.histories.n_forgotten)
    before = shop.histories.n_kept
    assert client.put(f"/v1/users/{ADA}/opt-out", json={"opted_out": True}).json() == {"user": ADA, "opted_out": True}
    assert shop.histories.n_kept == before - 1
    assert not say(client).json()["stored"]
    assert client.get(f"/v1/users/{ADA}/profile").json()["opted_out"]
    client.put(f"/v1/users/{ADA}/opt-out", json={"opted_out": False})
    assert say(client).json()["stored"]


def test_who_is_forgotten_is_told_what_went_with_them(client: TestClient, shop: OpenService) -> None:
    say(client)
    shop.uploads.keep(b"id,title\n1,Lamp\n", ADA, "mine.csv", {"catalog"})
    gone = client.delete(f"/v1/users/{ADA}").json()
    assert (gone["user"], gone["uploads"], gone["rows"]["interactions"]) == (ADA, 1, 1)
    again = client.delete(f"/v1/users/{ADA}").json()
    assert (again["uploads"], sum(again["rows"].values())) == (0, 0)


def test_everything_that_is_known_is_handed_over_and_of_a_stranger_that_it_is_nothing(client: TestClient) -> None:
    say(client)
    export = client.get(f"/v1/users/{ADA}").json()
    assert len(export["rows"]["interactions"]) == export["n_events"] == 1
    assert client.get("/v1/users/stranger").json()["rows"] == {}
