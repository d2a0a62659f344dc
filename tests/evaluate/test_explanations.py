"""Figures of explanations: claims are checked once more by the answer's own JSON, not by what made them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.answers import Answer, Claim, Evidence, Explanation, Recommendation, Request
from agent.errors import RequestError
from agent.evaluate.explanations import explanation_figures, judge_answers, read_requests, requests_of
from agent.recommender import RecommendationAgent
from retrieval.items import Item
from tests.support.worded import shop, worded_agent

LAMP = Item(
    "1", "Lamp", "A warm light. It is of brass.", price=39.5, attributes={"tags": ("desk", "brass"), "new": True}
)


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    with worded_agent(tmp_path_factory.mktemp("told") / "w", shop()) as opened:
        yield opened


def answer(*explanations: Explanation, text: str = "warm light") -> Answer:
    shown = tuple(Recommendation(LAMP, rank, 0.5, one, {}, rank) for rank, one in enumerate(explanations, start=1))
    return Answer(Request(text, text, "en"), shown)


def reason(text: str, *claims: Claim, **fields: object) -> Explanation:
    return Explanation(text, claims, **fields)  # type: ignore[arg-type]  # by name


def claim(text: str, pointer: str, value: str) -> Claim:
    return Claim(text, (Evidence("field", pointer, value),))


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/item/price", "39.5"),
        ("/item/price", "39.50"),
        ("/item/attributes/tags", "desk, brass"),
        ("/item/attributes/new", "true"),
        ("/item/description", "It is  of brass.…"),
        ("/item/attributes", "true"),
    ],
)
def test_a_citation_may_be_cut_joined_or_rounded(pointer: str, value: str) -> None:
    assert judge_answers([answer(reason("Lamp.", claim("it", pointer, value)))]).faithful == 1.0


@pytest.mark.parametrize(
    ("pointer", "value", "why"),
    [
        ("/item/price", "40", "“40” does not stand at /item/price"),
        ("/item/maker", "Lund", "/item/maker leads nowhere"),
        ("/item/description", "of steel", "“of steel” does not stand at /item/description"),
    ],
)
def test_a_citation_that_does_not_stand_there_is_told_with_the_reason(pointer: str, value: str, why: str) -> None:
    figures = judge_answers([answer(reason("Lamp.", claim("it fits", pointer, value)))])
    assert figures.faithful == 0.0
    assert figures.unfaithful == (f"it fits ({why})",)


def test_numbers_and_names_count_as_exact_where_they_are_cited_or_asked_for() -> None:
    claims = [claim("costs 39.5", "/item/price", "39.5"), claim("by Lund, 1900", "/item/title", "Lamp")]
    assert judge_answers([answer(reason("Lamp.", *claims))]).exact == pytest.approx(1 / 3)
    assert judge_answers([answer(reason("Lamp.", *claims), text="Lund 1900")]).exact == 1.0


def test_coverage_is_the_share_of_wishes_that_some_explanation_tells() -> None:
    assert judge_answers([answer(reason("A warm lamp."), reason("Of brass."))]).coverage == 0.5
    assert judge_answers([answer(reason("Light, warm."))]).coverage == 1.0


def test_texts_that_say_the_same_are_not_distinct() -> None:
    assert judge_answers([answer(reason("A warm lamp."), reason("A warm lamp."))]).distinct == 0.0
    assert judge_answers([answer(reason("A warm lamp."), reason("Brass."))]).distinct == 1.0
    assert judge_answers([answer(reason("A warm lamp."))]).distinct == 1.0


def test_the_model_s_sentences_count_whether_shown_or_refused() -> None:
    figures = judge_answers(
        [answer(reason("A warm lamp.", wording="model"), reason("Brass.", rejected=("A lie.", "Another.")))]
    )
    assert (figures.by_model, figures.passed, figures.refused) == (0.5, 1 / 3, ("A lie.", "Another."))
    assert judge_answers([answer(reason("Brass."))]).passed is None


def test_requests_made_of_a_catalog_are_the_same_for_the_same_seed_and_distinct(agent: RecommendationAgent) -> None:
    snapshot = agent.retriever.snapshot
    requests = requests_of(snapshot, seed=1, per_maker=3)
    assert requests == requests_of(snapshot, seed=1, per_maker=3) != requests_of(snapshot, seed=2, per_maker=3)
    assert 0 < len(requests) == len(set(requests)) <= 9


def test_every_request_is_asked_and_counted(agent: RecommendationAgent) -> None:
    counted: list[int] = []
    figures = explanation_figures(agent, ["red lamp", "blue chair"], 2, counted.append)
    assert counted == [1, 2]
    assert (figures.requests, figures.explanations, figures.faithful) == (2, 4, 1.0)


@pytest.mark.parametrize("content", ["{", '["text"', "\xff"])
def test_a_file_of_requests_that_cannot_be_read_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(RequestError, match=r"q\.jsonl cannot be read"):
        read_requests(path)
    with pytest.raises(RequestError, match="cannot be read"):
        read_requests(tmp_path / "nowhere.jsonl")


def test_requests_without_words_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"text": "lamp"}\n\n{"image": "a.jpg"}\n[1]\n{"text": ""}\n{"text": "rug"}\n', encoding="utf-8")
    assert read_requests(path) == ["lamp", "rug"]
