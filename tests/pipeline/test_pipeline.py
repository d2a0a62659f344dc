"""The pipeline: six steps from a turn to its answer, each of which can be taken by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.answers import Event, UserTurn
from agent.errors import FilterError, RequestError
from agent.pipeline.answer import answer_of, recommendations_of
from agent.pipeline.journal import Journal
from agent.pipeline.pipeline import Pipeline
from agent.pipeline.view import View
from agent.recommender import RecommendationAgent
from retrieval.items import Item
from tests.support.worded import shop, worded_agent

STEPS = ["perceive", "understand", "retrieve", "rerank", "diversify", "explain"]
LAMP = UserTurn("a red lamp", k=3)


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    with worded_agent(tmp_path_factory.mktemp("shop") / "w", shop()) as opened:
        yield opened


@pytest.fixture
def pipeline(agent: RecommendationAgent) -> Pipeline:
    return Pipeline(agent.workspace, agent.models)


def test_the_steps_are_taken_in_the_order_of_the_sentence(pipeline: Pipeline) -> None:
    journal = Journal()
    answer = pipeline.answer(LAMP, journal)
    assert list(journal.laps) == list(answer.timings_s) == STEPS
    assert [recommendation.rank for recommendation in answer.recommendations] == [1, 2, 3]
    assert answer.recommendations[0].item.id == "lamp-red"


def test_steps_taken_one_by_one_come_to_the_same_answer(pipeline: Pipeline) -> None:
    journal = Journal()
    perceived = pipeline.perceive(LAMP, journal)
    inquiry = pipeline.understand(LAMP, perceived, journal)
    candidates = pipeline.retrieve(inquiry, journal)
    ranked = pipeline.rerank(inquiry, candidates, journal)
    selection = pipeline.diversify(inquiry, candidates, ranked, journal)
    stepwise, whole = pipeline.explain(selection, journal), pipeline.answer(LAMP, Journal())
    assert stepwise.recommendations == whole.recommendations
    assert stepwise.notes == whole.notes


def test_the_list_is_told_before_its_reasons(pipeline: Pipeline) -> None:
    events: list[Event] = []
    pipeline.answer(LAMP, Journal(events.append))
    kinds = [event.kind for event in events]
    assert kinds.index("candidates") < kinds.index("item")
    assert kinds.count("item") == 3


def test_what_is_found_is_what_is_answered_and_search_needs_no_reasons(pipeline: Pipeline) -> None:
    answered = [recommendation.item.id for recommendation in pipeline.answer(LAMP, Journal()).recommendations]
    assert [scored.candidate.item.id for scored in pipeline.find(LAMP).chosen] == answered
    assert pipeline.search(LAMP).candidates[0].item.id == answered[0]


def test_given_items_come_in_the_order_in_which_they_are_given(pipeline: Pipeline) -> None:
    inquiry = pipeline.understand(LAMP, pipeline.look(LAMP), Journal())
    rows = [pipeline.snapshot.rows[item_id] for item_id in ("chair-blue", "lamp-red")]
    selection = pipeline.select_rows(inquiry, rows, compared=True)
    assert [scored.candidate.item.id for scored in selection.chosen] == ["chair-blue", "lamp-red"]
    assert selection.compared
    assert selection.ranker is None


def test_a_turn_that_cannot_be_a_request_goes_no_step(pipeline: Pipeline) -> None:
    journal = Journal()
    with pytest.raises(RequestError):
        pipeline.answer(UserTurn(), journal)
    with pytest.raises(FilterError):
        pipeline.answer(UserTurn("lamp", filters=("weight<3",)), journal)
    assert "retrieve" not in journal.laps


def test_an_answer_has_its_recommendations_by_rank_and_says_what_fell_short(pipeline: Pipeline) -> None:
    turn = UserTurn("a lamp", filters=("price<=11",), k=5)
    selection, journal = pipeline.find(turn), Journal()
    recommendations = list(recommendations_of(selection, pipeline, journal, worded=False))
    answer = answer_of(selection, recommendations[::-1], journal, pipeline)
    ranks = [recommendation.rank for recommendation in answer.recommendations]
    assert ranks == sorted(ranks)
    assert len(ranks) < 5
    assert any("price" in note for note in answer.notes)


def test_a_view_reads_each_part_once(agent: RecommendationAgent) -> None:
    view = View(agent.workspace, agent.models)
    assert view.retriever is view.retriever
    assert view.snapshot is view.holdings.snapshot
    assert View(agent.workspace, agent.models, view.holdings).snapshot is view.snapshot


def test_a_view_of_an_empty_workspace_says_what_to_do(tmp_path: Path) -> None:
    with worded_agent(tmp_path / "w", []) as empty, pytest.raises(RequestError, match="holds no items"):
        _ = View(empty.workspace, empty.models).snapshot


@pytest.fixture(scope="module")
def coded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    items = [
        Item("1", "Borma GX-480 drill", category="drill"),
        Item("2", "Borma GX-481 drill", category="drill"),
        Item("3", "Lumeo BL75T lamp", category="lamp"),
        Item("4", "Oak table", category="table"),
    ]
    with worded_agent(tmp_path_factory.mktemp("coded") / "w", items) as opened:
        yield Pipeline(opened.workspace, opened.models)


@pytest.mark.parametrize("wish", ["GX480", "gx 480", "borma gx480", "a lamp gx-480", "drill GX 480"])
def test_what_is_called_by_a_number_comes_first_however_it_is_written(coded: Pipeline, wish: str) -> None:
    answer = coded.answer(UserTurn(wish, k=2), Journal())
    assert answer.recommendations[0].item.id == "1"
    assert coded.search(UserTurn(wish, k=4)).candidates[0].item.id == "1"
    assert not any("has the number" in note for note in answer.notes)


def test_a_number_that_stands_nowhere_is_told_and_nothing_looks_certain(coded: Pipeline) -> None:
    for wish in ("QRT-7777-ZZ", "qrt 7777 zz", "lamp QRT7777ZZ"):
        answer = coded.answer(UserTurn(wish, k=4), Journal())
        number = wish.removeprefix("lamp ")
        assert f"Nothing in the catalog has the number {number}." in answer.notes
        assert all(recommendation.score <= 0.25 for recommendation in answer.recommendations)


def test_an_item_whose_name_is_its_id_is_found(tmp_path: Path) -> None:
    herbs = [Item(name, name) for name in ("basil", "thyme", "sage")] + [Item("7", "pepper mint")]
    with worded_agent(tmp_path / "w", herbs) as opened:
        answer = Pipeline(opened.workspace, opened.models).answer(UserTurn("fresh basil", k=1), Journal())
    assert answer.recommendations[0].item.id == "basil"
