"""How every page looks: by axe-core's rules, light and dark, on a desk and on a phone; and pictures of them.

With the environment variable TASTEMAKER_SCREENSHOTS, pictures of all pages are written to that folder.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.pages import Chat
from tests.support.person import DESKTOP, PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.support.person import Visit
    from tests.support.servers import Server

GRAVE = {"serious", "critical"}
# what stands on each page once all of it is there
WHOLE = {
    "/": "174 items are waiting",
    "/catalog": "Descriptions 1 to 6 of 174",
    "/overview": "Export as CSV",
    "/evaluation": "The defaults are in use",
    "/profile": "You are known here only as",
}
WIDER_THAN_THE_SCREEN = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


NAMED_TWICE = """() => {
    const names = [...document.querySelectorAll("[id]:not([id=''])")].map(part => part.id)
    return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))]
}"""


# A card that comes in is still half transparent; what turns for ever, as a spinner, is not waited for.
STILL = """() => Promise.allSettled(document.getAnimations()
    .filter(animation => animation.effect.getComputedTiming().endTime !== Infinity)
    .map(animation => animation.finished))"""


def grave_violations(page: Page) -> list[str]:
    """What axe-core finds on a page, as far as it keeps people out; and names that two parts share."""
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate(STILL)
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    twice: list[str] = page.evaluate(NAMED_TWICE)
    return [f"two parts are called {name}" for name in twice] + [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary']}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


def out_of_the_screen(page: Page) -> list[str]:
    """What of a page can be seen only by moving it to the side."""
    wider: int = page.evaluate(WIDER_THAN_THE_SCREEN)
    return [f"{wider} pixels wider than the screen"] if wider else []


def wider_than_itself(part: Locator) -> list[str]:
    """What within a part of a page is cut off, or can be seen only by moving it to the side."""
    cut: list[str] = part.evaluate(
        """part => [part, ...part.querySelectorAll("*")]
        .filter(one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline"
            && !one.closest(".tm-hidden"))
        .map(one => one.outerHTML.slice(0, 200))"""
    )
    return cut


def keep_picture(page: Page, name: str) -> None:
    if folder := os.environ.get("TASTEMAKER_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_every_page_is_open_to_everybody(visit: Visit, server: Server, screen: str, colours: str) -> None:
    from playwright.sync_api import expect

    person = visit(server.url, viewport=PHONE if screen == "phone" else DESKTOP, color_scheme=colours)
    page = person.open()
    problems: list[str] = []
    for path, told in WHOLE.items():
        page.goto(path)
        expect(page.get_by_text(told)).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        problems += [f"{path}: {one}" for one in (*grave_violations(page), *out_of_the_screen(page))]
        keep_picture(page, f"{path.strip('/') or 'welcome'}-{screen}-{colours}")
    assert problems == []


@pytest.mark.parametrize(("screen", "colours"), [("desktop", "light"), ("phone", "dark")])
def test_groups_and_a_question_back_are_open_to_everybody(
    visit: Visit, server: Server, screen: str, colours: str
) -> None:
    person = visit(server.url, viewport=PHONE if screen == "phone" else DESKTOP, color_scheme=colours)
    chat = Chat(person.open())
    for name, text in (("groups", "a portrait, a vase and a sword"), ("asked-back", "qwrt zxcv plmk")):
        chat.ask(text)
        keep_picture(chat.page, f"{name}-{screen}-{colours}")
        assert grave_violations(chat.page) == []
        assert out_of_the_screen(chat.page) == []


@pytest.mark.parametrize(("screen", "colours"), [("desktop", "light"), ("phone", "dark")])
def test_an_answer_with_its_evidence_is_open_to_everybody(
    visit: Visit, server: Server, screen: str, colours: str
) -> None:
    person = visit(server.url, viewport=PHONE if screen == "phone" else DESKTOP, color_scheme=colours)
    chat = Chat(person.open())
    chat.ask("a woman beside flowers in a vase, before 1900")
    keep_picture(chat.page, f"answer-{screen}-{colours}")
    chat.cards.nth(0).get_by_role("button", name="Why this?").click()
    chat.cards.nth(1).get_by_role("button", name="Not this").click()
    assert grave_violations(chat.page) == []
    assert out_of_the_screen(chat.page) == []
    chat.cards.nth(0).get_by_role("region", name="Why this?").scroll_into_view_if_needed()
    keep_picture(chat.page, f"evidence-{screen}-{colours}")


@pytest.mark.parametrize(
    ("screen", "colours"), [("desktop", "light"), ("desktop", "dark"), ("phone", "light"), ("phone", "dark")]
)
def test_what_counted_for_and_against_an_item_can_be_read_on_every_screen(
    visit: Visit, server: Server, screen: str, colours: str
) -> None:
    from playwright.sync_api import expect

    person = visit(server.url, viewport=PHONE if screen == "phone" else DESKTOP, color_scheme=colours)
    chat = Chat(person.open())
    chat.ask("a boat on the water")
    card = chat.cards.nth(1)
    card.get_by_role("button", name="Why this?").click()
    why = card.get_by_role("region", name="Why this?")
    expect(why.get_by_text("What counted for it")).to_be_visible()
    drawn = why.locator("svg rect:last-child").evaluate_all("bars => bars.map(bar => bar.getBBox().width)")
    told = [float(share.split()[0]) for share in why.locator(".tm-share").all_inner_texts()]
    assert drawn == pytest.approx(told)
    expect(why.get_by_text("Counted against it: its picture")).to_be_visible()
    why.get_by_text("Places without each part").click()
    expect(why.get_by_text("Words to pictures")).to_be_visible()
    assert grave_violations(chat.page) == []
    assert out_of_the_screen(chat.page) == []
    assert wider_than_itself(why) == []
    why.scroll_into_view_if_needed()
    keep_picture(chat.page, f"counted-{screen}-{colours}")
