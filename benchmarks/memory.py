"""Memory of the whole demonstration: ingest of pictures, four requests, language model and all."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.child import command, watch
from benchmarks.figures import at_most
from benchmarks.settings import Settings
from benchmarks.table import Row

LIMIT_GIB = 3.0


def rows(settings: Settings) -> list[Row]:
    """Run the demonstration once in a fresh workspace and look at its memory."""
    with tempfile.TemporaryDirectory() as folder:
        options = ["--workspace", str(Path(folder) / "workspace"), "--llm", settings.llm, "--json"]
        watched = watch([*command(), "demo", *options], Path(folder))
    note = f"the process and its children together, at the highest; {watched.wall_s:.0f} s in all"
    return [at_most("peak memory of `tastemaker demo`", watched.peak_bytes / 2**30, LIMIT_GIB, "GiB", note)]
