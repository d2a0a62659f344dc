"""Interactions: a file is taken up and learned from at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.errors import InteractionsError
from agent.ingest.interactions import import_and_learn
from retrieval.storage.workspace import Workspace
from tests.support.shelf import fill, numbered


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with fill(tmp_path / "w", numbered(4), {}) as opened:
        yield opened


def file(folder: Path, *rows: str) -> Path:
    path = folder / "events.csv"
    path.write_text("user,item,kind\n" + "".join(f"{row}\n" for row in rows))
    return path


def test_what_is_imported_is_learned_from_and_the_model_named(workspace: Workspace, tmp_path: Path) -> None:
    rows = [f"{user},{item},like" for user in ("ada", "bob", "cleo") for item in ("0", "1")]
    counted: list[int] = []
    report, model = import_and_learn(file(tmp_path, *rows), workspace, None, counted.append)
    assert (report.added, report.repeated, report.users, report.items) == (6, 0, 3, 2)
    assert model
    assert counted[-1] == 6
    assert workspace.store.learned()


def test_the_same_file_again_adds_nothing(workspace: Workspace, tmp_path: Path) -> None:
    path = file(tmp_path, "ada,0,like", "bob,0,like")
    import_and_learn(path, workspace, None, lambda _: None)
    report, model = import_and_learn(path, workspace, "csv", lambda _: None)
    assert (report.added, report.repeated) == (0, 2)
    assert model


def test_events_of_items_that_are_not_there_teach_nothing_yet(workspace: Workspace, tmp_path: Path) -> None:
    report, model = import_and_learn(file(tmp_path, "ada,gone,like"), workspace, None, lambda _: None)
    assert (report.unknown_items, report.waiting, model) == (1, 1, None)


def test_a_file_without_events_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(InteractionsError):
        import_and_learn(file(tmp_path), workspace, None, lambda _: None)
