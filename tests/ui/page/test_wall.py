"""What comes through to Gradio: what this page asks of it, with no file in it but the caller's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from tests.support.made_media import encoded, photo
from ui.guard.visitors import VISITOR_COOKIE, visitor_of
from ui.page.wall import MOST_BYTES, MOST_DEEP, MOST_PARTS, PRESSED, PageWall
from ui.service.limits import Limits
from ui.service.uploads import Upload, Uploads

HERE = "http://127.0.0.1:7860"
JOIN = "/gradio_api/queue/join"
META = {"_type": "gradio.FileData"}
ADA, BOB = {VISITOR_COOKIE: "ada's secret"}, {VISITOR_COOKIE: "bob's secret"}


class Gradio:
    """Stands where Gradio would, and gives back what came through to it."""

    def __init__(self) -> None:
        self.heads: list[dict[str, str]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        self.heads.append(dict(request.headers))
        await JSONResponse({"came": json.loads(body) if body else None})(scope, receive, send)


@pytest.fixture(scope="module")
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Uploads]:
    kept = Uploads(tmp_path_factory.mktemp("sent") / "uploads", Limits())
    yield kept
    kept.close()


@pytest.fixture(scope="module")
def gradio() -> Gradio:
    return Gradio()


@pytest.fixture(scope="module")
def ada(gradio: Gradio, uploads: Uploads) -> TestClient:
    return TestClient(PageWall(gradio, uploads), HERE, cookies=ADA)


@pytest.fixture(scope="module")
def picture(uploads: Uploads) -> Upload:
    return uploads.keep(encoded(photo(), "PNG"), visitor_of(ADA), "boat on a lake.png")


@pytest.fixture(scope="module")
def theirs(uploads: Uploads) -> Upload:
    return uploads.keep(encoded(photo(), "PNG"), visitor_of(BOB), "b.png")


def test_ones_own_file_goes_on_as_the_store_knows_it_wherever_it_stands(ada: TestClient, picture: Upload) -> None:
    path = str(picture.path)
    known = {"path": path, "meta": META, "orig_name": picture.name, "size": picture.size_bytes}
    ways: tuple[dict[str, Any], ...] = (
        {"path": path, "meta": META},
        {"path": path},
        {"path": path, "url": None, "meta": {"_type": "other"}, "orig_name": "/etc/passwd", "size": -1},
        {"path": path, "url": f"{HERE}/gradio_api/file={path.replace(' ', '%20')}", "is_stream": True},
    )
    for way in ways:
        call = {"data": [way, {"text": "a boat", "files": [way]}], "event_data": [[way]], "fn_index": 3}
        came = ada.post(JOIN, json=call).json()["came"]
        assert came == {"data": [known, {"text": "a boat", "files": [known]}], "event_data": [[known]], "fn_index": 3}


def test_a_call_without_files_goes_on_as_it_was_sent(ada: TestClient, gradio: Gradio) -> None:
    call = {"data": ["/etc/passwd", "http://elsewhere.example/", 1.5, None, {"talk": "贝"}], "session_hash": "x"}
    for route in PRESSED:
        answer = ada.post(route, content=json.dumps(call).encode("utf-16"), headers={"content-type": "text/plain"})
        assert answer.json()["came"] == call
        assert gradio.heads[-1]["content-type"] == "application/json"
        assert int(gradio.heads[-1]["content-length"]) == len(json.dumps(call))


def test_a_file_of_anybody_else_is_refused(ada: TestClient, picture: Upload, theirs: Upload, uploads: Uploads) -> None:
    own = str(picture.path)
    files: tuple[dict[str, Any], ...] = (
        {"path": "/etc/passwd", "meta": META},
        {"path": str(theirs.path), "meta": META},
        {"path": f"{picture.path.parent}/../{theirs.id}/{theirs.name}", "meta": META},
        {"path": str(picture.path.parent), "meta": META},
        {"path": str(uploads.folder), "meta": META},
        {"path": own, "url": "http://elsewhere.example/a.png", "meta": META},
        {"path": own, "url": f"{HERE}/gradio_api/file=/etc/passwd", "meta": META},
        {"path": own, "url": ["http://elsewhere.example/"]},
        {"path": "http://elsewhere.example/a.png", "meta": META},
        {"path": [own], "meta": META},
        {"url": f"{HERE}/gradio_api/file={own}"},
        {"meta": META},
        {"meta": "gradio.FileData"},
    )
    for file in files:
        for call in ({"data": [file]}, {"data": [], "event_data": {"value": [file]}}, file, [file]):
            answer = ada.post(JOIN, json=call)
            assert (answer.status_code, answer.json()["title"]) == (404, "There is no such file.")


def test_who_is_not_known_has_no_file(gradio: Gradio, uploads: Uploads, picture: Upload) -> None:
    uploads.keep(encoded(photo(), "PNG"), None, "the operators.png")
    stranger = TestClient(PageWall(gradio, uploads), HERE)
    for path in (picture.path, *uploads.folder.glob("*/*")):
        assert stranger.post(JOIN, json={"data": [{"path": str(path), "meta": META}]}).status_code == 403


def test_a_file_that_has_expired_is_for_the_page_to_tell_of(gradio: Gradio, tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "uploads", Limits(upload_age_s=0.0))
    path = str(uploads.keep(encoded(photo(), "PNG"), visitor_of(ADA), "a.png").path)
    ada, bob = (TestClient(PageWall(gradio, uploads), HERE, cookies=cookies) for cookies in (ADA, BOB))
    call = {"data": [{"path": path, "meta": META}]}
    assert ada.post(JOIN, json=call).json()["came"] == call
    assert bob.post(JOIN, json=call).status_code == 404
    for spelling in (f"{path}/..", f"{path}/../a.png", f"{path}/b"):
        assert ada.post(JOIN, json={"data": [{"path": spelling, "meta": META}]}).status_code == 404
    uploads.close()


def nested(deep: int) -> str:
    return "[" * deep + "]" * deep


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 422),
        ("{", 422),
        ('{"data": ["' + "\\ud8", 422),
        (nested(MOST_DEEP + 2), 422),
        (nested(100_000), 422),
        (json.dumps([0] * MOST_PARTS), 422),
        ("9" * 5000, 422),
        (" " * (MOST_BYTES + 1), 413),
    ],
)
def test_what_no_page_sends_is_refused(ada: TestClient, body: str, status: int) -> None:
    assert ada.post(JOIN, content=body).status_code == status


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/proxy=http://127.0.0.1:1/",
        "/gradio_api/info",
        "/gradio_api/openapi.json",
        "/gradio_api/api/predict",
        "/gradio_api/run/other",
        "/gradio_api/call/predict",
        "/gradio_api/call/v2/predict",
        "/gradio_api/component_server",
        "/gradio_api/custom_component/a/client/b/c",
        "/gradio_api/process_recording",
        "/gradio_api/stream/x",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/upload",
        "/gradio_api/vibe-code",
        "/gradio_api/run-history/buckets",
        "/gradio_api/deep_link",
        "/monitoring/summary",
    ],
)
def test_what_the_page_does_not_use_is_closed(ada: TestClient, path: str) -> None:
    for method in ("GET", "POST", "PUT"):
        assert ada.request(method, path).json()["title"] == "There is nothing here."


@pytest.mark.parametrize("path", ["/", "/catalog", "/config", "/assets/a.js", "/gradio_api/queue/data", "/theme.css"])
def test_what_only_looks_comes_through(ada: TestClient, path: str) -> None:
    assert ada.get(path).json() == {"came": None}
    assert ada.post(path, json={}).json()["title"] == "There is nothing here."
