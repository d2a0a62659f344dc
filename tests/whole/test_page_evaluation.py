"""The evaluation page where people have hardly done anything: it is judged all the same, and can be read anywhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.pages import Chat
from tests.support.person import PHONE
from tests.support.servers import Server, serving
from tests.whole.test_page_looks import grave_violations, keep_picture, out_of_the_screen, wider_than_itself

if TYPE_CHECKING:
    from tests.support.person import Visit


@pytest.fixture(scope="module")
def outdoor_server(outdoor_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    workspace = shutil.copytree(outdoor_workspace, tmp_path_factory.mktemp("outdoor") / "w")
    with serving(workspace, "--llm", "none") as running:
        running.wait_for("/readyz")
        yield running


def test_one_star_does_not_keep_the_shop_from_being_judged(visit: Visit, outdoor_server: Server) -> None:
    from playwright.sync_api import expect

    person = visit(outdoor_server.url)
    chat = Chat(person.open())
    chat.ask("a tent for two")
    chat.page.get_by_role("button", name="Save").first.click()
    expect(chat.page.get_by_role("button", name="Saved")).to_have_count(1)
    page = chat.page
    page.goto("/evaluation")
    expect(page.get_by_text("as far as that suffices (people: 1, events: 1)")).to_be_visible()
    expect(page.get_by_label("Judge by")).to_be_visible()
    page.get_by_role("button", name="Evaluate", exact=True).click()
    expect(page.get_by_role("heading", name="known items")).to_be_visible()
    expect(page.get_by_text("too little to judge by")).to_be_visible()
    expect(page.get_by_text("--queries")).to_have_count(0)
    table = page.get_by_role("region", name="Table of known items")
    expect(table.get_by_role("columnheader", name="verdict")).to_be_visible()
    assert wider_than_itself(table) == []
    assert out_of_the_screen(page) == []
    assert grave_violations(page) == []
    keep_picture(page, "report-desktop")
    on_a_phone = visit(outdoor_server.url, viewport=PHONE).open("/evaluation")
    table = on_a_phone.get_by_role("region", name="Table of known items")
    expect(table.get_by_role("rowheader").first).to_be_visible()
    assert wider_than_itself(table.locator("tbody")) == []
    assert table.evaluate("one => one.scrollWidth <= one.clientWidth")
    assert out_of_the_screen(on_a_phone) == []
    assert grave_violations(on_a_phone) == []
    keep_picture(on_a_phone, "report-phone")
