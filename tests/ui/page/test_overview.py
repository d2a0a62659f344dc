"""The overview page: what it shows, and the rules that are set there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.support.apishelf import OpenService
from ui.page import export
from ui.page.overview.page import OverviewAnswers
from ui.page.overview.view import overview_html
from ui.page.shared.words import Words
from ui.service.overview import DayCount, Overview, ShownCount, WishCount

REQUEST: Any = SimpleNamespace(headers={"accept-language": "en"}, cookies={})
SEEN = Overview(
    date(2030, 5, 10),
    3,
    (WishCount("a <b>boat</b>", 2, 1),),
    (WishCount("a <b>boat</b>", 2, 1),),
    (DayCount(date(2030, 5, 10), 2, 1, 0),),
    tuple(ShownCount(f"{n}", f"Thing {n}", 30 - n) for n in range(25)),
)


@pytest.fixture
def answers(shop: OpenService) -> Iterator[OverviewAnswers]:
    yield OverviewAnswers(shop)
    shop.agent.set_rules([])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_everything_is_told_and_escaped(language: str) -> None:
    text = overview_html(SEEN, Words(language))
    assert "a &lt;b&gt;boat&lt;/b&gt;" in text
    assert "Thing 19" in text
    assert "Thing 20" not in text
    assert "2030-05-10" in text


def test_where_nothing_has_happened_that_is_told() -> None:
    text = overview_html(Overview(date(2030, 5, 10), 0), Words("en"))
    assert "Nobody has asked for anything yet." in text
    assert "Everything was shown." in text


def test_rules_are_saved_shown_and_refused_in_words(answers: OverviewAnswers, shop: OpenService) -> None:
    told, spelled = answers.save("- {do: pin, items: ['4'], when: chair}", REQUEST)
    assert "saved" in told
    assert shop.agent.rules[0].items == ("4",)
    assert answers.open(REQUEST)[1] == spelled
    told, kept = answers.save("- {do: sell}", REQUEST)
    assert "Rule 1" in told
    assert kept == gr.skip()
    assert answers.save("", REQUEST)[1] == ""
    assert shop.agent.rules == ()


def test_the_overview_can_be_taken_along(shop: OpenService) -> None:
    app = FastAPI()
    app.state.service = shop
    app.include_router(export.router)
    answer = TestClient(app).get("/page/overview.csv")
    assert answer.text.startswith("what,name,count,in vain")
    assert "attachment" in answer.headers["content-disposition"]
