"""A `tastemaker serve` process over a copy of a workspace, and requests to it as other programs make them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from benchmarks.child import command, resident_bytes

LOAD_S, STOP_S = 600.0, 30.0
LOOK_S = 0.02
PAGE, CONFIG, READY = "/", "/config", "/readyz"


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs.

    Attributes:
        began: When it was started, by the monotonic clock.
        workspace: The copy that it has.
    """

    url: str
    process: subprocess.Popen[str]
    began: float
    workspace: Path

    @property
    def resident_bytes(self) -> int:
        """Memory of the process itself."""
        return resident_bytes(self.process.pid)

    def wait_for(self, *paths: str, within_s: float = LOAD_S) -> float:
        """Seconds from the start until all these paths are answered with 200.

        Raises:
            TimeoutError: they are not in time, or the server has ended.
        """
        with httpx.Client(base_url=self.url, timeout=10) as client:
            for path in paths:
                while not _answers(client, path):
                    if time.monotonic() - self.began > within_s or self.process.poll() is not None:
                        raise TimeoutError(f"{path} was not answered within {within_s:.0f} s.")
                    time.sleep(LOOK_S)
        return time.monotonic() - self.began


@contextmanager
def served(workspace: Path, llm: str, environment: Mapping[str, str] | None = None) -> Iterator[Served]:
    """A server over a copy of a workspace, on a free port of the loopback, while the block runs.

    Args:
        llm: Setting of the language model.
        environment: Settings beside those of this process.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(workspace, Path(folder) / "workspace")
        arguments = [*command(), "serve", "--workspace", str(copy), "--port", "0", "--llm", llm]
        with (Path(folder) / "log").open("w") as log:
            began = time.monotonic()
            process = subprocess.Popen(
                arguments,
                cwd=folder,
                env={**os.environ, **(environment or {})},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        try:
            yield Served(_address(process), process, began, copy)
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_S)
            process.kill()
            process.communicate()  # reads what is left, so that no pipe stays open


def streamed(client: httpx.Client, body: Mapping[str, object]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and data of each step of an answer, as it comes.

    Raises:
        httpx.HTTPError: the server refuses, or breaks off.
    """
    with client.stream("POST", "/v1/recommend", json={**body, "stream": True}) as response:
        response.raise_for_status()
        name = ""
        for line in response.iter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                yield name, json.loads(line.removeprefix("data: "))


def _address(process: subprocess.Popen[str]) -> str:
    for line in process.stdout or ():
        if "http://" in line:
            return f"http://{line.strip().partition('http://')[2]}"
    raise TimeoutError("The server ended before it listened.")


def _answers(client: httpx.Client, path: str) -> bool:
    with suppress(httpx.TransportError):
        return client.get(path).status_code == 200
    return False
