"""A bar in notebooks, and nothing elsewhere."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from agent.ingest.catalog import IngestProgress
from agent.notebook.progress import bar, in_notebook
from tests.support.worded import shop, worded_agent


@pytest.mark.parametrize(("config", "runs"), [({"IPKernelApp": {}}, True), ({}, False)])
def test_a_kernel_is_told_from_a_terminal(
    monkeypatch: pytest.MonkeyPatch, config: dict[str, object], runs: bool
) -> None:
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: SimpleNamespace(config=config)))
    assert in_notebook() is runs


def test_outside_of_all_that_there_is_no_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert not in_notebook()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    assert not in_notebook()


def test_a_bar_takes_each_step(capfd: pytest.CaptureFixture[str]) -> None:
    with bar() as tell:
        tell(IngestProgress("reading", 0, 0))
        tell(IngestProgress("looking", 2, 4))
        tell(IngestProgress("looking", 4, 4))
    assert "looking" in capfd.readouterr().err


def test_an_ingest_shows_a_bar_in_a_notebook_unless_somebody_else_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = list[IngestProgress]()

    @contextmanager
    def noted() -> Iterator[Callable[[IngestProgress], None]]:
        yield told.append

    monkeypatch.setattr("agent.notebook.progress.bar", noted)
    (tmp_path / "c.jsonl").write_text(json.dumps({"id": "1", "title": "lamp"}), encoding="utf-8")
    with worded_agent(tmp_path / "w", shop()[:2]) as agent:
        agent.ingest(tmp_path / "c.jsonl")
        assert told == []
        monkeypatch.setattr("agent.notebook.progress.in_notebook", lambda: True)
        agent.ingest(tmp_path / "c.jsonl", progress=lambda _: None)
        assert told == []
        agent.ingest(tmp_path / "c.jsonl")
    assert told[0] == IngestProgress("reading the catalog", 0, 0)
    assert told[-1] == IngestProgress("done", 1, 1)
