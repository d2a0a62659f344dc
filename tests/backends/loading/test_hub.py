"""Models of the model hub: a hub that has them, has not, or fails, played by a real server in this process."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from agent.backends.loading import hub
from agent.backends.loading.hub import at_hand, model_path, pinned, reachable
from agent.errors import ModelError

COMMIT = "0123456789abcdef0123456789abcdef01234567"


FILES = {"config.json": b'{"model_type": "none"}', "model.bin": b"never fetched"}


class Hub(BaseHTTPRequestHandler):
    """One model, `owner/small`, of two files; whatever is named `broken/...` breaks off."""

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""

    def _answer(self, *, body: bool) -> None:
        if "broken/" in self.path:
            self.connection.close()
            return
        if "owner/small" not in self.path:
            self.send_response(404)
            self.send_header("X-Error-Code", "RepoNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        name = self.path.rpartition("/")[2].partition("?")[0]
        self._send(200, FILES.get(name) or self._listing(), body)

    def _listing(self) -> bytes:
        if "/tree/" in self.path:
            rows = [
                {"type": "file", "path": name, "size": len(data), "oid": f"{len(data):040x}"}
                for name, data in FILES.items()
            ]
            return json.dumps(rows).encode()
        siblings = [{"rfilename": name} for name in FILES]
        return json.dumps({"id": "owner/small", "sha": COMMIT, "siblings": siblings}).encode()

    def _send(self, status: int, data: bytes, body: bool) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", f'"{len(data):040x}"')
        self.end_headers()
        if body:
            self.wfile.write(data)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Its address, which the hub library now takes for the hub's; nothing was fetched yet."""
    from huggingface_hub import constants

    served = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=served.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{served.server_port}"
    monkeypatch.setattr(constants, "ENDPOINT", address)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", address + "/{repo_id}/resolve/{revision}/{filename}")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    yield address
    served.shutdown()
    served.server_close()
    thread.join()


def test_a_model_is_fetched_as_data_and_found_again_without_the_hub(
    server: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from huggingface_hub import constants

    with caplog.at_level(logging.WARNING, logger=hub.__name__):
        folder = model_path("owner/small")
    assert "owner/small@REVISION" in caplog.text
    assert [file.name for file in folder.iterdir()] == ["config.json"]
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert at_hand("owner/small") == folder
    assert model_path("owner/small", COMMIT) == folder


@pytest.mark.parametrize("name", ["owner/nothing", "broken/model"])
def test_what_the_hub_does_not_give_is_refused_in_words(server: str, name: str) -> None:
    with pytest.raises(ModelError, match=rf"{name} could not be fetched.*path of a model folder") as refused:
        model_path(name, "main")
    assert "\n" not in str(refused.value)
    assert at_hand(name) is None
    assert not reachable(name)


def test_a_hub_that_has_the_model_is_reachable(server: str) -> None:
    assert reachable("owner/small")


def test_known_models_are_pinned_and_others_are_not() -> None:
    assert len(pinned("llava-hf/llava-1.5-7b-hf") or "") == 40
    assert pinned("owner/small") is None
