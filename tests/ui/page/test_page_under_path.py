"""The page under a path of a proxy: asked, shown, gone through and left in a real browser."""

from __future__ import annotations

import base64
import contextlib
import io
from collections.abc import Iterator

import pytest
from PIL import Image

from tests.support.apishelf import ROWS, TOKEN, OpenService, word_agent
from tests.support.pages import Chat
from tests.support.person import Visit
from tests.support.served import listening
from tests.support.sub_path import SubPathProxy
from ui.app import create_app
from ui.guard.access import Access


@pytest.fixture(scope="module")
def pictured_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenService]:
    agent = word_agent(tmp_path_factory.mktemp("pictured") / "workspace")
    picture = io.BytesIO()
    Image.new("RGB", (80, 60), (200, 30, 30)).save(picture, "PNG")
    address = f"data:image/png;base64,{base64.b64encode(picture.getvalue()).decode()}"
    agent.put_items([*ROWS[:2], {**ROWS[2], "image": address}])
    opened = OpenService(agent)
    yield opened
    opened.close()


@contextlib.contextmanager
def proxied(service: OpenService, *, takes_off: bool) -> Iterator[str]:
    """The address of the page behind a proxy, while the block runs."""
    app = SubPathProxy(create_app(service, Access(token=TOKEN, root_path="/shop")), "/shop", takes_off)
    with listening(app, timeout_graceful_shutdown=1) as address:  # the page's stream of events stays open
        yield address


@pytest.mark.parametrize("takes_off", [True, False], ids=["the path is taken off", "the path stays"])
def test_people_use_the_page_under_the_path(pictured_shop: OpenService, visit: Visit, takes_off: bool) -> None:
    from playwright.sync_api import expect

    with proxied(pictured_shop, takes_off=takes_off) as home:
        person = visit(home, locale="en-GB")
        page = person.open("/shop")
        page.get_by_label("Token").fill(TOKEN)
        page.get_by_role("button").click()
        page.wait_for_url(f"{home}/shop/")
        chat = Chat(page)
        chat.ask("a red chair")
        expect(chat.card("Red chair")).to_be_visible()
        picture = chat.card("Red chair").locator("img").first
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("image => image.naturalWidth") > 0
        for name in ("Catalog", "Profile"):
            page.get_by_role("link", name=name, exact=True).first.click()
            page.wait_for_url(f"{home}/shop/{name.lower()}")
        page.get_by_role("button", name="Log out").click()
        page.wait_for_url(f"{home}/shop/login")
        assert {cookie["path"] for cookie in person.context.cookies()} == {"/shop/"}
