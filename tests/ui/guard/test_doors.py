"""Every door has an entry in one table, and those of the operator are shut to a visitor: over HTTP, to agents, here."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import BaseRoute, Mount
from starlette.testclient import TestClient

from agent.config import load_config
from tests.support.layouts import app_with_page
from ui.guard.access import Access
from ui.guard.doors import CALLS, GUEST, OPERATOR, TOOLS, role_for_call, role_for_function, role_of
from ui.mcp.server import mcp_server
from ui.page.wall import CLOSED, PRESSED, _looks
from ui.service.service import Service
from ui.service.thumbnails import Thumbnails

TOKEN, VISITORS = "a-token-of-many-characters", "another-token-for-visitors"
THEIRS = [name for name, role in CALLS.items() if role is OPERATOR]
# what answers where no other does, and routes of Gradio that ours stand before: shut to visitors, as all unknown is
NO_DOORS = {
    *(f"{method} /v1/{{rest:path}}" for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")),
    *("HEAD /openapi.json", "POST /login/", "GET /logout"),
    *("GET /gradio_api/file={path_or_url:path}", "HEAD /gradio_api/file={path_or_url:path}"),
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    made = Service(tmp_path_factory.mktemp("doors") / "workspace", load_config(llm="none"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def app(service: Service) -> FastAPI:
    return app_with_page(service, Access("0.0.0.0", TOKEN, VISITORS))


@pytest.fixture(scope="module")
def visitor(app: FastAPI) -> TestClient:
    return TestClient(app, "http://shop.example", headers={"authorization": f"Bearer {VISITORS}"})


def doors(routes: list[BaseRoute]) -> Iterator[str]:
    """The calls that routes answer, those of what is mounted included, as the table names them."""
    from fastapi.routing import iter_route_contexts

    for route in iter_route_contexts(routes):
        within = getattr(route, "original_route", route)
        if isinstance(within, Mount):
            yield from doors(within.routes)
        else:
            yield from (f"{method} {route.path}" for method in route.methods or ["ANY"])


def is_walled_off(door: str) -> bool:
    """Whether a call goes to what Gradio answers and the page does not use."""
    method, path = door.split(" ", 1)
    ours = path.startswith(("/gradio_api/upload", "/gradio_api/file="))
    let_through = _looks(method, path) or (method == "POST" and path.rstrip("/") in PRESSED)
    return path.startswith(CLOSED) and not (ours or let_through)


def test_every_call_has_an_entry_and_every_entry_is_a_call(app: FastAPI) -> None:
    answered = {door for door in doors(app.routes) if not is_walled_off(door)}
    assert answered - set(CALLS) == NO_DOORS
    assert set(CALLS) - answered == {"POST /gradio_api/run/predict"}  # the one name that the page calls


@pytest.mark.parametrize("door", sorted(NO_DOORS))
def test_what_is_no_door_does_not_open_to_visitors(door: str) -> None:
    method, address = door.split(" ")
    path = re.sub(r"{[^}]*}", "7", address)
    assert role_for_call(method, path) is (GUEST if door.startswith("GET /gradio_api/file=") else OPERATOR)


def test_every_tool_has_an_entry(service: Service) -> None:
    tools = asyncio.run(mcp_server(service, Thumbnails()).list_tools())
    assert {tool.name for tool in tools} == set(TOOLS)


@pytest.mark.parametrize("door", THEIRS)
def test_every_door_of_the_operator_is_shut_to_visitors(visitor: TestClient, door: str) -> None:
    method, address = door.split(" ")
    for filling in ("7", "a%2Fb", "..%2F..", "%0A", "x" * 300, "ключ"):
        path = re.sub(r"{[^}]*}", filling, address)
        for more in ("", "?limit=1", "/"):
            for body in (b"", b"{}", b"{", b"\x00" * 1000):
                answer = visitor.request(method, path + more, content=body, headers={"accept": "text/html"})
                assert answer.status_code == 403, (method, path + more)
                assert answer.headers["content-type"] == "application/problem+json"
                assert answer.json()["type"] == "urn:tastemaker:OperatorOnly"


CHANGING = st.sampled_from(["PUT", "PATCH", "DELETE", "TRACE", "LINK", "put", ""])
PARTS = st.sampled_from(["v1", "items", "users", "ada", "..", "", "descriptions", "picture", "%2F", "healthz", "login"])


@given(CHANGING, st.lists(PARTS | st.text(max_size=5)))
def test_no_address_lets_a_visitor_put_or_delete(method: str, parts: list[str]) -> None:
    assert role_for_call(method, "/" + "/".join(parts)) is OPERATOR


@pytest.mark.parametrize("token", [TOKEN, None])
def test_a_public_page_opens_its_own_doors_to_anybody_and_no_other(service: Service, token: str | None) -> None:
    host = "0.0.0.0" if token else "127.0.0.1"
    app = app_with_page(service, Access(host, token, public=True))
    guest = TestClient(app, "http://127.0.0.1:7860", follow_redirects=False)
    for door, role in CALLS.items():
        method, address = door.split(" ")
        path = re.sub(r"{[^}]*}", "7", address)
        if role <= GUEST or method == "ANY":
            continue
        assert guest.request(method, path).status_code in (401, 403), door
        assert guest.request(method, path, headers={"authorization": "Bearer guessed"}).status_code in (401, 403), door
    page = guest.get("/", headers={"accept": "text/html"})
    assert page.status_code == 200
    operators = guest.get("/catalog", headers={"accept": "text/html"})
    assert (operators.status_code, operators.headers["location"]) == (303, "/login?for=operator")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/new"), ("PUT", "/"), ("GET", "/v1/users"), ("GET", "/x"), ("HEAD", "/metrics"), ("GET", "//healthz")],
)
def test_what_is_not_written_down_is_the_operators(method: str, path: str) -> None:
    assert role_for_call(method, path) is OPERATOR
    assert role_for_function("new_page.empty_all") is OPERATOR


def test_who_passed_no_gate_is_a_guest() -> None:
    assert role_of(None) is GUEST
    assert role_of(SimpleNamespace(state=SimpleNamespace(role=OPERATOR))) is OPERATOR
