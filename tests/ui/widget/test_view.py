"""What the widget is told of an answer."""

from __future__ import annotations

from typing import Any

import pytest

from ui.page.chat.exchange import Exchange, VisitorWish
from ui.page.shared.reader import Reader
from ui.page.shared.words import Words
from ui.widget.view import card_view, exchange_view

EN = Reader(Words("en"), operator=False)


def card(**item: Any) -> dict[str, Any]:
    whole = {"id": "a/b", "title": "A lamp", "price": 39.0, "attributes": {}, "media": [], **item}
    return {"item": whole, "explanation": {"text": "Brass."}, "promoted": True, "untold": ["nuts"]}


def test_a_card_holds_what_is_shown_and_nothing_else() -> None:
    view = card_view(card(attributes={"currency": "EUR", "secret": "x"}), EN)
    assert view == {
        "id": "a/b",
        "title": "A lamp",
        "price": "39\u00a0€",
        "url": "",
        "picture": "",
        "reason": "Brass.",
        "beside": ["promoted by the shop", "Its data does not say whether it holds nuts."],
    }


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://shop.example/lamp", True),
        ("http://shop.example/lamp", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("/lamp", False),
        (["https://shop.example"], False),
    ],
)
def test_only_pages_are_led_to(url: object, kept: bool) -> None:
    assert card_view(card(attributes={"url": url}), EN)["url"] == (url if kept else "")


def test_a_picture_is_ours_or_none() -> None:
    whole, damaged = ({"kind": "image", "problem": problem} for problem in (None, "is damaged"))
    assert card_view(card(media=[damaged, whole]), EN)["picture"] == "/v1/items/a%2Fb/picture?size=320"
    assert card_view(card(media=[damaged]), EN)["picture"] == ""


def test_an_answer_that_is_being_made_says_so() -> None:
    exchange = Exchange(VisitorWish("a lamp"), lead="I found a lamp.", cards={"a": {"item": card()["item"]}})
    view = exchange_view(exchange, EN)
    assert (view["working"], view["reply"], view["cards"][0]["reason"]) == (True, "I found a lamp.", "")


def test_a_failure_is_told_in_words() -> None:
    exchange = Exchange(VisitorWish("a lamp"), phase="failed", what="It is busy.", hint="Ask again.")
    assert exchange_view(exchange, EN)["problem"] == "It is busy. Ask again."


def test_options_of_a_question_can_be_chosen() -> None:
    question = {"text": "Which colour?", "options": [{"label": "red"}, {"label": "blue"}]}
    answer = {"choices": ["a lamp"], "notes": ["n"], "dialogue": {"question": question, "turn": 1}}
    view = exchange_view(Exchange(VisitorWish("x"), phase="done", answer=answer), EN)
    assert (view["question"], view["choices"], view["notes"]) == ("Which colour?", ["a lamp", "red", "blue"], ["n"])


def test_a_limit_is_told_as_people_write_it() -> None:
    answer = {"choices": [], "notes": ["Only 1 item meets price<50 and weight<=2."]}
    request = {"filters": ["price<50", "weight<=2"]}
    view = exchange_view(Exchange(VisitorWish("x"), phase="done", request=request, answer=answer), EN)
    assert view["notes"] == ["Only 1 item meets price < 50 and weight ≤ 2."]
