"""Running `tastemaker serve` processes: over the demo catalog, and as a first visitor meets it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from filelock import FileLock

from tests.support.patience import PATIENCE_S
from tests.support.places import ROOT


class Server:
    """A `tastemaker serve` process of its own, on a free port of the loopback."""

    def __init__(self, workspace: Path, *options: str, port: int | None = None, folder: Path | None = None) -> None:
        self.port = port or _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = workspace.parent / f"serve-{self.port}.log"
        where = ("--workspace", str(workspace), "--port", str(self.port))
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "agent", "serve", *where, *options]
            here: dict[str, Any] = {"cwd": folder, "env": {**os.environ, "PYTHONPATH": str(ROOT)}} if folder else {}
            self.process = subprocess.Popen(command, stdout=log, stderr=log, **here)

    def wait_for(self, path: str) -> None:
        """Wait until a GET of the path is answered with 200."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(self.url + path).status_code == 200:
                    return
            time.sleep(0.05)
        pytest.fail(f"{path} was not answered within {PATIENCE_S:.0f} s:\n{self.log.read_text()}")

    def stop(self) -> int:
        """Stop it as a person does, by an interrupt. Returns: what it left with."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=PATIENCE_S)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextlib.contextmanager
def serving(workspace: Path, *options: str, port: int | None = None, folder: Path | None = None) -> Iterator[Server]:
    """A server for as long as it is needed, begun in a folder where one is given: there it finds its settings."""
    server = Server(workspace, *options, port=port, folder=folder)
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait()


def ranking_folder(folder: Path) -> Path:
    """The folder, with settings in it by which the smallest language model ranks."""
    (folder / "tastemaker.toml").write_text("rerank_weight = 0.05\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def demo_workspace(shared_folder: Path) -> Path:
    """A workspace with the demo catalog, made once: copy it before anything writes to it."""
    from agent import RecommendationAgent, load_config
    from agent.demo.artworks import STAFF_TAGS, artworks

    workspace, made = shared_folder / "demo", shared_folder / "demo.made"
    with FileLock(shared_folder / "demo.lock"):
        if not made.exists():
            catalog = artworks() / "catalog.jsonl"
            with RecommendationAgent.from_catalog(catalog, workspace, load_config(llm="none"), exclude=[STAFF_TAGS]):
                pass
            made.touch()
    return workspace


@pytest.fixture(scope="session")
def server(demo_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the demo catalog without a language model, which answers at once."""
    with serving(shutil.copytree(demo_workspace, tmp_path_factory.mktemp("served") / "w"), "--llm", "none") as running:
        running.wait_for("/readyz")
        yield running


@pytest.fixture(scope="session")
def wording_server(demo_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the demo catalog with all embedded models, whose language model ranks: an answer takes a while."""
    folder = ranking_folder(tmp_path_factory.mktemp("worded"))
    with serving(shutil.copytree(demo_workspace, folder / "w"), folder=folder) as running:
        running.wait_for("/readyz")
        yield running


@pytest.fixture
def cold_server(demo_workspace: Path, tmp_path: Path) -> Iterator[Server]:
    """A server over the demo catalog that has only just begun."""
    with serving(shutil.copytree(demo_workspace, tmp_path / "workspace")) as running:
        running.wait_for("/healthz")
        yield running


@pytest.fixture
def empty_server(tmp_path: Path) -> Iterator[Server]:
    """A server with no workspace yet, as on a first visit."""
    with serving(tmp_path / "workspace") as running:
        running.wait_for("/healthz")
        yield running
