"""What every route needs: parameters that it knows, and a workspace that holds something."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest
from fastapi import Depends, FastAPI, Query, Request
from fastapi.testclient import TestClient

from agent.config import load_config
from tests.support.apishelf import OpenService
from ui.api.dependencies import Filled, Served, check_naming, known_query
from ui.errors.problems import install
from ui.errors.refusals import OperatorOnly
from ui.guard.doors import OPERATOR, VISITOR, CallerRole
from ui.service.service import Service, Status


def client_of(service: Service) -> TestClient:
    app = FastAPI(dependencies=[Depends(known_query)])
    app.state.service = service
    install(app)

    @app.get("/things")
    def things(limit: int = 5, after: str = Query("", alias="cursor")) -> list[object]:
        return [limit, after]

    @app.get("/bare")
    def bare(service: Served) -> str:
        return service.status().phase

    @app.get("/filled")
    def filled(service: Filled) -> str:
        return service.status().phase

    return TestClient(app)


@pytest.mark.parametrize(
    ("user", "role", "is_refused"),
    [("ada", VISITOR, True), ("", VISITOR, True), (None, VISITOR, False), ("ada", OPERATOR, False)],
)
def test_a_visitor_names_nobody(user: str | None, role: CallerRole, is_refused: bool) -> None:
    request = Request({"type": "http", "state": {"role": role}})
    with pytest.raises(OperatorOnly, match="may not name") if is_refused else nullcontext():
        check_naming(user, request)


@pytest.fixture(scope="module")
def client(shop: OpenService) -> TestClient:
    return client_of(shop)


def test_parameters_are_known_by_the_names_that_callers_use(client: TestClient) -> None:
    assert client.get("/things?limit=7&cursor=x").json() == [7, "x"]
    assert client.get("/things").json() == [5, ""]


@pytest.mark.parametrize(
    ("address", "strange", "known"),
    [
        ("/things?limt=7", "'limt'", "cursor, limit"),
        ("/things?after=x", "'after'", "cursor, limit"),
        ("/bare?x=1", "'x'", "none"),
        (f"/bare?{'x' * 99}=1", f"'{'x' * 60}'", "none"),
    ],
)
def test_a_parameter_that_may_be_a_misspelling_is_told_with_those_there_are(
    client: TestClient, address: str, strange: str, known: str
) -> None:
    problem = client.get(address).json()
    assert problem["title"] == f"The call has no parameter {strange}."
    assert problem["detail"] == f"Those in the address are: {known}."


def test_an_empty_workspace_is_told_where_items_are_needed_and_only_there(
    client: TestClient, shop: OpenService, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/filled").json() == "ready"
    monkeypatch.setattr(shop, "_status", Status("empty"))
    assert client.get("/bare").json() == "empty"
    answer = client.get("/filled")
    assert answer.status_code == 503
    assert "POST /v1/items" in answer.json()["detail"]


def test_while_models_load_a_route_may_answer_by_itself(tmp_path: Path) -> None:
    service = Service(tmp_path / "workspace", load_config(llm="none"))
    assert client_of(service).get("/filled").json() == "starting"
    service.close()
