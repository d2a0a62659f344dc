"""Explanations as a whole: what is worth telling, how items compare, why one is not there, and how all is judged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from agent.answers import Answer, Claim, Evidence, Explanation, Recommendation, Request, UserTurn
from agent.config import AgentConfig
from agent.errors import RequestError
from agent.evaluate.explanations import judge_answers, read_requests
from agent.explain.claims import check_claim
from agent.explain.contrast import contrast
from agent.explain.distinctive import DistinctiveFacts
from agent.explain.phrases import phrases_for
from agent.recommender import RecommendationAgent
from retrieval.items import Item
from retrieval.schema import Field, Schema
from tests.support.catalogs import write_rows
from tests.support.shelf import SCHEMA

ENGLISH, CHINESE = phrases_for("en"), phrases_for("zh")

FILMS = Schema([*SCHEMA.fields.values(), Field.of("code", "category"), Field.of("year", "integer")])
MAKERS = ("Lund", "Berg", "Dahl")
SHELF = [
    Item(
        str(at),
        f"Thing {at}",
        "A thing.",
        "Things",
        10.0 + at,
        {
            "maker": ("Lund", "Berg", "Dahl")[at % 3] if at < 9 else f"Maker {at}",
            "code": f"tt{at:05}",
            "year": 1900 + at,
        },
    )
    for at in range(40)
]
DISTINCTIVE = DistinctiveFacts(SHELF, FILMS)


# What is worth telling


def test_a_value_that_most_items_share_a_code_and_what_the_title_says_are_not_told() -> None:
    told = {fact.name for fact in DISTINCTIVE.facts(SHELF[0])}
    assert told == {"price", "maker", "year"}
    named = replace(SHELF[0], title="Thing 0 by Lund (1900)")
    assert {fact.name for fact in DISTINCTIVE.facts(named)} == {"price"}


def test_who_made_it_comes_before_the_rest() -> None:
    assert DISTINCTIVE.facts(SHELF[0])[-1].name == "year"
    assert DISTINCTIVE.facts(replace(SHELF[0], attributes={"maker": "Unknown"}))[0].name == "price"


def test_a_word_that_most_items_hold_tells_none_from_others() -> None:
    distinctive = DistinctiveFacts(SHELF, FILMS, {"thing": 40, "lamp": 2}.get)  # type: ignore[arg-type]
    assert distinctive.common("thing")
    assert not distinctive.common("lamp")


# Comparison


def test_an_item_is_compared_with_the_first_and_both_are_cited() -> None:
    cheaper, shared = contrast(SHELF[0], SHELF[3], DISTINCTIVE, ENGLISH)
    assert cheaper.text == "cheaper than the first, “Thing 3” (10 against 13)"
    assert [one.pointer for one in cheaper.evidence] == [
        "/item/price", "/recommendations/0/item/price", "/recommendations/0/item/title",
    ]  # fmt: skip
    assert shared.text == "the same maker as the first, “Thing 3”: Lund"
    assert (
        check_claim(cheaper, ENGLISH).verdict == check_claim(shared, ENGLISH, labels=["maker"]).verdict == "supported"
    )


def test_years_far_apart_are_compared_in_any_field_of_years() -> None:
    texts = [claim.text for claim in contrast(SHELF[30], SHELF[0], DISTINCTIVE, CHINESE)]
    assert texts == ["比第一个“Thing 0”晚（1930 对 1900）", "比第一个“Thing 0”贵（40 对 10）"]
    assert not any("19" in claim.text for claim in contrast(SHELF[3], SHELF[0], DISTINCTIVE, ENGLISH))


def test_a_whole_comparison_tells_differences_then_what_both_have() -> None:
    claims = list(contrast(SHELF[4], SHELF[3], DISTINCTIVE, ENGLISH, whole=True))
    verdicts = {check_claim(one, ENGLISH, labels=["maker", "category"]).verdict for one in claims}
    assert verdicts == {"supported"}
    texts = [one.text for one in claims]
    assert "newer than the first, “Thing 3” (1904 against 1903)" in texts
    differs = next(at for at, text in enumerate(texts) if "against Lund of the first" in text)
    assert all("the same" not in text for text in texts[:differs])


# Verdicts


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("maker: Lund", "supported"),
        ("maker: Berg", "unsupported"),
        ("meets price<=50: 49", "unsupported"),
        ("its picture holds the words “Lund”", "supported"),
    ],
)
def test_a_claim_says_nothing_that_its_evidence_does_not(text: str, verdict: str) -> None:
    claim = check_claim(Claim(text, (Evidence("field", "/item/attributes/maker", "Lund"),)), ENGLISH, labels=["maker"])
    assert claim.verdict == verdict
    assert (claim.score == 1.0) == (verdict == "supported")


# Figures


def answer_of(*claims: Claim, rejected: tuple[str, ...] = ()) -> Answer:
    explanation = Explanation("Maker: Lund.", claims, "template", None, rejected)
    return Answer(Request("lund", "lund", "en"), (Recommendation(SHELF[0], 1, 0.5, explanation, {}, 1),))


def test_figures_count_claims_that_do_not_stand_where_they_point() -> None:
    good = Claim("maker: Lund", (Evidence("field", "/item/attributes/maker", "Lund"),))
    moved = Claim("maker: Lund", (Evidence("field", "/item/title", "Lund"),))
    lost = Claim("maker: Lund", (Evidence("field", "/item/attributes/nothing", "Lund"),))
    doubted = replace(good, verdict="unsupported", score=0.5)
    found = judge_answers([answer_of(good, moved, lost, doubted, rejected=("A lie. (the word)",))])
    assert found.faithful == 0.25
    assert len(found.unfaithful) == 3
    assert (found.coverage, found.exact, found.passed, found.by_model) == (1.0, 1.0, 0.0, 0.0)


def test_figures_need_an_explanation_and_a_request(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="No request was answered"):
        judge_answers([Answer(Request("x", "x", "en"), ())])
    empty = tmp_path / "q.jsonl"
    empty.write_text('{"qid": "1"}\n', encoding="utf-8")
    with pytest.raises(RequestError, match="no request in words"):
        read_requests(empty)


# Why not, and lists of others, with the real encoder


@pytest.fixture(scope="module")
def agent(tmp_path_factory, weights):  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("why")
    rows = [
        {"id": "lamp", "title": "Brass lamp", "description": "A warm light for reading.", "price": 39},
        {"id": "sofa", "title": "Wool sofa", "description": "Three deep seats.", "price": 900},
        {"id": "boat", "title": "Toy boat", "description": "It floats in the bath.", "price": 12},
    ]
    catalog = write_rows(folder, *rows)
    with RecommendationAgent.from_catalog(catalog, folder / "w", AgentConfig(llm="none")) as opened:
        yield opened


def test_why_an_item_is_not_there_is_said(agent: RecommendationAgent) -> None:
    asked = UserTurn("a warm light for reading", k=1)
    assert agent.why_not("lamp", asked).reason == "shown"
    low = agent.why_not("boat", asked)
    assert (low.reason, low.shown, low.n_items) == ("rank", None, 3)
    assert f"number {low.rank} of 3" in low.text
    failed = agent.why_not("sofa", replace(asked, filters=("price<=50",)))
    assert failed.reason == "must-have"
    assert failed.text == "“Wool sofa” does not meet price<=50 (it has 900)."
    assert agent.why_not("sofa", UserTurn("温暖的灯", filters=("price<=50",), k=1)).text.startswith("“Wool sofa”不符合")
    with pytest.raises(RequestError, match="no item 'gone'"):
        agent.why_not("gone", asked)


def test_lists_of_others_are_explained_in_their_order_and_once_each(agent: RecommendationAgent) -> None:
    told = dict(agent.explain_list(["sofa", "lamp", "sofa"], "a warm light for reading"))
    assert list(told) == ["sofa", "lamp"]
    assert told["lamp"].text == "A warm light for reading."
    assert any("you asked for" in claim.text for claim in told["lamp"].claims)
    assert told["lamp"].text == agent.explain("lamp", "a warm light for reading").text
    with pytest.raises(RequestError, match="empty"):
        list(agent.explain_list([], "a lamp"))
