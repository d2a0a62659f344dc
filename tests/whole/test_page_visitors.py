"""Several people, languages and colours at one server; what each sees, keeps and can have forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.pages import Chat

if TYPE_CHECKING:
    from tests.support.person import Visit
    from tests.support.servers import Server


def test_a_browser_that_prefers_chinese_is_spoken_to_in_chinese(visit: Visit, server: Server) -> None:
    from playwright.sync_api import expect

    page = visit(server.url, locale="zh-CN").open()
    expect(page.get_by_role("link", name="目录")).to_be_visible()
    box = page.get_by_role("textbox", name="您的需求")
    box.fill("花瓶里的花")
    box.press("Enter")
    turn = page.get_by_role("region", name="第 1 个需求")
    expect(turn.get_by_role("button", name="撤销")).to_be_visible()
    expect(turn.get_by_role("button", name="为什么推荐？")).to_have_count(3)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_who_likes_it_dark_gets_it_dark(visit: Visit, server: Server) -> None:
    brightness = (
        "() => getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).slice(0, 3).reduce((a, b) => +a + +b)"
    )
    light = visit(server.url, color_scheme="light").open().evaluate(brightness)
    dark = visit(server.url, color_scheme="dark").open().evaluate(brightness)
    assert dark < 200 < 600 < light


def test_two_people_at_once_do_not_see_each_other(visit: Visit, server: Server) -> None:
    from playwright.sync_api import expect

    ada, bob = Chat(visit(server.url).open()), Chat(visit(server.url).open())
    ada.begin("people in a boat")
    bob.begin("a vase of flowers")
    ada.answered()
    bob.answered()
    expect(ada.page.get_by_text("a vase of flowers", exact=True)).to_have_count(0)
    expect(bob.page.get_by_text("people in a boat", exact=True)).to_have_count(0)
    bob.page.goto(ada.address)
    expect(bob.box).to_be_visible()
    expect(bob.page.get_by_text("people in a boat")).to_have_count(0)


def test_a_tab_that_is_behind_is_brought_up_to_date_and_keeps_what_was_typed(visit: Visit, server: Server) -> None:
    from playwright.sync_api import expect

    person = visit(server.url)
    first = Chat(person.open())
    first.ask("people in a boat")
    second = Chat(person.open(first.address))
    expect(second.turns).to_have_count(1)
    first.ask("with a horse")
    second.begin("a vase of flowers")
    expect(second.page.get_by_role("alert").filter(has_text="went on in another tab")).to_be_visible()
    expect(second.turns).to_have_count(2)
    expect(second.box).to_have_value("a vase of flowers")


def test_a_reload_in_the_middle_of_an_answer_loses_nothing(visit: Visit, wording_server: Server) -> None:
    from playwright.sync_api import expect

    chat = Chat(visit(wording_server.url).open())
    chat.begin("a portrait of a man with a beard")
    expect(chat.page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    chat.page.reload()
    turn = chat.answered()
    expect(turn).to_contain_text("a portrait of a man with a beard")
    expect(turn.get_by_role("article")).to_have_count(3)
    expect(chat.turns).to_have_count(1)


def test_who_is_forgotten_finds_nothing_left(visit: Visit, server: Server) -> None:
    from playwright.sync_api import expect

    chat = Chat(visit(server.url).open())
    chat.ask("people in a boat")
    chat.page.get_by_role("button", name="Save").first.click()
    expect(chat.page.get_by_role("button", name="Saved")).to_have_count(1)
    page = chat.page
    page.goto("/profile")
    with page.expect_download() as exported:
        page.get_by_role("link", name="Export").click()
    assert "people in a boat" in exported.value.path().read_text(encoding="utf-8")
    page.get_by_role("button", name="Forget me", exact=True).click()
    page.get_by_role("button", name="Yes, forget me").click()
    expect(page.get_by_role("button", name="Yes, forget me")).to_be_hidden()
    page.goto("/")
    expect(chat.box).to_be_visible()
    expect(page.get_by_text("people in a boat")).to_have_count(0)
    expect(chat.cards).to_have_count(0)
