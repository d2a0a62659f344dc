"""The chat in a shop's own page, which comes from another address: asked, clicked, saved and forgotten in a browser."""

from __future__ import annotations

import contextlib
import functools
import http.server
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.person import DESKTOP, PHONE
from tests.support.places import ROOT
from tests.support.servers import Server, serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.person import Visit, Visitor

MOST_BYTES = 60_000  # before the first answer


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, *_: Any) -> None:
        pass


@contextlib.contextmanager
def shop_page(folder: Path) -> Iterator[str]:
    """The address of a shop that serves a folder."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))) as shop:
        threading.Thread(target=shop.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{shop.server_port}"
        shop.shutdown()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shop")


@pytest.fixture(scope="module")
def shop(folder: Path) -> Iterator[str]:
    with shop_page(folder) as address:
        yield address


@pytest.fixture(scope="module")
def recommender(demo_workspace: Path, folder: Path, shop: str) -> Iterator[Server]:
    """A server that knows the shop, whose page is the example of the documentation."""
    copy = shutil.copytree(demo_workspace, folder.parent / "served" / "w")
    with serving(copy, "--llm", "none", "--allow-origin", shop) as running:
        example = (ROOT / "docs" / "widget.html").read_text(encoding="utf-8")
        (folder / "favicon.ico").touch()
        (folder / "index.html").write_text(example.replace("http://127.0.0.1:7860", running.url), encoding="utf-8")
        running.wait_for("/readyz")
        yield running


def opened(visit: Visit, shop: str, **settings: Any) -> tuple[Visitor, Page]:
    person = visit(shop, **settings)
    page = person.open()
    page.get_by_role("button", name="Ask our adviser").click()
    return person, page


def wish(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Your wish").fill(text)
    page.get_by_role("button", name="Send").click()


def unexpected(person: Visitor, recommender: Server) -> list[str]:
    """What went wrong in the browser, but for asking the recommender, which is what the chat is for."""
    mine = [
        complaint
        for complaint in person.complaints
        if not complaint.startswith(f"asks another host: {recommender.url}")
    ]
    person.complaints.clear()
    return mine


def test_a_page_of_another_address_recommends(visit: Visit, shop: str, recommender: Server) -> None:
    from playwright.sync_api import expect

    person, page = opened(visit, shop)
    expect(page.get_by_text("Tell me what you are looking for.")).to_be_visible()
    wish(page, "a painting of boats")
    cards = page.get_by_role("article")
    expect(cards).to_have_count(3)
    expect(page.get_by_text("shown: ")).to_have_count(3)
    picture = cards.first.locator("img")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture.element_handle())
    cards.first.get_by_role("button", name="Save").click()
    expect(cards.first.get_by_role("button", name="Saved")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("saved: ")).to_have_count(1)
    wish(page, "older ones")
    expect(page.get_by_role("article")).to_have_count(6)
    assert unexpected(person, recommender) == []


def test_little_is_sent_before_the_first_answer(visit: Visit, shop: str, recommender: Server) -> None:
    from playwright.sync_api import expect

    person = visit(shop)
    sizes: list[int] = []
    person.context.on(
        "requestfinished",
        lambda request: (
            sizes.append(request.sizes()["responseBodySize"] + request.sizes()["responseHeadersSize"])
            if request.url.startswith(recommender.url) and "/picture" not in request.url
            else None
        ),
    )
    page = person.open()
    page.get_by_role("button", name="Ask our adviser").click()
    wish(page, "a painting of boats")
    expect(page.get_by_role("article")).to_have_count(3)
    assert 0 < sum(sizes) < MOST_BYTES
    unexpected(person, recommender)


def test_what_a_visitor_did_is_kept_until_they_leave(
    visit: Visit, shop: str, recommender: Server, folder: Path
) -> None:
    from playwright.sync_api import expect

    def events() -> int:
        with contextlib.closing(sqlite3.connect(folder.parent / "served" / "w" / "tastemaker.db")) as db:
            return int(db.execute("SELECT count(*) FROM interactions WHERE kind = 'save'").fetchone()[0])

    person, page = opened(visit, shop)
    before = events()
    wish(page, "a vase")
    with page.expect_response("**/widget/tell") as told:
        page.get_by_role("article").first.get_by_role("button", name="Save").click()
    assert told.value.ok
    assert events() == before + 1
    with page.expect_response("**/widget/leave") as left:
        page.get_by_role("button", name="Forget me").click()
    assert left.value.ok
    expect(page.get_by_text("You are forgotten.")).to_be_visible()
    assert events() == before
    assert unexpected(person, recommender) == []


@pytest.mark.parametrize(("screen", "colours"), [("desktop", "light"), ("phone", "dark")])
def test_the_chat_is_open_to_everybody(visit: Visit, shop: str, recommender: Server, screen: str, colours: str) -> None:
    from playwright.sync_api import expect

    from tests.whole.test_page_looks import grave_violations, keep_picture, out_of_the_screen

    viewport = PHONE if screen == "phone" else DESKTOP
    person, page = opened(visit, shop, viewport=viewport, color_scheme=colours)
    expect(page.get_by_role("textbox", name="Your wish")).to_be_focused()
    wish(page, "something blue")
    expect(page.get_by_role("article")).to_have_count(3)
    keep_picture(page, f"widget-{screen}-{colours}")
    assert [*grave_violations(page), *out_of_the_screen(page)] == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Ask our adviser")).to_be_focused()
    assert unexpected(person, recommender) == []


def test_a_page_that_is_not_named_is_told_that_the_adviser_cannot_be_reached(
    visit: Visit, recommender: Server, folder: Path
) -> None:
    from playwright.sync_api import expect

    with shop_page(folder) as elsewhere:
        person = visit(elsewhere)
        page = person.open()
        page.get_by_role("button", name="Ask our adviser").click()
        wish(page, "a vase")
        expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
        person.complaints.clear()
