"""A person who opens the page for the first time, with nothing in the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.pages import Chat

if TYPE_CHECKING:
    from tests.support.person import Visit
    from tests.support.servers import Server


def test_a_first_visit_opens_the_demo_with_one_click_and_gets_an_answer(visit: Visit, empty_server: Server) -> None:
    from playwright.sync_api import expect

    chat = Chat(visit(empty_server.url).open())
    page = chat.page
    page.get_by_role("button", name="Open the demo catalog").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_text("174 items are waiting.")).to_be_visible()
    page.get_by_role("button", name="A picture").first.click()
    turn = chat.answered()
    expect(turn.get_by_role("article")).to_have_count(3)


def test_the_page_is_there_while_models_are_loaded_and_takes_a_request(visit: Visit, cold_server: Server) -> None:
    from playwright.sync_api import expect

    chat = Chat(visit(cold_server.url).open())
    chat.begin("people in a boat")
    expect(chat.card("Boating")).to_be_visible()
