"""Tasks: what a workspace is judged by, and what is said of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.errors import EvaluationError
from agent.evaluate.tasks import judged_task, known_item_task
from agent.recommender import RecommendationAgent
from retrieval.items import Item
from tests.support.worded import shop, worded_agent


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    with worded_agent(tmp_path_factory.mktemp("tasks") / "w", shop()) as opened:
        yield opened


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """No spoken requests, which take longer than all else."""
    monkeypatch.setattr("agent.evaluate.known_items.requests.synthesiser", lambda: None)


def files(folder: Path, requests: list[dict[str, str]], judgments: list[str]) -> tuple[Path, Path]:
    queries, qrels = folder / "queries.jsonl", folder / "qrels.trec"
    queries.write_text("".join(json.dumps(row) + "\n" for row in requests))
    qrels.write_text("".join(f"{line}\n" for line in judgments))
    return queries, qrels


def test_known_items_are_divided_into_lessons_and_a_test_about_other_items(agent: RecommendationAgent) -> None:
    stages: list[str] = []
    task = known_item_task(agent, 0, stages.append)
    (part,) = task.parts()
    lessons = part.lessons()
    assert stages == ["making requests from the catalog"]
    assert (task.name, task.n_cases) == ("known items", len(part.cases))
    assert f"no labels: {task.n_cases:,} requests made from the catalog itself" in task.protocol
    assert lessons.train
    assert lessons.valid
    assert not {case.id for case in part.cases} & {case.id for case in (*lessons.train, *lessons.valid)}
    assert any("no item has a picture" in warning for warning in task.warnings)


def test_a_task_is_the_same_for_the_same_seed_and_known_by_it(agent: RecommendationAgent) -> None:
    first, again, other = (known_item_task(agent, seed, lambda _: None).identity for seed in (0, 0, 1))
    assert first == again != other


def test_a_catalog_of_which_nothing_can_be_asked_is_told(tmp_path: Path) -> None:
    with (
        worded_agent(tmp_path / "w", [Item("1", "1900")]) as bare,
        pytest.raises(EvaluationError, match="No requests could be made from this catalog") as caught,
    ):
        known_item_task(bare, 0, lambda _: None)
    assert "--queries and --qrels" in caught.value.hint


def test_judged_requests_keep_their_gains_and_say_what_is_wrong_with_the_others(
    agent: RecommendationAgent, tmp_path: Path
) -> None:
    requests = [
        {"qid": "lamps", "text": "find a lamp"},
        {"qid": "unjudged", "text": "find a rug"},
        {"qid": "empty", "text": " "},
        {"text": "no id"},
    ]
    judgments = ["lamps 0 lamp-red 2", "lamps 0 lamp-blue 1", "lamps 0 gone 1", "empty 0 rug-red 1"]
    queries, qrels = files(tmp_path, requests, judgments)
    task = judged_task(agent, queries, qrels, 0, lambda _: None)
    (part,) = task.parts()
    rows = agent.retriever.snapshot.rows
    assert [(case.id, dict(case.gains)) for case in part.cases] == [
        ("lamps", {rows["lamp-red"]: 2.0, rows["lamp-blue"]: 1.0})
    ]
    assert task.protocol.startswith("1 judged requests of queries.jsonl")
    assert "1 judged items are not in the catalog, such as 'gone'." in task.warnings
    assert any(warning.startswith("Line 3 of queries.jsonl: The request is empty") for warning in task.warnings)
    assert any(warning.startswith("Line 4 of queries.jsonl") for warning in task.warnings)


def test_judgments_that_fit_no_request_are_an_error_with_both_files(agent: RecommendationAgent, tmp_path: Path) -> None:
    queries, qrels = files(tmp_path, [{"qid": "a", "text": "lamp"}], ["b 0 lamp-red 1"])
    with pytest.raises(
        EvaluationError, match=r"No request of .*queries\.jsonl has a relevant item .* in .*qrels\.trec"
    ):
        judged_task(agent, queries, qrels, 0, lambda _: None)


def test_a_catalog_too_small_to_learn_from_says_so_when_lessons_are_wanted(tmp_path: Path) -> None:
    items = [Item("1", "red lamp", category="lamp"), Item("2", "blue lamp", category="lamp")]
    with worded_agent(tmp_path / "w", items) as small:
        queries, qrels = files(tmp_path, [{"qid": "a", "text": "red lamp"}], ["a 0 1 1"])
        (part,) = judged_task(small, queries, qrels, 0, lambda _: None).parts()
        with pytest.raises(EvaluationError, match="The catalog is too small to learn from"):
            part.lessons()
