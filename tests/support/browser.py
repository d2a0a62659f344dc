"""A Chromium for the tests: one that is there, else one that is installed here and now."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.support.patience import PATIENCE_S

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL_TIMEOUT_S = 250


class NoBrowser(Exception):
    """No Chromium is on this machine, and none could be installed; says what was tried."""


def chromium() -> Path:
    """The program file of a Chromium, installed if there is none.

    Raises:
        NoBrowser: none can be had.
    """
    program = next(_installed(), None)
    if program is not None:
        return program
    attempts = [_run(*command) for command in _installers()]
    program = next(_installed(), None)
    if program is None:
        raise NoBrowser("; ".join(attempts))
    return program


def _installed() -> Iterator[Path]:
    """Every Chromium of this machine: the one that $CHROMIUM names, those on the path, Playwright's own."""
    if named := os.environ.get("CHROMIUM"):
        yield Path(named)
    own = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    on_the_path = [Path(path) for name in NAMES if (path := shutil.which(name))]
    for program in (*on_the_path, *sorted(own.glob("chromium-*/chrome-linux*/chrome"), reverse=True)):
        # some distributions put a script in its place that only says where to get one
        if subprocess.run([program, "--version"], capture_output=True, timeout=PATIENCE_S).returncode == 0:
            yield program


def _installers() -> Iterator[tuple[str, ...]]:
    """Commands that install a Chromium, the nearest source first; only ones that ask nobody anything."""
    if shutil.which("apt-get"):
        may = () if os.geteuid() == 0 else ("sudo", "--non-interactive")
        if not may or shutil.which("sudo"):
            yield (*may, "apt-get", "update", "--quiet")
            yield (*may, "apt-get", "install", "--quiet", "--yes", "--no-install-recommends", "chromium")
    if next(_installed(), None) is None:
        yield (sys.executable, "-m", "playwright", "install", "chromium")


def _run(*command: str) -> str:
    """Run an installer. Returns: how it went, in one line."""
    name = " ".join(command)
    settings = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        finished = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_TIMEOUT_S, env=settings)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{name}: {error}"
    lines = (finished.stderr or finished.stdout).strip().splitlines()
    return (
        f"{name}: {'done' if finished.returncode == 0 else lines[-1] if lines else f'left with {finished.returncode}'}"
    )
