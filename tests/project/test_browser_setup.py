"""How the tests come to a Chromium, and what is said where there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.browser import NoBrowser, chromium
from tests.support.patience import PATIENCE_S
from tests.support.places import ROOT

WORKS = "#!/bin/sh\nexit 0\n"


def program(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text)
    file.chmod(0o755)
    return file


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with no programs but those that a test puts into its folder, and no way to Playwright's downloads."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program(folder, "sudo", '#!/bin/sh\nshift\nexec "$@"\n')
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "downloads"))
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", "http://127.0.0.1:9")
    return folder


def test_a_chromium_that_is_there_is_taken(machine: Path) -> None:
    there = program(machine, "chromium-browser", WORKS)
    assert chromium() == there


def test_the_one_that_is_named_goes_first(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(machine, "chromium", WORKS)
    monkeypatch.setenv("CHROMIUM", "/opt/mine")
    assert chromium() == Path("/opt/mine")


def test_one_is_installed_where_there_is_none(machine: Path) -> None:
    put = f"printf '#!/bin/sh\\nexit 0\\n' > {machine}/chromium; /bin/chmod +x {machine}/chromium"
    program(machine, "chromium-browser", "#!/bin/sh\necho 'install me from somewhere else'\nexit 1\n")
    program(machine, "apt-get", f'#!/bin/sh\ncase "$*" in *chromium*) {put};; esac\n')
    assert chromium() == machine / "chromium"


def test_what_was_tried_is_told_where_none_can_be_had(machine: Path) -> None:
    program(machine, "apt-get", "#!/bin/sh\necho 'no such package' >&2\nexit 100\n")
    with pytest.raises(NoBrowser, match=r"apt-get install .*: no such package; .*playwright install chromium: "):
        chromium()


@pytest.mark.parametrize(("ci", "left_with"), [("", 0), ("true", 1)])
def test_pages_that_were_not_tried_are_named_loudly(machine: Path, tmp_path: Path, ci: str, left_with: int) -> None:
    test = tmp_path / "test_one_page.py"
    test.write_text("def test_a_page(visit): pass\ndef test_another(): pass\n")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.support.person",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        tmp_path,
        test,
    ]
    settings = os.environ | {"PYTHONPATH": str(ROOT), "CI": ci}
    done = subprocess.run(command, capture_output=True, text=True, env=settings, cwd=tmp_path, timeout=PATIENCE_S)
    assert done.returncode == left_with
    assert "BROWSER TESTS NOT RUN" in done.stdout
    assert "playwright install chromium" in done.stdout
