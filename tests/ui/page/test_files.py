"""The page's files: for whoever sent them, and no others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from agent.config import load_config
from tests.support.made_media import empty_png, encoded, photo
from ui.errors import problems
from ui.guard.bounds import Bounds
from ui.guard.visitors import VISITOR_COOKIE
from ui.page import files
from ui.service.limits import MIB, Limits
from ui.service.service import Service
from ui.service.uploads import Uploads

HERE = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    limits = Limits(upload_bytes=MIB, body_bytes=2 * MIB)
    service = Service(tmp_path_factory.mktemp("page") / "workspace", load_config(llm="none"), limits)
    yield service
    service.close()


@pytest.fixture(scope="module")
def app(service: Service) -> FastAPI:
    """What answers for files, without Gradio behind it."""
    app = FastAPI()
    app.state.service, app.state.assets = service, frozenset({service.uploads.folder / "own.txt"})
    (service.uploads.folder / "own.txt").write_text("the page's own")
    files.install(app, service.uploads)
    problems.install(app)
    app.add_middleware(Bounds, limits=service.limits)
    return app


@pytest.fixture
def uploads(service: Service) -> Uploads:
    return service.uploads


def visitor(app: FastAPI, name: str) -> TestClient:
    return TestClient(app, HERE, cookies={VISITOR_COOKIE: name})


@pytest.fixture
def ada(app: FastAPI) -> TestClient:
    return visitor(app, "ada's secret")


@pytest.fixture
def bob(app: FastAPI) -> TestClient:
    return visitor(app, "bob's secret")


def send(client: TestClient, content: bytes, name: str = "photo.png") -> str:
    answer = client.post("/gradio_api/upload?upload_id=x", files={"files": (name, content)})
    assert answer.status_code == 200, answer.text
    (path,) = answer.json()
    return str(path)


def test_a_file_is_for_whoever_sent_it(ada: TestClient, bob: TestClient, uploads: Uploads) -> None:
    content = encoded(photo(), "PNG")
    path = send(ada, content, "../../holiday.exe")
    assert Path(path).is_relative_to(uploads.folder)
    assert Path(path).name == "holiday.png"
    answer = ada.get(f"/gradio_api/file={path}")
    assert (answer.content, answer.headers["content-type"]) == (content, "image/png")
    assert "no-store" in answer.headers["cache-control"]
    assert bob.get(f"/gradio_api/file={path}").status_code == 404
    assert TestClient(ada.app, HERE).get(f"/gradio_api/file={path}").status_code == 403


def test_a_table_is_for_whoever_sent_it_and_never_shown_as_a_page(ada: TestClient, bob: TestClient) -> None:
    path = send(ada, b"title\n<script>go()</script>\n", "me.csv")
    answer = ada.get(f"/gradio_api/file={path}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert bob.get(f"/gradio_api/file={path}").status_code == 404


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", 422),
        (b"<html></html>", 422),
        (empty_png(10_000, 10_000), 422),
        (bytes(MIB + 1), 413),
        (bytes(2 * MIB), 413),
    ],
)
def test_what_is_no_medium_is_refused_in_plain_words(
    ada: TestClient, uploads: Uploads, content: bytes, status: int
) -> None:
    before = uploads.size_bytes
    answer = ada.post("/gradio_api/upload", files={"files": ("photo.png", content)})
    assert answer.status_code == status
    assert answer.text
    assert "Traceback" not in answer.text
    assert uploads.size_bytes == before


def test_a_browser_hears_when_its_upload_has_ended(ada: TestClient) -> None:
    assert ada.post("/gradio_api/upload?upload_id=mine", files={"files": ("a.png", b"")}).status_code == 422
    answer = ada.get("/gradio_api/upload_progress?upload_id=mine")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text == 'data: {"msg": "done"}\n\n'


def test_no_other_file_of_the_machine_is_served(ada: TestClient, service: Service, uploads: Uploads) -> None:
    for path in (
        "/etc/passwd",
        f"{uploads.folder}/../../etc/passwd",
        str(service.workspace / "tastemaker.db"),
        __file__,
        "http://127.0.0.1:1/",
        "https://elsewhere.example/x.png",
        "",
    ):
        assert ada.get(f"/gradio_api/file={path}").status_code == 404


def test_the_pages_own_files_are_for_all(bob: TestClient, uploads: Uploads) -> None:
    assert bob.get(f"/gradio_api/file={uploads.folder / 'own.txt'}").text == "the page's own"
