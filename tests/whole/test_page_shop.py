"""The page in a shop: open to anybody, under the name of the shop, with its goods, links and prices."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.pages import Chat
from tests.support.person import DESKTOP, PHONE
from tests.support.servers import Server, serving
from tests.whole.test_page_looks import grave_violations, keep_picture, out_of_the_screen

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.support.person import Visit

TOKEN = "the-operator's-own-secret"
THINGS = ("Lamps", "Chairs", "Vases", "Clocks")
COLOURS = {"red": "#b3261e", "blue": "#1f5fbf", "green": "#2e7d32"}
BLACK, WHITE = (16, 16, 20), (255, 255, 255)
SETTINGS = """
[shop]
name = "Harbour House"
logo = "logo.png"
accent = "#7a1fa2"
currency = "EUR"
prices = "1.299,00 €"
"""


def rows() -> Iterator[dict[str, Any]]:
    for kind in THINGS:
        for at, colour in enumerate((*COLOURS, *COLOURS)):
            yield {
                "id": f"{kind}-{at}".lower(),
                "title": f"Model {kind[0]}{at} {colour}",
                "category": kind,
                "price": 1200 + at if kind == "Clocks" else 20 + 5 * at,
                "colour": colour,
                "url": f"https://shop.example/{kind}/{at}".lower(),
                "image": f"{kind}-{at}.png".lower(),
            }


def drawn(row: dict[str, Any], at: int) -> bytes:
    """A thing in the middle of a tall picture; every third is black on nothing, as shops cut things out."""
    from PIL import Image, ImageDraw

    cut_out = at % 3 == 0
    picture = Image.new("RGBA", (300, 600), (0, 0, 0, 0) if cut_out else (*WHITE, 255))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((40, 10, 260, 590), fill=(*BLACK, 255) if cut_out else COLOURS[row["colour"]])
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="module")
def shop_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A shop of 24 things, open to anybody."""
    from PIL import Image

    from agent import RecommendationAgent, load_config

    folder = tmp_path_factory.mktemp("shop")
    made = list(rows())
    for at, row in enumerate(made):
        (folder / row["image"]).write_bytes(drawn(row, at))
    catalog = folder / "catalog.jsonl"
    catalog.write_text("\n".join(map(json.dumps, made)))
    with RecommendationAgent.from_catalog(catalog, folder / "w", load_config(llm="none")):
        pass
    Image.new("RGB", (40, 20), "#7a1fa2").save(folder / "logo.png")
    (folder / "tastemaker.toml").write_text(SETTINGS)
    with serving(folder / "w", "--llm", "none", "--public", "--token", TOKEN, folder=folder) as running:
        running.wait_for("/readyz")
        yield running


def colours_of(part: Locator) -> dict[tuple[int, int, int], int]:
    """How many pixels of each colour a part of the page is drawn in."""
    from PIL import Image

    picture = Image.open(io.BytesIO(part.screenshot(animations="disabled"))).convert("RGB")
    return {colour: n for n, colour in picture.getcolors(maxcolors=10**7) or ()}  # type: ignore[misc]


def brightness(colour: tuple[int, int, int]) -> float:
    return sum(colour) / 3


def welcomed(page: Page) -> None:
    from playwright.sync_api import expect

    expect(page.get_by_text("24 items are waiting")).to_be_visible()
    page.wait_for_function("() => [...document.querySelectorAll('.tm-good img')].every(one => one.naturalWidth)")


@pytest.mark.parametrize(("screen", "colours"), [("desktop", "light"), ("phone", "dark")])
def test_anybody_comes_in_sees_goods_and_nothing_of_the_operators(
    visit: Visit, shop_server: Server, screen: str, colours: str
) -> None:
    from playwright.sync_api import expect

    person = visit(shop_server.url, viewport=PHONE if screen == "phone" else DESKTOP, color_scheme=colours)
    page = person.open()
    welcomed(page)
    assert page.title() == "Harbour House"
    expect(page.get_by_role("link", name="Harbour House")).to_be_visible()
    expect(page.get_by_role("navigation").get_by_role("link")).to_have_text(["Chat", "Profile"])
    header = page.locator(".tm-header").inner_text()
    assert not any(word in header for word in ("CPU", "language model", "Ready"))
    goods = page.locator(".tm-good")
    expect(goods).to_have_count(8)
    assert {kind for kind in THINGS for text in goods.all_inner_texts() if f"Model {kind[0]}" in text} == set(THINGS)
    expect(goods.filter(has_text="Model C0").or_(goods.filter(has_text="1.20")).first).to_contain_text(",00 €")
    examples = page.locator(".tm-example").all_inner_texts()
    assert 3 <= len(examples) <= 4
    assert not any("Model" in text for text in examples)
    assert any("under" in text and "€" in text for text in examples)
    send = page.get_by_role("button", name="Send")
    assert send.evaluate("one => getComputedStyle(one).backgroundColor") in ("rgb(122, 31, 162)", "rgba(0, 0, 0, 0)")
    assert grave_violations(page) == []
    assert out_of_the_screen(page) == []
    keep_picture(page, f"shop-{screen}-{colours}")
    page.goto("/catalog")
    expect(page.get_by_label("Token")).to_be_visible()
    page.goto("/profile")
    expect(page.get_by_text("You are known here only as")).to_be_visible()
    assert grave_violations(page) == []
    assert out_of_the_screen(page) == []


def test_each_example_is_a_wish_that_the_shop_can_meet(visit: Visit, shop_server: Server) -> None:
    page = visit(shop_server.url).open()
    welcomed(page)
    for at in range(page.locator(".tm-example").count()):
        chat = Chat(page)
        page.locator(".tm-example").nth(at).click()
        turn = chat.answered()
        wish = turn.locator(".tm-said").inner_text().split("\n")[-1]
        facts = turn.locator(".tm-card .tm-facts").all_inner_texts()
        assert len(facts) == 3, wish
        for colour in COLOURS:
            assert colour not in wish or all(colour in fact for fact in facts), (wish, facts)
        for kind in THINGS:
            assert kind.lower() not in wish or all(kind in fact for fact in facts), (wish, facts)
        page.get_by_role("button", name="New conversation").click()
        welcomed(page)


@pytest.mark.parametrize(("screen", "colours"), [("desktop", "dark"), ("phone", "light")])
def test_a_card_leads_to_the_shop_and_shows_the_whole_thing_once_open(
    visit: Visit, shop_server: Server, screen: str, colours: str
) -> None:
    from playwright.sync_api import expect

    person = visit(shop_server.url, viewport=PHONE if screen == "phone" else DESKTOP, color_scheme=colours)
    page = person.open()
    welcomed(page)
    good = page.locator(".tm-good").first
    title = good.locator(".tm-good-title").inner_text()
    good.click()
    chat = Chat(page)
    turn = chat.answered()
    expect(turn.get_by_role("article").first).to_contain_text(title)
    link = turn.locator("h4 a").first
    assert str(link.get_attribute("href")).startswith("https://shop.example/")
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener")
    expect(turn.locator(".tm-facts").first).to_contain_text(",00 €")
    expect(turn.locator(".tm-made")).not_to_contain_text("smollm")
    assert grave_violations(page) == []
    card = turn.get_by_role("article").first
    card.get_by_role("button", name="Why this?").click()
    shown = card.locator(".tm-picture img").evaluate(
        "one => [getComputedStyle(one).objectFit, one.clientWidth, one.clientHeight]"
    )
    assert shown[0] == "contain"
    assert grave_violations(page) == []
    assert out_of_the_screen(page) == []
    keep_picture(page, f"shop-open-{screen}-{colours}")


def test_a_black_thing_that_was_cut_out_is_seen_on_a_dark_page(visit: Visit, shop_server: Server) -> None:
    page = visit(shop_server.url, color_scheme="dark").open()
    welcomed(page)
    for good in page.locator(".tm-good").all():
        colours = colours_of(good.locator(".tm-good-picture"))
        ground = max(colours, key=lambda colour: colours[colour])
        assert max(map(brightness, colours)) - min(map(brightness, colours)) > 100, ground


def test_what_an_answer_offers_is_not_under_the_box(visit: Visit, shop_server: Server) -> None:
    from playwright.sync_api import expect

    page = visit(shop_server.url).open()
    welcomed(page)
    chat = Chat(page)
    turn = chat.ask("a lamp")
    expect(turn.get_by_role("button", name="Undo")).to_be_in_viewport()
    page.wait_for_function(
        """() => {
            const redo = document.querySelector(".tm-redo"), composer = document.getElementById("tm-composer")
            return redo.getBoundingClientRect().bottom <= composer.getBoundingClientRect().top
        }"""
    )


def test_a_filter_offers_a_list_of_values_and_a_slider_between_two_numbers(visit: Visit, shop_server: Server) -> None:
    from playwright.sync_api import expect

    page = visit(shop_server.url).open()
    welcomed(page)
    page.get_by_role("button", name="Add a filter").click()
    page.get_by_label("Field", exact=True).select_option(label="colour")
    page.get_by_label("Choose a value").select_option("blue")
    expect(page.get_by_label("Slide to a value")).to_be_hidden()
    assert grave_violations(page) == []
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("button", name="Remove filter: colour: blue")).to_be_visible()
    page.get_by_role("button", name="Add a filter").click()
    page.get_by_label("Field", exact=True).select_option(label="price")
    page.get_by_label("Slide to a value").fill("100")
    expect(page.get_by_role("textbox", name="Value")).to_have_value("100")
    expect(page.get_by_label("Choose a value")).to_be_hidden()
    assert grave_violations(page) == []
    page.get_by_label("Comparison").select_option(label="at most")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("button", name="Remove filter: price ≤ 100,00 €")).to_be_visible()


def test_nothing_that_fits_is_said_in_words(visit: Visit, shop_server: Server) -> None:
    page = visit(shop_server.url).open()
    welcomed(page)
    turn = Chat(page).ask("a lamp under 3 €")
    assert turn.get_by_role("article").count() > 0 or len(turn.locator(".tm-answer").inner_text().split()) > 5


def test_the_operator_logs_in_and_sees_their_pages(visit: Visit, shop_server: Server) -> None:
    from playwright.sync_api import expect

    person = visit(shop_server.url)
    page = person.open("/login")
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("navigation").get_by_role("link")).to_have_text(
        ["Chat", "Catalog", "Overview", "Evaluation", "Profile"]
    )
    expect(page.get_by_text("no language model · CPU")).to_be_visible()
