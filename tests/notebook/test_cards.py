"""Cards: an answer as HTML with its pictures inside, and nothing in it but what we wrote."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from agent.answers import Answer, Explanation, Recommendation, Request
from agent.notebook import cards as module
from agent.notebook.cards import MOST_PICTURES, SIDE_PX, cards
from retrieval.items import Item, Media

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags = list[tuple[str, dict[str, str | None]]]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def recommendation(rank: int, item: Item) -> Recommendation:
    return Recommendation(item, rank, 0.5, Explanation(f"Reason {rank}.", ()), {}, rank)


def answer(*items: Item) -> Answer:
    return Answer(
        Request("a lamp", "a lamp", "en"), tuple(recommendation(at, item) for at, item in enumerate(items, 1))
    )


def pictured(folder: Path, name: str = "lamp.png") -> Item:
    Image.new("RGB", (900, 600), (200, 30, 30)).save(folder / name)
    return Item("7", "Harbour lamp", category="lamps", price=39.0, media=(Media("image", str(folder / name), name),))


def test_a_card_shows_the_item_its_reason_and_a_small_picture(tmp_path: Path) -> None:
    html = answer(pictured(tmp_path))._repr_html_()
    for text in ("1. Harbour lamp", "lamps", "39", "id 7", "Reason 1."):
        assert text in html
    [address] = re.findall(r'src="data:image/webp;base64,([^"]+)"', html)
    with Image.open(io.BytesIO(base64.b64decode(address))) as small:
        assert max(small.size) == SIDE_PX
    assert len(html) < 10_000
    assert str(tmp_path) not in html


def test_every_text_is_escaped() -> None:
    hostile = replace(answer(Item(HOSTILE, HOSTILE, category=HOSTILE)), reply=HOSTILE, notes=(f"note {HOSTILE}",))
    parser = Tags()
    parser.feed(hostile._repr_html_())
    assert {tag for tag, _ in parser.tags} == {"div", "p"}
    assert all(set(attributes) <= {"style"} for _, attributes in parser.tags)


def test_a_picture_that_is_gone_or_broken_leaves_the_card_without_it(tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    for medium in (
        Media("image", str(tmp_path / "gone.png"), "gone.png"),
        Media("image", str(tmp_path / "broken.png"), "broken.png"),
        Media("image", "", "bad.png", problem="is missing"),
        Media("audio", str(tmp_path / "broken.png"), "a.wav"),
    ):
        html = cards(answer(Item("7", "Lamp", media=(medium,))).to_dict())
        assert "Lamp" in html
        assert "<img" not in html


def test_a_long_answer_shows_the_pictures_of_its_first_items_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_picture", lambda item: "data:,")
    html = answer(*(Item(str(at), f"Lamp {at}") for at in range(MOST_PICTURES + 5)))._repr_html_()
    assert html.count("<img") == MOST_PICTURES


def test_notes_stand_once_and_an_answer_without_items_is_its_reply() -> None:
    html = replace(answer(), reply="We have no kayaks.", notes=("We have no kayaks.", "Ask for more."))._repr_html_()
    assert html.count("We have no kayaks.") == 1
    assert "Ask for more." in html
