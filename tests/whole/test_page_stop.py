"""A server that is stopped while people are asking."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.pages import Chat
from tests.support.servers import ranking_folder, serving

if TYPE_CHECKING:
    from tests.support.person import Visit


def test_a_server_stopped_in_the_middle_ends_in_time_and_the_page_goes_on_when_it_is_back(
    visit: Visit, demo_workspace: Path, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    workspace = shutil.copytree(demo_workspace, tmp_path / "workspace")
    with serving(workspace, folder=ranking_folder(tmp_path)) as first:
        first.wait_for("/readyz")
        person = visit(first.url)
        chat = Chat(person.open())
        chat.ask("people in a boat")
        chat.begin("a portrait of a man with a beard")
        expect(chat.page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
        assert first.stop() == 0
    expect(chat.page.get_by_role("alert").filter(has_text="cannot be reached")).to_be_visible()
    chat.box.fill("what I was about to ask")
    with serving(workspace, "--llm", "none", port=first.port):
        expect(chat.turns.first).to_contain_text("people in a boat")
        expect(chat.box).to_have_value("what I was about to ask")
        expect(chat.page.get_by_role("alert").filter(has_text="cannot be reached")).to_be_hidden()
    # the browser and Gradio tell in the console of all that a server that is gone did not answer
    person.complaints[:] = [one for one in person.complaints if "another host" in one]
