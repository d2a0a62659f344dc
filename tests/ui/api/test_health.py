"""How a server is: alive at once, ready when it can answer, and counted all the while."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from agent.config import load_config
from tests.support.apishelf import BEARER, ROWS, TOKEN, OpenService
from ui.api import health
from ui.guard.access import LOGIN_COOKIE, Access, AccessGate
from ui.guard.doors import OPERATOR, VISITOR
from ui.guard.sessions import Sessions
from ui.guard.visitors import VisitorCookies
from ui.service.service import Service, Status


def client_of(service: Service, access: Access | None = None, sessions: Sessions | None = None) -> TestClient:
    app = FastAPI()
    app.state.service = service
    app.state.access = access or Access()
    app.include_router(health.router)
    visitors = VisitorCookies(service.workspace)
    app.add_middleware(AccessGate, access=app.state.access, sessions=sessions or Sessions(), visitors=visitors)
    return TestClient(app, base_url="http://localhost")


def test_before_models_are_there_the_process_lives_and_is_not_ready(tmp_path: Path) -> None:
    service = Service(tmp_path / "workspace", load_config(llm="none"))
    client = client_of(service)
    assert client.get("/healthz").json() == {"status": "ok"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "starting")
    lines = client.get("/metrics").text.splitlines()
    assert {"tastemaker_ready 0", "tastemaker_items 0", "tastemaker_jobs_running 0"} <= set(lines)
    service.close()


def test_a_ready_server_says_what_runs_and_counts_what_it_holds(shop: OpenService) -> None:
    client = client_of(shop)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["models"]["llm"]) == (200, "none")
    lines = client.get("/metrics").text.splitlines()
    assert {"tastemaker_ready 1", f"tastemaker_items {len(ROWS)}", "tastemaker_turns_pending 0"} <= set(lines)


@pytest.mark.parametrize("phase", ["empty", "failed", "stopping"])
def test_a_server_that_cannot_answer_says_why_and_what_to_do(
    shop: OpenService, monkeypatch: pytest.MonkeyPatch, phase: str
) -> None:
    monkeypatch.setattr(shop, "_status", Status(phase, "What is wrong.", "What to do."))  # type: ignore[arg-type]
    answer = client_of(shop).get("/readyz")
    assert answer.status_code == 503
    assert (answer.json()["text"], answer.json()["hint"]) == ("What is wrong.", "What to do.")


def test_whoever_shows_no_token_learns_the_phase_alone(shop: OpenService, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = Status("failed", "The workspace /srv/shop is in use by process 7.", "Stop it.", {"llm": "secret"}, "GPU 0")
    monkeypatch.setattr(shop, "_status", locked)
    sessions = Sessions()
    client = client_of(shop, Access("0.0.0.0", TOKEN), sessions)
    assert client.get("/readyz").json() == {"status": "failed"}
    assert client.get("/readyz", headers={"Authorization": "Bearer something else"}).json() == {"status": "failed"}
    assert client.get("/readyz", headers=BEARER).json()["text"] == locked.text
    client.cookies.set(LOGIN_COOKIE, sessions.begin(VISITOR))
    assert client.get("/readyz").json() == {"status": "failed"}
    client.cookies.set(LOGIN_COOKIE, sessions.begin(OPERATOR))
    assert client.get("/readyz").json()["models"] == {"llm": "secret"}
