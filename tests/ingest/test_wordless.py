"""Pictures that a model said nothing of: told with their row, asked about again, and never taken for described."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.backends.chat.scripted import ScriptedChat
from agent.config import load_config
from agent.ingest.catalog import IngestReport, ingest
from agent.ingest.items import Items
from retrieval.items import Description, Span
from retrieval.storage.workspace import Workspace
from tests.support.catalogs import write_rows
from tests.support.made_media import encoded, photo
from tests.support.openai_server import MODEL, OpenAiServer, serving
from tests.support.worded import WordedModels

REFUSAL = "I'm sorry, but I can't help with that request."
ROPE = "A coil of rope lies on a table."


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(tmp_path / "w", create=True) as opened:
        yield opened


@pytest.fixture
def server() -> Iterator[OpenAiServer]:
    with serving(ScriptedChat(lambda _: ROPE)) as running:
        yield running


@pytest.fixture
def look(workspace: Workspace, server: OpenAiServer, tmp_path: Path) -> Callable[[], IngestReport]:
    """Ingests a catalog of two rows, the second of which has a picture."""
    (tmp_path / "a.jpg").write_bytes(encoded(photo()))
    catalog = write_rows(tmp_path, {"id": "1", "title": "Hook"}, {"id": "2", "title": "Rope", "image": "a.jpg"})

    def ingested() -> IngestReport:
        models = WordedModels(load_config(llm="none", vlm=f"openai:{server.url}#{MODEL}"))
        try:
            return ingest(catalog, workspace, models)
        finally:
            models.close()

    return ingested


def words(workspace: Workspace) -> list[str]:
    item = workspace.store.item("2")
    assert item is not None
    return [description.text for description in item.descriptions]


def says(server: OpenAiServer, text: str) -> None:
    server.model = ScriptedChat(lambda _: text)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("<think>\nOkay, the user wants something waterproof and cheap, so I have to", "thinks aloud and comes to no"),
        (REFUSAL, "answered “I'm sorry, but I can't help with that request.”"),
        ("", "answered without a word"),
        ("?", "answered “?”"),
    ],
)
def test_what_says_nothing_of_a_picture_degrades_its_item_and_is_asked_about_again(
    workspace: Workspace, server: OpenAiServer, look: Callable[[], IngestReport], answer: str, why: str
) -> None:
    says(server, answer)
    report = look()
    (problem,) = report.problems
    assert (problem.line, problem.id, problem.severity) == (2, "2", "degraded")
    assert "The picture 'a.jpg' got no words: " in problem.reason
    assert why in problem.reason
    assert words(workspace) == []
    n_asked = len(server.asked)
    says(server, ROPE)
    report = look()
    assert (report.added, report.updated, report.unchanged) == (0, 1, 1)
    assert report.problems == []
    assert len(server.asked) > n_asked
    assert words(workspace) == [ROPE]
    n_asked = len(server.asked)
    assert look().unchanged == 2
    assert len(server.asked) == n_asked


def test_what_an_older_version_kept_is_no_description_and_is_made_anew(
    workspace: Workspace, server: OpenAiServer, look: Callable[[], IngestReport]
) -> None:
    look()
    item = workspace.store.item("2")
    assert item is not None
    (made,) = item.descriptions
    workspace.store.put_description(
        Description(made.media, "image", made.origin, made.version, REFUSAL, (Span("caption", REFUSAL),))
    )
    assert words(workspace) == []
    assert look().updated == 1
    assert words(workspace) == [ROPE]


def test_a_single_item_is_asked_about_again_too(workspace: Workspace, server: OpenAiServer) -> None:
    models = WordedModels(load_config(llm="none", vlm=f"openai:{server.url}#{MODEL}"))
    row = {"id": "2", "title": "Rope", "image": {"name": "a.jpg", "data": base64.b64encode(encoded(photo())).decode()}}
    try:
        items = Items(workspace, models)
        says(server, REFUSAL)
        assert [problem.severity for problem in items.put([row]).problems] == ["degraded"]
        says(server, ROPE)
        assert items.put([row]).updated == ("2",)
        assert items.put([row]).unchanged == ("2",)
    finally:
        models.close()
    assert words(workspace) == [ROPE]
