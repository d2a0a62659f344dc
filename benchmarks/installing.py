"""What an installation costs at two revisions of this repository: packages, MiB, seconds until the demo has answered.

`python -m benchmarks.installing [OURS [PEER]]`, by default what is committed now beside its parent. Each revision is
installed by its own lock, where it has one, into environments of their own, in turn; `--again` says how often. What
pip has fetched before is not fetched again, and the demo finds its models in the cache: run it twice, and take the
second.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from benchmarks.table import Row, table

ROOT = Path(__file__).parent.parent
MIB = 2**20
COUNTED = ("packages", "MiB installed")


def measure(revision: str, folder: Path) -> dict[str, float]:
    """Install a revision into a folder that is not there yet, and run its demo."""
    copy, programs = folder / "copy", folder / "python" / "bin"
    _run("git", "clone", "--quiet", str(ROOT), str(copy))
    _run("git", "-C", str(copy), "checkout", "--quiet", revision)
    _run(sys.executable, "-m", "venv", str(folder / "python"))
    lock = ["-c", str(copy / "constraints.txt")] if (copy / "constraints.txt").exists() else []
    installing = _run(str(programs / "pip"), "install", "--quiet", *lock, str(copy))
    listed = subprocess.run(
        [str(programs / "pip"), "list", "--format", "freeze"], check=True, capture_output=True, text=True
    )
    size = sum(file.lstat().st_size for file in (folder / "python").rglob("*") if file.is_file())
    demo = _run(str(programs / "tastemaker"), "demo", "--workspace", str(folder / "workspace"))
    counted = (len(listed.stdout.splitlines()), size / MIB)
    return dict(zip(COUNTED, counted, strict=True)) | {"`pip install`": installing, "`tastemaker demo`": demo}


def rows(ours: str, peer: str, again: int) -> list[Row]:
    """Measure two revisions in turn."""
    figures: dict[str, dict[str, list[float]]] = {revision: defaultdict(list) for revision in (ours, peer)}
    for _round in range(again):
        for revision, values in figures.items():
            with tempfile.TemporaryDirectory() as folder:
                for name, value in measure(revision, Path(folder)).items():
                    values[name].append(value)
    medians = {
        revision: {name: statistics.median(of) for name, of in values.items()} for revision, values in figures.items()
    }
    return [
        Row(name, mine, medians[peer][name], "" if name in COUNTED else "s", medians[peer][name] / mine, "", None, peer)
        for name, mine in medians[ours].items()
    ]


def _run(*command: str) -> float:
    """Run a command that has to succeed. Returns: seconds that it took."""
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ours", nargs="?", default="HEAD")
    parser.add_argument("peer", nargs="?", default="HEAD~1")
    parser.add_argument("--again", type=int, default=1, help="rounds, of which medians are taken")
    options = parser.parse_args()
    print(table(rows(options.ours, options.peer, options.again)))


if __name__ == "__main__":
    main()
