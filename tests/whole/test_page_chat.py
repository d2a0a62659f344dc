"""The chat page as people use it: requests in words, pictures and speech, and what can be done with the answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from agent.demo.artworks import artworks
from agent.demo.requests import SPOKEN
from tests.support.pages import Chat

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.person import Visit
    from tests.support.servers import Server

BOATING = "Boating"


@pytest.fixture
def chat(visit: Visit, server: Server) -> Chat:
    """The page of a person who comes for the first time."""
    return Chat(visit(server.url).open())


@pytest.fixture
def worded(visit: Visit, wording_server: Server) -> Chat:
    """The same, where a language model words the reasons."""
    return Chat(visit(wording_server.url).open())


def titles(chat: Chat) -> list[str]:
    return [card.get_attribute("aria-label") or "" for card in chat.turns.last.get_by_role("article").all()]


def test_a_request_in_words_shows_steps_and_then_cards_with_a_picture_and_a_reason(worded: Chat) -> None:
    from playwright.sync_api import expect

    worded.begin("a woman beside flowers in a vase")
    expect(worded.page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    turn = worded.answered()
    card = turn.get_by_role("article").first
    expect(turn.get_by_role("article")).to_have_count(3)
    expect(card.get_by_role("heading")).to_be_visible()
    picture = card.get_by_role("img").first
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 100
    expect(card).to_contain_text(re.compile("flower|vase|woman", re.IGNORECASE))
    expect(worded.page.get_by_text("smollm2-135m-instruct · CPU")).to_be_visible()


def test_why_this_opens_what_the_reason_rests_on_and_what_counted(worded: Chat) -> None:
    from playwright.sync_api import expect

    card = worded.ask("a boat on the water").get_by_role("article").nth(1)
    why = card.get_by_role("region", name="Why this?")
    expect(why).to_be_hidden()
    button = card.get_by_role("button", name="Why this?")
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(why.get_by_role("listitem").first).to_contain_text("catalog: ")
    expect(why.get_by_role("listitem").filter(has_text="The words of your request")).to_contain_text(" %")
    places = why.get_by_role("row", name="Words").first
    expect(places).to_be_hidden()
    why.get_by_text("Places without each part").click()
    expect(places).to_be_visible()
    button.click()
    expect(why).to_be_hidden()


def test_a_picture_that_is_sent_finds_the_painting_it_is_a_part_of(chat: Chat) -> None:
    from playwright.sync_api import expect

    turn = chat.show(artworks() / "detail.jpg")
    expect(turn.get_by_role("img", name="Your picture")).to_be_visible()
    assert titles(chat)[0] == BOATING


def test_a_spoken_request_says_what_was_heard(chat: Chat) -> None:
    from playwright.sync_api import expect

    turn = chat.show(SPOKEN)
    expect(turn).to_contain_text("Heard: “I would like to see people in a boat.”")
    assert BOATING in titles(chat)


def test_more_like_this_shows_others_that_are_like_it(chat: Chat) -> None:
    from playwright.sync_api import expect

    chat.ask("people in a boat")
    first = titles(chat)[0]
    chat.card(first).get_by_role("button", name="More like this").click()
    expect(chat.turns).to_have_count(2)
    turn = chat.answered()
    expect(turn).to_contain_text(f"More like “{first}”")
    assert titles(chat)
    assert first not in titles(chat)


def test_what_is_not_wanted_is_marked_and_does_not_come_again(chat: Chat) -> None:
    from playwright.sync_api import expect

    chat.ask("people in a boat")
    unwanted = titles(chat)[1]
    card = chat.card(unwanted)
    card.get_by_role("button", name="Not this").click()
    card.get_by_role("textbox", name="What is wrong with it?").fill("too old-fashioned")
    card.get_by_role("button", name="Send").click()
    expect(card).to_contain_text("Noted: not this.")
    chat.press("New conversation")
    expect(chat.turns).to_have_count(0)
    chat.ask("people in a boat")
    assert titles(chat)
    assert unwanted not in titles(chat)


def test_what_is_saved_stays_saved_and_stands_in_the_profile(chat: Chat) -> None:
    from playwright.sync_api import expect

    chat.ask("people in a boat")
    title = titles(chat)[0]
    chat.card(title).get_by_role("button", name="Save").click()
    expect(chat.card(title).get_by_role("button", name="Saved")).to_have_attribute("aria-pressed", "true")
    chat.page.get_by_role("link", name="Profile").click()
    expect(chat.page.get_by_role("heading", level=1, name="What is known about you")).to_be_visible()
    expect(chat.page.get_by_role("main").get_by_text(title).first).to_be_visible()


def test_undo_takes_the_last_request_back(chat: Chat) -> None:
    from playwright.sync_api import expect

    chat.ask("people in a boat")
    before = titles(chat)
    chat.ask("a horse")
    chat.press("Undo")
    expect(chat.turns).to_have_count(1)
    assert titles(chat) == before


def test_a_request_can_be_asked_again_and_put_differently(worded: Chat) -> None:
    from playwright.sync_api import expect

    worded.ask("people in a boat")
    before = titles(worded)
    worded.turns.last.evaluate("turn => turn.classList.add('before')")
    worded.press("Ask again")
    expect(worded.page.locator(".before")).to_have_count(0)  # however soon it is answered, it is another turn
    worded.answered()
    assert titles(worded) == before
    worded.press("Edit")
    expect(worded.box).to_have_value("people in a boat")
    worded.ask("a vase of flowers")
    expect(worded.turns).to_have_count(1)
    expect(worded.turns.last).to_contain_text("a vase of flowers")
    assert titles(worded) != before


def test_an_answer_can_be_stopped_and_the_next_one_comes(worded: Chat) -> None:
    from playwright.sync_api import expect

    worded.begin("a portrait of a man with a beard who looks at us")
    worded.press("Stop")
    expect(worded.turns.last).to_contain_text("Stopped.")
    worded.ask("people in a boat")
    assert BOATING in titles(worded)


def test_a_filter_that_was_understood_is_a_chip_that_can_be_removed(chat: Chat) -> None:
    from playwright.sync_api import expect

    chat.ask("a portrait before 1700")
    chip = chat.page.get_by_role("group", name="Filters").get_by_role(
        "button", name=re.compile("Remove filter: .*1700")
    )
    expect(chip).to_have_count(1)
    assert "portrait, before 1700" in chat.turns.last.inner_text()
    chip.click()
    expect(chip).to_have_count(0)
    chat.answered()
    expect(chat.turns).to_have_count(2)
    expect(chat.turns.last).to_contain_text("These 3 fit “portrait” best.")
    expect(chat.turns.last.get_by_role("article")).to_have_count(3)


def test_talk_is_answered_in_words_and_what_may_be_meant_is_a_press_away(chat: Chat) -> None:
    from playwright.sync_api import expect

    expect(chat.ask("good morning")).to_contain_text("Hello! Say what you are looking for")
    turn = chat.ask("qwrt zxcv plmk")
    expect(turn).to_contain_text("Which of these do you mean?")
    expect(chat.page.get_by_role("article")).to_have_count(0)
    chat.press("what do you have?")
    expect(chat.answered()).to_contain_text("There are 174 items")


def test_what_is_refused_stands_as_a_chip_and_can_come_again(chat: Chat) -> None:
    from playwright.sync_api import expect

    chat.ask("a painting without flowers")
    chip = chat.page.get_by_role("button", name=re.compile("Remove filter: no flower"))
    expect(chip).to_have_count(1)
    chip.click()
    expect(chip).to_have_count(0)
    expect(chat.answered().get_by_role("article")).to_have_count(3)


def test_the_whole_way_goes_by_keyboard(chat: Chat, press_until: Callable[..., None]) -> None:
    from playwright.sync_api import expect

    page = chat.page
    expect(chat.box).to_be_focused()
    page.keyboard.type("people in a boat")
    page.keyboard.press("Enter")
    chat.answered()
    why = chat.turns.last.get_by_role("button", name="Why this?").first
    press_until(why, "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Why this?").first).to_be_visible()


@pytest.fixture
def press_until(chat: Chat) -> Callable[..., None]:
    """Press a key until something has the focus."""
    from playwright.sync_api import Locator

    def press(wanted: Locator, key: str = "Tab") -> None:
        for _ in range(80):
            if wanted.evaluate("element => element === document.activeElement"):
                return
            chat.page.keyboard.press(key)
        pytest.fail(f"{key} never came to {wanted}")

    return press
