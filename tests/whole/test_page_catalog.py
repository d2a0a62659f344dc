"""A catalog brought in through the page: looked at first, with its problems, stopped and gone on with."""

from __future__ import annotations

import io
import itertools
import json
import re
import threading
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agent.backends.chat.scripted import ScriptedChat
from agent.demo.artworks import artworks
from tests.support import openai_server
from tests.support.openai_server import MODEL
from tests.support.pages import Chat
from tests.support.patience import PATIENCE_S
from tests.support.servers import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator

    from tests.support.person import Visit
    from tests.support.servers import Server

N_PICTURES = 48


@pytest.fixture(scope="module")
def new_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with no workspace yet, without a language model."""
    with serving(tmp_path_factory.mktemp("new") / "workspace", "--llm", "none") as running:
        running.wait_for("/healthz")
        yield running


@pytest.fixture
def lamps(tmp_path: Path) -> Path:
    """A catalog of four rows, one of which breaks off, and one of which has a price that is none."""
    rows = (
        '{"id": "1", "title": "Harbour lamp", "description": "A brass lamp for the hall.", "price": 39}',
        '{"id": "2", "title": "It breaks ',
        '{"id": "3", "title": "Paper lantern", "description": "White and light.", "price": "cheap"}',
        '{"id": "4", "title": "Desk lamp", "description": "Green glass, for reading.", "price": 55}',
    )
    file = tmp_path / "lamps.jsonl"
    file.write_text("\n".join(rows), encoding="utf-8")
    return file


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """An archive of a catalog with pictures, which takes a while."""
    source, file = artworks(), tmp_path / "artworks.zip"
    rows = (source / "catalog.jsonl").read_text(encoding="utf-8").splitlines()[:N_PICTURES]
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("catalog.jsonl", "\n".join(rows))
        for row in rows:
            name = json.loads(row)["image"]
            archive.write(source / name, name)
    return file


def white_share(box: Locator) -> float:
    """How much of a check box is as white as its ground: a tick is seen by what it leaves of that."""
    from PIL import Image

    picture = Image.open(io.BytesIO(box.screenshot())).convert("L")
    return sum(picture.histogram()[230:]) / (picture.width * picture.height)


def test_a_catalog_is_previewed_with_its_bad_rows_and_then_found_in_the_chat(
    visit: Visit, new_server: Server, lamps: Path
) -> None:
    from playwright.sync_api import expect

    page = visit(new_server.url).open("/catalog")
    page.locator("input[type=file]").first.set_input_files(str(lamps))
    problems = page.get_by_role("region", name="Rows with problems: 2")
    expect(problems.get_by_role("row", name=re.compile("^2 .*skipped"))).to_be_visible()
    expect(problems.get_by_role("row", name=re.compile("^3 3 kept without it price is 'cheap'"))).to_be_visible()
    expect(page.get_by_role("checkbox", name="filterable: price")).to_be_checked()
    ticked, bare = (page.get_by_role("checkbox", name=f"{use}: price") for use in ("filterable", "leave out"))
    assert white_share(ticked) < 0.6 < white_share(bare)
    expect(page.get_by_text("No catalog yet")).to_be_visible()
    page.get_by_role("button", name="Ingest").click()
    expect(page.get_by_text("items added")).to_be_visible()
    expect(page.get_by_text("No catalog yet")).to_be_hidden()
    expect(page.get_by_text("Ready")).to_be_visible()
    page.get_by_role("link", name="Chat").click()
    chat = Chat(page)
    chat.ask("a lamp of brass")
    expect(chat.card("Harbour lamp")).to_be_visible()


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Opened when the second half of the pictures may be described; at the end it is, so that nobody waits on."""
    opened = threading.Event()
    yield opened
    opened.set()


@pytest.fixture
def held_server(tmp_path: Path, gate: threading.Event) -> Iterator[Server]:
    """A server with no workspace yet, whose describer of pictures stands still at the gate."""
    numbers = itertools.count()

    def describe(_: object) -> str:
        assert next(numbers) < N_PICTURES // 2 or gate.wait(PATIENCE_S)
        return "The picture shows a painting of some people beside the water, in brown and green colours."

    with (
        openai_server.serving(ScriptedChat(describe)) as describer,
        serving(tmp_path / "workspace", "--llm", "none", "--vlm", f"openai:{describer.url}#{MODEL}") as running,
    ):
        running.wait_for("/healthz")
        yield running


def test_an_ingest_is_cancelled_and_gone_on_with_where_it_was(
    visit: Visit, held_server: Server, gate: threading.Event, pictures: Path
) -> None:
    from playwright.sync_api import expect

    page = visit(held_server.url).open("/catalog")
    page.locator("input[type=file]").first.set_input_files(str(pictures))
    page.get_by_role("button", name="Ingest").click()
    expect(page.get_by_text("looking at and embedding items")).to_be_visible()
    page.get_by_role("button", name="Cancel", exact=True).click()
    gate.set()
    expect(page.get_by_text("What was finished is kept.")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_text(f"Descriptions 1 to 6 of {N_PICTURES}")).to_be_visible()
    expect(page.get_by_role("button", name="Resume")).to_be_hidden()
