"""Talk: what is answered in words, from what the catalog and the shop's own texts say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.pipeline.talk import (
    TalkReply,
    ask_back,
    catalog_reply,
    count_reply,
    counted_kinds,
    counts,
    kinds_of,
    shop_reply,
    social_reply,
)
from agent.recommender import RecommendationAgent
from agent.retrieve.about import FILE
from agent.understand.acts import Act, Clause
from tests.support.household import HOUSEHOLD
from tests.support.shelf import numbered
from tests.support.worded import worded_agent


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    with worded_agent(tmp_path_factory.mktemp("small-talk") / "w", HOUSEHOLD) as opened:
        yield opened


def said(reply: TalkReply | None, language: str = "en") -> str:
    assert reply is not None
    return " ".join(note.text_in(language) for note in reply.notes)


def clause(act: Act, text: str = "well") -> Clause:
    return Clause(text, 0, act, 0.9, {act: 0.9})


@pytest.mark.parametrize("act", ["greet", "thanks", "bye", "chat", "help", "out_of_scope"])
@pytest.mark.parametrize("shown", [True, False])
def test_talk_is_answered_in_words_of_the_persons_language(agent: RecommendationAgent, act: Act, shown: bool) -> None:
    reply = social_reply(act, clause(act), agent.pipeline, shown=shown)
    assert said(reply)
    assert said(reply, "zh") != said(reply)


def test_a_greeting_tells_what_can_be_asked_for(agent: RecommendationAgent) -> None:
    assert "Kettles" in said(social_reply("greet", clause("greet"), agent.pipeline, shown=False))


def test_acts_that_are_about_items_are_no_talk(agent: RecommendationAgent) -> None:
    assert social_reply("request", clause("request"), agent.pipeline, shown=False) is None


def test_what_is_not_understood_is_asked_back_with_two_or_three_choices(agent: RecommendationAgent) -> None:
    for shown in (True, False):
        reply = ask_back("blorp", agent.pipeline, shown=shown)
        assert "blorp" in said(reply)
        assert 2 <= len(reply.choices) <= 3
    likely = ask_back("blorp", agent.pipeline, shown=True, likely=True)
    assert "blorp" in likely.choices[0].text_in("en")


def test_the_whole_catalog_is_told_by_its_kinds_and_prices(agent: RecommendationAgent) -> None:
    reply = said(catalog_reply("what do you have?", agent.pipeline))
    assert all(kind in reply for kind in ("Kettles (2)", "Blankets (2)", "Lamps (2)", "from 25 to 80"))


def test_a_field_of_the_catalog_is_told_by_its_values(agent: RecommendationAgent) -> None:
    assert said(catalog_reply("which makers do you have?", agent.pipeline)) == (
        "Maker: Ardo (2), Bexley (2), Carden (1)."
    )


def test_kinds_are_as_the_catalog_calls_them_and_titles_where_it_has_none(
    agent: RecommendationAgent, tmp_path: Path
) -> None:
    assert set(kinds_of(agent.pipeline)) == {"Kettles", "Blankets", "Lamps"}
    with worded_agent(tmp_path / "w", numbered(3)) as plain:
        assert kinds_of(plain.pipeline) == counted_kinds(plain.pipeline) == ("Thing 0", "Thing 1", "Thing 2")


@pytest.mark.parametrize(
    ("text", "asks"),
    [("how many kettles are there?", True), ("有多少盏灯？", True), ("many thanks", False), ("a kettle", False)],
)
def test_questions_for_how_many_are_known(text: str, asks: bool) -> None:
    assert counts(text) is asks


def test_a_count_is_told_with_what_was_counted() -> None:
    assert said(count_reply(2, "kettles")) == "There are 2: kettles."
    assert said(count_reply(0, "gold kettles")) == "There are none: gold kettles."
    assert said(count_reply(6, "")) == "There are 6."


def test_the_shop_is_quoted_where_it_says_something_and_else_only_the_goods_are_known(
    agent: RecommendationAgent, tmp_path: Path
) -> None:
    assert "only know the goods" in said(shop_reply("do you deliver to Malta?", agent.pipeline))
    with worded_agent(tmp_path / "w", HOUSEHOLD) as told:
        passage = "We deliver to every island within a week."
        (told.workspace.path / FILE).write_text(f"# Delivery\n\n{passage}\n", encoding="utf-8")
        assert passage in said(shop_reply("do you deliver to Malta?", told.pipeline))
