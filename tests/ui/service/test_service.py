"""One service over one workspace: from nothing to ready, and to a clean end."""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.testclient import TestClient

from agent.answers import Event
from agent.config import load_config
from agent.errors import RequestError, WeightsError
from agent.pipeline.events import final_answer
from retrieval.storage.workspace import Workspace
from tests.support.apishelf import ROWS, OpenService, word_agent
from tests.support.patience import PATIENCE_S
from tests.support.servers import serving
from ui.app import create_app
from ui.errors.refusals import NotReady
from ui.guard.access import Access
from ui.service.service import Service
from ui.telemetry.metrics import GAUGES, Metrics
from ui.telemetry.spans import traced

NOW = dict.fromkeys(GAUGES, 0)
HERE = "http://127.0.0.1:7860"


def until(phase: str, service: Service) -> None:
    end = time.monotonic() + PATIENCE_S
    while service.status().phase != phase:
        assert time.monotonic() < end, service.status()
        time.sleep(0.01)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    agent = word_agent(tmp_path_factory.mktemp("service") / "workspace")
    agent.put_items(ROWS)
    service = OpenService(agent)
    yield service
    assert service.close()


def test_before_it_is_open_it_says_so_and_for_how_long(tmp_path: Path) -> None:
    service = Service(tmp_path / "workspace", load_config(llm="none"))
    with pytest.raises(NotReady, match="not loaded yet"):
        service.run(lambda agent: agent)
    client = TestClient(create_app(service, Access(), page=False), HERE)
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    answer = client.post("/v1/recommend", json={"text": "a boat"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "3")
    service.close()


def test_a_second_server_is_told_who_holds_the_workspace_and_has_it_next(tmp_path: Path) -> None:
    first = Service(tmp_path / "workspace", load_config(llm="none"))
    first.start()
    until("empty", first)
    second = Service(tmp_path / "workspace", load_config(llm="none"))
    second.start()
    until("failed", second)
    assert "in use by process" in second.status().text
    assert second.status().hint
    with pytest.raises(NotReady, match="in use by process"):
        second.run(lambda agent: agent)
    assert first.close()
    assert not first.uploads.folder.exists()
    until("empty", second)
    assert second.close()
    Workspace.open(tmp_path / "workspace").close()


def test_a_model_that_cannot_be_loaded_is_told_with_what_to_do(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object, **__: object) -> None:
        raise WeightsError("The weights are not there.", "Fetch them.")

    monkeypatch.setattr("agent.dialogue.warming.warm_up", missing)
    service.settle()
    assert (service.status().phase, service.status().text) == ("failed", "The weights are not there.")
    client = TestClient(create_app(service, Access(), page=False), HERE)
    answer = client.post("/v1/recommend", json={"text": "a boat"})
    assert answer.status_code == 503
    assert answer.json()["title"] == "The weights are not there."
    monkeypatch.undo()
    service.settle()
    assert service.status().phase == "ready"


def test_what_runs_and_on_what_is_told(service: Service) -> None:
    assert service.status().phase == "ready"
    assert service.status().models["llm"] == "none"
    assert service.status().device
    client = TestClient(create_app(service, Access(), page=False), HERE)
    assert client.get("/readyz").json()["device"] == service.status().device
    assert f"tastemaker_items {len(ROWS)}\n" in client.get("/metrics").text


def test_a_turn_is_told_in_spans_and_seconds_but_not_in_words(service: Service) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(trace, "get_tracer", provider.get_tracer)
        answer = final_answer(
            service.stream(lambda agent: agent.stream("two people in a boat", k=1, user="Ms Okonkwo"))
        )
        with pytest.raises(RequestError):
            list(service.stream(lambda agent: agent.stream("")))
    assert answer.recommendations
    spans = exporter.get_finished_spans()
    turns = [span for span in spans if span.name == "invoke_agent tastemaker"]
    steps = [span for span in spans if span.parent is not None]
    assert {"embeddings", "retrieval"} <= {span.name for span in steps}
    assert all(turns[0].start_time <= span.start_time <= span.end_time for span in steps)
    assert [turn.attributes.get("error.type") for turn in turns] == [None, "RequestError"]
    told = "".join(span.to_json() for span in spans)
    for word in ("boat", "Okonkwo", answer.recommendations[0].item.title):
        assert word not in told
    metrics = service.metrics.text(NOW)
    assert 'tastemaker_turns_total{outcome="answered"}' in metrics
    assert 'tastemaker_turns_total{outcome="RequestError"}' in metrics
    assert 'tastemaker_step_seconds_count{step="retrieve"}' in metrics


def test_a_turn_that_nobody_reads_on_is_counted_as_cancelled() -> None:
    metrics = Metrics()
    events = traced(iter([Event("status", 0.0), Event("status", 0.1)]), metrics)
    next(events)
    events.close()
    assert 'outcome="cancelled"} 1' in metrics.text(NOW)


def test_a_stop_ends_jobs_at_their_next_report_and_keeps_what_they_did(tmp_path: Path) -> None:
    agent = word_agent(tmp_path / "workspace")
    service = OpenService(agent)
    began, go = threading.Event(), threading.Event()

    def work(report: object) -> None:
        agent.put_items(ROWS[:1])
        began.set()
        go.wait(20)
        report("going on")  # type: ignore[operator]

    job = service.jobs.start("ingest", work)
    assert began.wait(20)
    service.stop()
    assert service.status().phase == "stopping"
    with pytest.raises(NotReady, match="stopping"):
        service.run(lambda agent: agent)
    go.set()
    assert service.close()
    assert job.state.phase == "stopped"
    with Workspace.open(tmp_path / "workspace") as workspace:
        assert [item.id for item in workspace.store.items()] == ["1"]


def test_a_server_that_is_told_to_stop_gives_its_workspace_back_whoever_is_connected(tmp_path: Path) -> None:
    with serving(tmp_path / "workspace", "--llm", "none", "--log-level", "info") as server:
        server.wait_for("/healthz")
        host, port = httpx.URL(server.url).host, httpx.URL(server.url).port or 0
        with socket.create_connection((host, port)) as half, httpx.Client(base_url=server.url) as client:
            half.sendall(b"POST /v1/recommend HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{")
            with client.stream("GET", "/gradio_api/heartbeat/somebody") as heartbeat:
                assert heartbeat.status_code == 200
                end = time.monotonic() + PATIENCE_S
                while httpx.get(f"{server.url}/readyz", timeout=PATIENCE_S).json()["status"] != "empty":
                    assert time.monotonic() < end
                    time.sleep(0.05)
                server.process.send_signal(signal.SIGTERM)
                assert server.process.wait(timeout=PATIENCE_S) == 0, server.log.read_text()  # nobody is waited for
    assert "Traceback" not in server.log.read_text()
    Workspace.open(tmp_path / "workspace").close()
