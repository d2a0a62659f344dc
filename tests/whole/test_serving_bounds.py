"""What a call may send, and what the operator gets to know of it."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sys
import warnings
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel
from starlette.requests import Request
from starlette.testclient import TestClient

from agent.config import load_config
from agent.errors import RequestError
from ui.app import create_app
from ui.guard.access import Access
from ui.page.gradio_import import import_gradio
from ui.service.limits import Limits
from ui.service.service import Service
from ui.telemetry import requests

HERE = "http://127.0.0.1:7860"
MARKER = "Zaphod-Beeblebrox"


class Wish(BaseModel):
    text: str


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    limits = Limits(body_bytes=1000, body_idle_s=0.1, calls=3)
    service = Service(tmp_path_factory.mktemp("bounds") / "workspace", load_config(llm="none"), limits)
    app = create_app(service, Access(), page=False)

    @app.post("/v1/wish/{user}")
    def wish(user: str, wish: Wish) -> dict[str, str]:
        if wish.text.startswith("refuse"):
            raise RequestError(f"{wish.text} of {user} cannot be.", "Wish for less.")
        if wish.text.startswith("break"):
            raise ValueError(wish.text)
        return {"wish": wish.text}

    @app.post("/v1/size")
    async def size(request: Request) -> int:
        return len(await request.body())

    # These two come before what answers for all unknown addresses.
    app.router.routes[:] = [*app.router.routes[-2:], *app.router.routes[:-2]]
    yield app
    service.close()


@pytest.fixture(scope="module")
def client(app: FastAPI) -> TestClient:
    return TestClient(app, HERE)


def test_a_body_beyond_the_limit_is_refused_whether_it_says_so_or_not(client: TestClient) -> None:
    assert client.post("/v1/size", content=b"x" * 1000).json() == 1000
    for answer in (
        client.post("/v1/size", content=b"x" * 1001),
        client.post("/v1/size", content=(b"x" * 600 for _ in range(3))),
        client.post("/v1/wish/ada", content=(b'{"text": "' + b"x" * 600 for _ in range(3))),
    ):
        assert answer.status_code == 413
        assert answer.json()["type"] == "urn:tastemaker:TooLarge"


def ask(app: FastAPI, *bodies: AsyncIterator[bytes]) -> list[httpx.Response]:
    async def all_at_once() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HERE) as client:
            return await asyncio.gather(*(client.post("/v1/size", content=body) for body in bodies))

    return asyncio.run(all_at_once())


async def stalled() -> AsyncIterator[bytes]:
    yield b"x"
    await asyncio.Event().wait()


def test_a_body_that_does_not_come_is_given_up(app: FastAPI) -> None:
    (answer,) = ask(app, stalled())
    assert answer.status_code == 408
    assert answer.json()["title"].endswith("0.1 seconds.")


def test_calls_beyond_the_number_allowed_are_told_to_come_again(app: FastAPI) -> None:
    answers = ask(app, *(stalled() for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [408, 408, 408, 429, 429]
    assert all(answer.headers["retry-after"] for answer in answers if answer.status_code == 429)
    (again,) = ask(app, stalled())
    assert again.status_code == 408


def test_what_is_no_json_or_not_what_is_expected_is_a_typed_problem(client: TestClient) -> None:
    wrong = client.post("/v1/wish/ada", content=b'{"text": ', headers={"content-type": "application/json"})
    assert (wrong.status_code, wrong.json()["type"]) == (400, "urn:tastemaker:InvalidJson")
    other = client.post("/v1/wish/ada", json={"words": 1})
    assert (other.status_code, other.json()["type"]) == (422, "urn:tastemaker:InvalidRequest")
    for answer, status in ((client.get("/nowhere"), 404), (client.put("/healthz"), 405)):
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_a_call_has_an_id_its_own_if_that_is_sane(client: TestClient) -> None:
    assert client.get("/healthz", headers={"x-request-id": "run-7.of_9"}).headers["x-request-id"] == "run-7.of_9"
    for sent in ("short", "x" * 65, "has blanks in it", "naïve-identity"):
        made = client.get("/healthz", headers={"x-request-id": sent.encode()}).headers["x-request-id"]
        assert made != sent
        assert len(made) == 16
    problem = client.get("/nowhere", headers={"x-request-id": "run-7.of_9"}).json()
    assert problem["instance"] == "urn:tastemaker:request:run-7.of_9"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the log holds at its most talkative."""
    written, root = io.StringIO(), logging.getLogger()
    before = (root.handlers[:], root.level, [logging.getLogger(name).level for name in requests.OURS])
    monkeypatch.setattr(sys, "stderr", written)
    requests.log_to_stderr("debug")
    yield written
    root.handlers[:], root.level = before[0], before[1]
    for name, level in zip(requests.OURS, before[2], strict=True):
        logging.getLogger(name).setLevel(level)


def everywhere(client: TestClient) -> list[httpx.Response]:
    """Calls with the marker in every field there is, answered, refused and broken."""
    headers = {"user-agent": MARKER, "referer": f"{HERE}/{MARKER}", "x-name": MARKER, "accept": MARKER}
    cookies = {"tastemaker_visitor": MARKER, MARKER: MARKER}
    said = [f"{how} {MARKER}" for how in ("grant", "refuse", "break")]
    loud = TestClient(client.app, HERE, cookies=cookies, headers=headers, raise_server_exceptions=False)
    answers = [loud.post(f"/v1/wish/{MARKER}?q={MARKER}", json={"text": text, MARKER: 1}) for text in said]
    return [
        *answers,
        loud.post(f"/v1/wish/{MARKER}", content=f'{{"{MARKER}'),
        loud.post(f"/v1/wish/{MARKER}", json={"text": {MARKER: MARKER}}),
        loud.post("/login", data={"token": MARKER}),
        loud.request(MARKER, f"/v1/{MARKER}"),
        loud.get(f"/{MARKER}", headers={"host": MARKER}),
        loud.post("/v1/size", content=MARKER, headers={"origin": f"http://{MARKER}"}),
    ]


def test_nothing_that_anybody_writes_gets_into_the_log_or_the_metrics(client: TestClient, log: io.StringIO) -> None:
    statuses = [answer.status_code for answer in everywhere(client)]
    assert statuses[:3] == [200, 422, 500]
    try:
        raise KeyError(MARKER) from ValueError(MARKER)
    except KeyError:
        logging.getLogger("ui.test").exception("It failed.")
        logging.getLogger("elsewhere").exception("It failed with %s", MARKER)
        logging.getLogger("elsewhere").error(f"It failed with {MARKER}")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert len(lines) >= len(statuses)
    assert MARKER not in log.getvalue()
    assert MARKER not in client.get("/metrics").text
    broken = next(line for line in lines if line["message"] == "A call failed.")
    assert broken["raised"][0] == "ValueError"
    assert broken["request_id"]
    assert any(line["message"].startswith("POST /v1/wish/{user} 422") for line in lines)


def test_what_breaks_in_a_page_is_told_without_its_words(log: io.StringIO) -> None:
    import_gradio()
    from gradio import queueing

    try:
        raise ValueError(MARKER)
    except ValueError:
        queueing.traceback.print_exc()
    assert json.loads(log.getvalue())["raised"][0] == "ValueError"
    assert MARKER not in log.getvalue()


def test_what_broke_is_told_to_a_caller_without_the_errors_own_words(client: TestClient) -> None:
    broken = TestClient(client.app, HERE, raise_server_exceptions=False).post("/v1/wish/ada", json={"text": "break x"})
    problem: dict[str, Any] = broken.json()
    assert problem["status"] == 500
    assert "ValueError" in problem["title"]
    assert "break" not in json.dumps(problem)


def test_a_log_line_is_for_people_at_a_terminal() -> None:
    record = logging.LogRecord("ui.x", logging.WARNING, __file__, 1, "%s done", ("all",), None)
    assert requests.PlainFormatter().format(record).endswith("WARNING ui.x: all done")


def test_metrics_are_in_the_form_that_prometheus_reads(client: TestClient) -> None:
    client.get("/healthz")
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    samples = [line for line in answer.text.splitlines() if not line.startswith("#")]
    assert any(
        line.startswith('tastemaker_requests_total{route="/healthz",method="GET",status="200"} ') for line in samples
    )
    for line in samples:
        name, _, value = line.rpartition(" ")
        assert name.startswith("tastemaker_")
        float(value)
    families = [line.split()[2] for line in answer.text.splitlines() if line.startswith("# TYPE")]
    assert len(families) == len(set(families))


@pytest.mark.parametrize("level", ["debug", "warning"])
def test_the_log_holds_other_packages_advice_only_for_those_who_look_for_faults(
    level: str, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", log)
    requests.log_to_stderr(level)
    logging.getLogger("elsewhere").warning("%s is called otherwise now", MARKER)
    warnings.warn_explicit(f"{MARKER} is called otherwise now", FutureWarning, "elsewhere.py", 7)
    assert ("is called otherwise now" in log.getvalue()) == (level == "debug")
    assert ("FutureWarning at elsewhere.py:7" in log.getvalue()) == (level == "debug")
    assert MARKER not in log.getvalue()


def test_the_log_holds_at_every_level_what_is_of_use(log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", log)
    requests.log_to_stderr("warning")
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
    logging.getLogger("elsewhere").error("%s broke", MARKER)
    logging.getLogger("agent.anywhere").warning("The vector index is off.")
    assert "Invalid HTTP request received." in log.getvalue()
    assert "%s broke" in log.getvalue()
    assert "The vector index is off." in log.getvalue()
