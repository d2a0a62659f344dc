"""Evaluation of a workspace: one table, the same bytes for the same seed, and a clear answer to bad input."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import StringIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.config import load_config
from agent.errors import ConfigError, EvaluationError
from agent.evaluate.evaluate import Wanted, evaluate
from agent.recommender import RecommendationAgent
from retrieval.cases import Case
from retrieval.channels.collaborative import CollaborativeChannel
from retrieval.channels.registry import CHANNELS, MODALITIES, channels_of
from retrieval.collaborative.behaviour import Behaviour
from retrieval.collaborative.ease import Ease
from retrieval.evaluation.history_tasks import history_task
from retrieval.evaluation.judging import Pools, Rules, judge, metric_names
from retrieval.evaluation.report.data import as_json, write_csv, write_runs
from retrieval.evaluation.report.page import page
from retrieval.evaluation.report.text import text_table
from retrieval.evaluation.results import Evaluation
from retrieval.evaluation.running import EvaluationProgress
from retrieval.evaluation.splits import SPLITS
from retrieval.evaluation.task import CatalogFacts, Lessons, Part, candidates, sampled, two_sides
from retrieval.fusion.weighted import Weighted
from retrieval.interactions import Interaction
from retrieval.items import Item
from retrieval.query import Query
from retrieval.retriever import Plan, Retriever
from tests.support.shelf import fill, snapshot, units, word_models

FREE = ("weighted", "rrf", "borda")
N = 24
ITEMS = [Item(str(n), f"Thing {n}", category=("a", "b", "c")[n % 3]) for n in range(N)]


def taste(n_users: int = 30, per_user: int = 15) -> list[Interaction]:
    """People who like one third of the items each, in an order of their own."""
    dice = np.random.default_rng(4)
    return [
        Interaction(f"u{user:02}", str(item), "rating", float(5 if item % 3 == user % 3 else 2), float(100 * at + user))
        for user in range(n_users)
        for at, item in enumerate(dice.permutation(N)[:per_user])
    ]


def workspace_agent(folder: Path, events: Sequence[Interaction], pictures: int = N) -> RecommendationAgent:
    kinds = units(3, seed=9)
    near = {item.id: (kinds[int(item.id) % 3] + 0.3 * units(1, seed=int(item.id)))[0] for item in ITEMS}
    vectors = {
        "text": {name: (v / np.linalg.norm(v))[None].astype(np.float32) for name, v in near.items()},
        "visual": {item.id: units(1, seed=100 + int(item.id)) for item in ITEMS[:pictures]},
    }
    workspace = fill(folder, ITEMS, {name: of for name, of in vectors.items() if of})
    if events:
        workspace.store.put_interactions(events)
    return RecommendationAgent(workspace, word_models(load_config(llm="none")))


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    with workspace_agent(tmp_path_factory.mktemp("evaluated") / "w", taste()) as opened:
        yield opened


@pytest.fixture(scope="module")
def found(agent: RecommendationAgent) -> Evaluation:
    return evaluate(agent, Wanted(FREE, ablate=True, rules=Rules(k=5)))


def numbers(document: object) -> Iterator[float]:
    if isinstance(document, dict):
        document = list(document.values())
    if isinstance(document, list):
        for one in document:
            yield from numbers(one)
    elif isinstance(document, int | float) and not isinstance(document, bool):
        yield float(document)


# The table


def test_one_table_holds_every_fusion_and_every_modality_of_every_task(found: Evaluation) -> None:
    table = text_table(found)
    assert [task.name for task in found.tasks] == ["leave-one-out", "cold-item"]
    for task in found.tasks:
        assert [row.name for row in task.rows] == ["popularity", *(f"{name} only" for name in MODALITIES), *FREE]
        assert task.protocol in table
        assert "full ranking" in task.protocol
    assert table.count("nDCG@5 [95 % interval]") == 1


def test_a_modality_with_no_items_gets_a_row_that_says_so(found: Evaluation) -> None:
    row = next(row for row in found.tasks[0].rows if row.name == "sound only")
    assert (row.figures, row.note) == ({}, "no request here can be answered by sound")
    assert "no request here can be answered by sound" in text_table(found)


def test_fusions_are_compared_with_the_best_single_modality(found: Evaluation) -> None:
    for task in found.tasks:
        single = {row.name: row.figures["nDCG"].mean for row in task.rows if row.modality and row.figures}
        assert task.baseline == max(single, key=lambda name: single[name])
        assert [row.name for row in task.rows if row.versus] == list(FREE)


def test_of_cold_items_behaviour_has_nothing_to_say(found: Evaluation) -> None:
    cold = next(task for task in found.tasks if task.name == "cold-item")
    assert not next(row for row in cold.rows if row.name == "behaviour only").figures


def test_without_ablation_the_first_fusion_is_what_others_are_compared_with(agent: RecommendationAgent) -> None:
    (task,) = evaluate(agent, Wanted(("rrf", "weighted"), splits=["random"])).tasks
    assert (task.baseline, [row.name for row in task.rows]) == ("rrf", ["popularity", "rrf", "weighted"])


def test_sampled_negatives_are_said_to_flatter(agent: RecommendationAgent) -> None:
    (task,) = evaluate(agent, Wanted(splits=["leave-one-out"], rules=Rules(k=5, negatives=5))).tasks
    assert "5 irrelevant items drawn by lot, which flatters" in task.protocol


@pytest.mark.parametrize("split", SPLITS)
def test_every_split_gives_figures_between_their_bounds(agent: RecommendationAgent, split: str) -> None:
    (task,) = evaluate(agent, Wanted(splits=[split], rules=Rules(k=50))).tasks
    assert task.n_cases > 0
    for row in task.rows:
        assert all(one.low <= one.mean + 1e-9 <= one.high + 2e-9 for one in row.figures.values())


# Reports


def test_no_figure_is_anything_but_a_finite_number(found: Evaluation) -> None:
    document = json.loads(json.dumps(as_json(found), allow_nan=False))
    assert all(math.isfinite(one) for one in numbers(document))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(
    agent: RecommendationAgent, found: Evaluation, tmp_path: Path
) -> None:
    again, other = (
        evaluate(agent, Wanted(FREE, ablate=True, rules=Rules(k=5, seed=seed), folder=tmp_path / str(seed)))
        for seed in (0, 1)
    )
    assert page(again) == page(found)
    assert json.dumps(as_json(again)) == json.dumps(as_json(found)) != json.dumps(as_json(other))


def test_the_page_needs_nothing_outside_itself(found: Evaluation) -> None:
    html = page(found)
    assert html.count("<svg") == len(found.tasks)
    assert not {address for address in ("src=", 'href="http', "url(http", "@import") if address in html}
    assert "no figures: no request here can be answered by sound" in html


def test_the_csv_has_a_line_for_every_row(found: Evaluation) -> None:
    held = StringIO()
    write_csv(found, held)
    head, *lines = held.getvalue().splitlines()
    assert head.startswith("task,contender,fusion,modality,requests,nDCG@5,nDCG@5 low,nDCG@5 high")
    assert len(lines) == sum(len(task.rows) for task in found.tasks)


def test_runs_hold_every_list_that_was_judged(agent: RecommendationAgent, found: Evaluation, tmp_path: Path) -> None:
    import ir_measures

    n = write_runs(found, agent.retriever.snapshot.items, tmp_path)
    assert n == sum(bool(row.figures) for task in found.tasks for row in task.rows)
    run = list(ir_measures.read_trec_run(str(tmp_path / "leave-one-out" / "text-only.trec")))
    assert len(run) == 5 * found.tasks[0].n_cases


# Stopping and going on


def test_what_was_finished_before_a_stop_is_not_done_again(agent: RecommendationAgent, tmp_path: Path) -> None:
    wanted = Wanted(FREE, splits=["leave-one-out"], folder=tmp_path)

    def stop(progress: EvaluationProgress) -> None:
        if progress.stage.endswith("borda"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluate(agent, wanted, stop)
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert len(before) == 3  # popularity, weighted, rrf
    whole = evaluate(agent, wanted)
    assert {name: (tmp_path / name).stat().st_mtime_ns for name in before} == before
    assert as_json(whole) == as_json(evaluate(agent, Wanted(FREE, splits=["leave-one-out"], folder=tmp_path / "new")))


def test_a_kept_row_that_is_damaged_is_made_again(agent: RecommendationAgent, tmp_path: Path) -> None:
    wanted = Wanted(splits=["leave-one-out"], folder=tmp_path)
    first = as_json(evaluate(agent, wanted))
    for path in tmp_path.iterdir():
        path.write_bytes(path.read_bytes()[:50])
    assert as_json(evaluate(agent, wanted)) == first


def test_progress_ends_where_it_said_it_would(agent: RecommendationAgent, tmp_path: Path) -> None:
    told: list[EvaluationProgress] = []
    evaluate(agent, Wanted(FREE, ablate=True, folder=tmp_path), told.append)
    counted = [one for one in told if one.total]
    assert counted[-1].done == counted[-1].total
    assert all(one.done <= two.done for one, two in pairwise(counted))


# Leaks


def pairs(behaviour: Behaviour) -> set[tuple[str, int]]:
    return {(user, int(row)) for user in behaviour.users for row in behaviour.of(user)[0]}


@pytest.mark.parametrize("split", SPLITS)
def test_models_of_behaviour_never_learn_a_pair_that_is_asked_for(agent: RecommendationAgent, split: str) -> None:
    known: dict[int, set[tuple[str, int]]] = {}

    def fit(behaviour: Behaviour) -> Ease:
        model = Ease.fit(behaviour)
        known[id(model)] = pairs(behaviour)
        return model

    def knows(retriever: Retriever) -> set[tuple[str, int]]:
        (channel,) = (one for one in retriever.channels if isinstance(one, CollaborativeChannel))
        return known[id(channel.model)]

    for part in history_task(split, taste(), agent.retriever, fit, seed=0).parts():
        lessons = part.lessons()
        for case, retriever in [*((case, part.retriever) for case in part.cases), *lessons.knowing.items()]:
            user = case.id.partition(":")[2] or case.id
            assert {(user, row) for row in case.gains}.isdisjoint(knows(retriever))
            assert set(case.gains).isdisjoint(case.hidden.tolist())
        for case, retriever in lessons.knowing.items():
            assert knows(retriever) < knows(part.retriever)
            user = case.id.partition(":")[2] or case.id
            assert {(user, row) for row in case.gains} <= knows(part.retriever)


def test_a_column_that_names_who_liked_an_item_is_found(agent: RecommendationAgent) -> None:
    by_item = {event.item_id: set[str]() for event in taste()}
    for event in taste():
        if event.value == 5.0:
            by_item[event.item_id].add(event.user)
    told = [replace(item, attributes={"tags": tuple(sorted(by_item.get(item.id, ())))}) for item in ITEMS]
    spoilt = replace(agent.retriever, snapshot=snapshot(told))
    (warning,) = history_task("random", taste(), spoilt, Ease.fit, seed=0).warnings
    assert "The column tags gives the answers away: in 30 of 30 requests" in warning


@given(st.integers(1, 30), st.integers(0, 5))
def test_requests_about_one_item_are_all_on_one_side(n: int, seed: int) -> None:
    query = Query("text", "", {})
    cases = [Case(f"{at}", query, {at // 3: 1.0}, np.array([], dtype=np.intp)) for at in range(n)]
    first, second = two_sides(cases, 0.5, seed)
    assert {min(case.gains) for case in first}.isdisjoint(min(case.gains) for case in second)
    assert len(first) + len(second) == n


def test_what_a_request_names_or_a_person_knows_is_no_candidate() -> None:
    shelf = snapshot(ITEMS[:6])
    query = Query("text", "", {}, hidden=np.array([4], dtype=np.intp))
    assert candidates(Case("c", query, {1: 1.0}, np.array([0], dtype=np.intp)), shelf).tolist() == [1, 2, 3, 5]


@settings(deadline=None)
@given(st.integers(1, 40), st.integers(1, 30), st.integers(0, 9))
def test_sampled_candidates_hold_every_relevant_item_and_no_more_negatives_than_asked(
    n: int, k: int, seed: int
) -> None:
    case = Case("c", Query("text", "", {}), {0: 1.0}, np.array([], dtype=np.intp))
    rows = sampled(case, np.arange(n), k, np.random.default_rng(seed))
    assert 0 in rows
    assert len(rows) == len(set(rows.tolist())) == 1 + min(k, n - 1)


# Bad input


def test_what_does_not_exist_is_an_error_that_lists_what_does(agent: RecommendationAgent, tmp_path: Path) -> None:
    for wanted, what in (
        (Wanted(["magic"]), "fusion 'magic'"),
        (Wanted(splits=["monthly"]), "split 'monthly'"),
        (Wanted(queries=tmp_path / "q"), "Only one of"),
    ):
        with pytest.raises(ConfigError, match=what):
            evaluate(agent, wanted)


@pytest.mark.parametrize(
    "events",
    [
        [Interaction("a", "1", "rating", 5.0, 1.0)],
        [Interaction(user, "1", "rating", 5.0, 1.0) for user in "abc"],
        [Interaction("a", "1", "rating", 5.0, 1.0)] * 4,
        [Interaction("a", "nowhere", "like", None, 1.0)],
    ],
    ids=["one event", "one item", "duplicates", "unknown item"],
)
def test_interactions_that_nobody_can_be_asked_by_are_an_error(tmp_path: Path, events: list[Interaction]) -> None:
    with workspace_agent(tmp_path / "w", events) as made, pytest.raises(EvaluationError) as failed:
        evaluate(made, Wanted(splits=["leave-one-out", "cold-item"]))
    assert "leave-one-out" in failed.value.what or "There are no interactions" in failed.value.what


def test_splits_without_interactions_are_an_error(tmp_path: Path) -> None:
    with workspace_agent(tmp_path / "w", []) as made, pytest.raises(EvaluationError, match="no interactions"):
        evaluate(made, Wanted(splits=["random"]))


@pytest.mark.parametrize(
    ("events", "warning"),
    [
        ([Interaction(e.user, e.item_id, "rating", 3.0, e.at_s) for e in taste()], "All ratings are equal"),
        ([*taste(), Interaction("u00", "elsewhere", "like", None, 1.0)], "1 of 451 interactions are with items"),
        ([*taste(), Interaction("u00", "3", "like")], "1 interactions have no time"),
        ([Interaction(e.user, e.item_id, "rating", e.value, 9e10) for e in taste()], ""),
        ([e for e in taste() if e.user == "u00"], ""),
    ],
    ids=["equal ratings", "unknown item", "no time", "all at one time in the future", "one user"],
)
def test_odd_interactions_are_judged_with_a_warning_and_without_nan(
    tmp_path: Path, events: list[Interaction], warning: str
) -> None:
    with workspace_agent(tmp_path / "w", events) as made:
        found = evaluate(made, Wanted(FREE, ablate=True, splits=["leave-one-out"], rules=Rules(k=100)))
    assert warning in " ".join(found.tasks[0].warnings)
    json.dumps(as_json(found), allow_nan=False)
    page(found)


def test_items_with_nan_features_or_none_at_all_give_no_nan() -> None:
    vectors = units(6)
    vectors[2] = np.nan
    shelf = snapshot(ITEMS[:6], {"visual": vectors})
    plan = Plan(frozenset({"visual"}), Weighted({"visual": 1.0}))
    retriever = Retriever(shelf, (), {"picture": plan})
    case = Case("c", Query("picture", "", {}), {2: 1.0}, np.array([0], dtype=np.intp))

    def none() -> Lessons:
        raise EvaluationError("Nothing.", "Nothing.")

    facts = CatalogFacts.of(shelf)
    row = judge(Pools(Part(retriever, (case,), none), Rules(k=10)), {"picture": plan.fusion}, frozenset(), facts)
    assert row.n_silent == 1
    assert np.isfinite(row.values).all()
    assert row.names == metric_names(facts)
    assert sorted(row.tops[0].tolist()) == [-1] * 5 + [1, 2, 3, 4, 5]
    assert candidates(case, shelf).tolist() == [1, 2, 3, 4, 5]


def test_every_channel_belongs_to_exactly_one_modality(agent: RecommendationAgent) -> None:
    rows = {row.name: row for row in CHANNELS}
    for channel in agent.retriever.channels:
        assert sum(channel.name in channels_of(modality) for modality in MODALITIES) == 1
        assert channel.name in channels_of(rows[channel.name].modality)
