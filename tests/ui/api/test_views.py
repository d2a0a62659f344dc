"""Answers as callers over HTTP see them: with addresses of pictures, and without any path of this machine."""

from __future__ import annotations

import json
from typing import Any

from agent.answers import Answer, Event, Explanation, Hits, Recommendation, Request
from retrieval.items import Item, Media
from tests.support.shelf import candidate
from ui.api.views import answer_view, event_view, hits_view, item_view

SECRET = "/home/ada/catalog"
BOAT = Item(
    "a/b",
    "Boating",
    media=(
        Media("audio", f"{SECRET}/a.ogg", "a.ogg"),
        Media("image", f"{SECRET}/a.jpg", "a.jpg", sha256="5"),
        Media("image", f"{SECRET}/b.jpg", "b.jpg"),
        Media("image", f"{SECRET}/c.jpg", "c.jpg", problem="It is damaged."),
    ),
)
REQUEST = Request("a boat", "a boat", "en")
RECOMMENDED = Recommendation(BOAT, 1, 0.5, Explanation("It is calm.", ()), {}, 1)
ANSWER = Answer(REQUEST, (RECOMMENDED,))


def addresses(item: dict[str, Any]) -> list[str | None]:
    return [medium["picture"] for medium in item["media"]]


def test_pictures_are_numbered_among_pictures_and_what_cannot_be_shown_has_no_address() -> None:
    here = "/v1/items/a%2Fb/picture?n="
    assert addresses(item_view(BOAT)) == [None, f"{here}0", f"{here}1", None]


def test_a_medium_is_told_by_its_name_its_content_and_its_problem() -> None:
    *_, broken = item_view(BOAT)["media"]
    assert broken == {
        "kind": "image",
        "name": "c.jpg",
        "problem": "It is damaged.",
        "sha256": None,
        "picture": None,
    }
    assert item_view(BOAT)["media"][1]["sha256"] == "5"


def test_wherever_an_item_stands_its_pictures_have_addresses_and_no_path_is_told() -> None:
    hits = hits_view(Hits(REQUEST, [candidate(BOAT)]))
    shown = event_view(Event("candidates", 0.1, request=REQUEST, items=(BOAT,)))
    ready = event_view(Event("item", 0.2, recommendation=RECOMMENDED))
    final = event_view(Event("final", 0.3, answer=ANSWER))
    items = [
        hits["hits"][0]["item"],
        shown["items"][0],
        ready["recommendation"]["item"],
        final["answer"]["recommendations"][0]["item"],
    ]
    assert [addresses(item) for item in items] == [addresses(item_view(BOAT))] * 4
    assert SECRET not in json.dumps([hits, shown, ready, final])


def test_a_step_holds_only_what_it_has_to_tell() -> None:
    assert event_view(Event("status", 0.0, "searching")) == {"kind": "status", "at_s": 0.0, "text": "searching"}


def test_a_streamed_answer_ends_with_what_is_answered_whole() -> None:
    assert event_view(Event("final", 0.3, answer=ANSWER))["answer"] == answer_view(ANSWER)
