"""Evaluation of a workspace: by what it is judged, what is refused before any work, and what stays kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.errors import ConfigError, EvaluationError
from agent.evaluate.evaluate import KNOWN_ITEMS, Wanted, evaluate
from agent.recommender import RecommendationAgent
from retrieval.evaluation.judging import Rules
from retrieval.evaluation.row_cache import FOLDER
from retrieval.evaluation.running import EvaluationProgress
from retrieval.interactions import Interaction
from tests.support.worded import shop, worded_agent


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[RecommendationAgent]:
    with worded_agent(tmp_path / "w", shop()) as opened:
        yield opened


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """No spoken requests, which take longer than all else."""
    monkeypatch.setattr("agent.evaluate.known_items.requests.synthesiser", lambda: None)


@pytest.mark.parametrize(
    ("wanted", "what"),
    [
        (Wanted(fusions=("weighted", "magic")), "There is no fusion 'magic'"),
        (Wanted(splits=("odd",)), "There is no split 'odd'"),
        (Wanted(queries=Path("q.jsonl")), "Only one of --queries and --qrels is given"),
        (Wanted(qrels=Path("q.trec")), "Only one of --queries and --qrels is given"),
    ],
)
def test_what_does_not_exist_is_refused_before_any_work(agent: RecommendationAgent, wanted: Wanted, what: str) -> None:
    progress: list[EvaluationProgress] = []
    with pytest.raises(ConfigError, match=what):
        evaluate(agent, wanted, progress.append)
    assert progress == []


def test_without_labels_known_items_judge_and_the_note_says_so(agent: RecommendationAgent) -> None:
    progress: list[EvaluationProgress] = []
    evaluation = evaluate(agent, Wanted(fusions=("weighted", "rrf"), rules=Rules(k=5)), progress.append)
    (task,) = evaluation.tasks
    assert evaluation.notes == (
        "The workspace has no interactions and no judgments were given: judged by known items.",
    )
    assert evaluation.catalog == "w: 36 items; with vectors: multilingual 36, text 36"
    assert {"weighted", "rrf"} <= {row.name for row in task.rows}
    assert progress[-1].done == progress[-1].total > 0


def test_finished_rows_are_kept_and_not_made_again(agent: RecommendationAgent, tmp_path: Path) -> None:
    elsewhere = tmp_path / "kept"
    first = evaluate(agent, Wanted(folder=elsewhere))
    assert not (agent.workspace.path / FOLDER).exists()
    files = {path: path.stat().st_mtime_ns for path in elsewhere.rglob("*") if path.is_file()}
    again = evaluate(agent, Wanted(folder=elsewhere))
    assert files
    assert {path: path.stat().st_mtime_ns for path in elsewhere.rglob("*") if path.is_file()} == files
    assert [row.figures for row in again.tasks[0].rows] == [row.figures for row in first.tasks[0].rows]


def test_too_few_interactions_are_an_error_that_says_what_to_do(agent: RecommendationAgent) -> None:
    agent.workspace.store.put_interactions([Interaction("ada", "lamp-red", "like", at_s=1.0)])
    with pytest.raises(EvaluationError) as caught:
        evaluate(agent, Wanted(splits=("leave-one-out",)))
    assert "known-items" in caught.value.hint


def test_where_people_did_too_little_known_items_judge(agent: RecommendationAgent) -> None:
    agent.workspace.store.put_interactions([Interaction("ada", "lamp-red", "save", at_s=1.0)])
    evaluation = evaluate(agent, Wanted(rules=Rules(k=5)))
    assert [task.name for task in evaluation.tasks] == ["known items"]
    assert evaluation.notes[-1] == "What people did is too little to judge by: judged by known items."


def test_known_items_are_chosen_whatever_people_did(agent: RecommendationAgent) -> None:
    agent.workspace.store.put_interactions([Interaction("ada", "lamp-red", "save", at_s=1.0)])
    evaluation = evaluate(agent, Wanted(splits=(KNOWN_ITEMS,), rules=Rules(k=5)))
    assert [task.name for task in evaluation.tasks] == ["known items"]
    assert evaluation.notes == ()
