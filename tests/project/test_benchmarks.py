"""The benchmarks: their arithmetic, and each of them once in a tiny form without any evaluation kit."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import benchmarks.__main__
from agent.backends.chat.llava import LlavaModel
from agent.backends.chat.tiny_llava import make_tiny_llava
from agent.backends.protocols import ChatMessage, GenerateOptions
from agent.errors import WeightsError
from benchmarks import (
    bridge,
    embedding,
    gpu,
    installing,
    llava_shape,
    machine,
    memory,
    movies,
    page,
    runner,
    scoring,
    shop,
    startup,
    tuned,
    workspaces,
)
from benchmarks.__main__ import as_json
from benchmarks.child import watch
from benchmarks.figures import at_least, at_most, lower_bound, not_run, observed, percentile
from benchmarks.llava_shape import make_llava
from benchmarks.machine import this_machine
from benchmarks.relevance import answerable, means
from benchmarks.settings import Settings
from benchmarks.table import Row, quicker, table
from benchmarks.workspaces import write_rows
from tests.support.made_media import encoded, photo

MB = 1_000_000


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory, weights: Callable[[str], Path]) -> Settings:
    """A run that takes seconds; its language model is a toy."""
    for name in ("minilm-l6", "efficientnet-lite2", "imagenet-names", "smollm2-135m", "artworks"):
        weights(name)
    cache = tmp_path_factory.mktemp("benchmarks")
    llm = str(make_tiny_llava(cache / "llava"))
    return Settings(cache=cache, llm=llm, n_items=20, n_artworks=11, n_requests=2, rounds=1)


def measured(name: str, settings: Settings) -> list[Row]:
    rows = runner.measure(name, settings)
    assert rows
    assert all(row.ours is not None and math.isfinite(row.ours) and row.ours >= 0 for row in rows), rows
    return rows


# The arithmetic


def test_a_target_is_met_at_its_very_value_and_on_its_own_side_only() -> None:
    assert [at_most("a", value, 0.5, "s", "").met for value in (0.4, 0.5, 0.6)] == [True, True, False]
    assert [at_least("a", value, 0.5, "", "").met for value in (0.4, 0.5, 0.6)] == [False, True, True]
    assert [quicker("a", 1, value, "", at_least=4).met for value in (3, 4, 5)] == [False, True, True]


def test_a_ratio_says_how_many_times_better_ours_is() -> None:
    assert at_least("a", 3.0, None, "", "", peer=2.0).ratio == 1.5
    assert quicker("a", 2.0, 3.0, "").ratio == 1.5
    assert at_least("a", 3.0, None, "", "", peer=0.0).ratio is None


def test_the_table_says_what_was_met_what_was_not_and_what_was_not_run() -> None:
    rows = [at_most("slow", 2, 1, "s", ""), at_most("quick", 1, 2, "s", ""), not_run("other", "give --data")]
    *_, slow, quick, other = table(rows).splitlines()
    assert slow == "| slow | 2 |  | s |  | at most 1 | NO |  |"
    assert quick == "| quick | 1 |  | s |  | at most 2 | yes |  |"
    assert other == "| other |  |  |  |  |  |  | not run: give --data |"


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50))
def test_percentiles_lie_between_the_extremes_and_rise(values: list[float]) -> None:
    low, middle, high = (percentile(values, percent) for percent in (0, 50, 95))
    assert min(values) == low
    assert low <= middle * (1 + 1e-9)
    assert middle <= high * (1 + 1e-9)
    assert high <= max(values)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_lower_bound_lies_below_the_rate_and_rises_with_the_number_of_trials(seen: tuple[int, int]) -> None:
    hits, trials = seen
    bound = lower_bound(hits, trials)
    assert 0 <= bound <= hits / trials
    assert bound <= lower_bound(hits * 10, trials * 10) + 1e-12


def test_the_lower_bound_has_the_published_value() -> None:
    assert lower_bound(8, 10) == pytest.approx(0.4902, abs=1e-4)


def test_means_count_unanswered_queries_as_zero_and_ignore_those_without_a_relevant_item(tmp_path: Path) -> None:
    qrels, run = tmp_path / "qrels.trec", tmp_path / "run.trec"
    qrels.write_text("a 0 x 2\na 0 y 1\nb 0 x 1\nc 0 x 0\n")
    run.write_text("a Q0 y 1 0.9 t\na Q0 x 2 0.8 t\nc Q0 x 1 0.9 t\n")
    wanted = answerable(qrels)
    gain, best = 1 + 2 / math.log2(3), 2 + 1 / math.log2(3)
    assert wanted == {"a", "b"}
    assert means(run, qrels, wanted, ["nDCG@10", "Success@1"]) == pytest.approx([gain / best / 2, 0.5])


def test_an_empty_run_scores_zero(tmp_path: Path) -> None:
    qrels, run = tmp_path / "qrels.trec", tmp_path / "run.trec"
    qrels.write_text("a 0 x 1\n")
    run.write_text("")
    assert means(run, qrels, {"a"}, ["nDCG@10"]) == [0.0]


def test_a_text_that_ties_with_other_pictures_does_not_find_its_own() -> None:
    text = np.array([[1.0, 0.0]], dtype=np.float32)
    same = np.repeat(text, bridge.K + 1, axis=0)
    assert bridge.hits(text, same, np.array([0])) == [False]
    assert bridge.hits(text, same[:-1], np.array([0])) == [True]


def test_the_ridge_is_asked_only_for_pairs_it_has_not_seen() -> None:
    dice = np.random.default_rng(0)
    visual, texts = (dice.normal(size=(400, 20)).astype(np.float32) for _ in range(2))  # nothing to learn
    concepts = dice.normal(size=(400, 20)).astype(np.float32)
    found, n_fitted = bridge.held_back_hits(visual, concepts, texts, bridge.always)
    assert n_fitted == bridge.FOLDS * bridge.PARTITIONS
    assert len(found) == 400 * bridge.PARTITIONS
    assert np.mean(found) < 3 * bridge.K / 400


def test_the_shop_is_the_same_at_each_call_and_a_larger_one_begins_with_a_smaller() -> None:
    assert list(shop.products(50))[:20] == list(shop.products(20))
    assert list(shop.requests(9)) == list(shop.requests(9))


def test_the_shop_has_items_on_both_sides_of_the_filter() -> None:
    prices = [float(str(row["price"])) for row in shop.products(200)]
    assert 20 < sum(price <= 50 for price in prices) < 180


# The machine and the document


def test_a_busy_machine_is_said_to_be_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    found = this_machine()
    assert "busy" in str(replace(found, load=found.cores * 1.0))
    assert "busy" not in str(replace(found, load=0.0))


def test_settings_that_differ_from_the_defaults_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASTEMAKER_DIVERSITY", "0.4")
    assert machine.this_machine().settings["diversity"] == 0.4


def test_the_document_is_strict_json_with_null_for_what_is_no_number() -> None:
    text = as_json(this_machine(), [observed("a", float("nan"), "s", ""), not_run("b", "no weights")])
    document = json.loads(text, parse_constant=pytest.fail)
    assert [row["ours"] for row in document["rows"]] == [None, None]
    assert document["machine"]["versions"]["torch"]


def test_an_installation_is_measured_in_turn_beside_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([4.0, 9.0, 6.0, 3.0, 5.0, 6.0])
    monkeypatch.setattr(installing, "measure", lambda revision, _: {"packages": len(revision), "`x`": next(seconds)})
    packages, install = installing.rows("HEAD", "HEAD~1", again=3)
    assert (packages.ours, packages.peer, packages.unit) == (4, 6, "")
    assert (install.ours, install.peer, install.ratio, install.unit) == (5.0, 6.0, 1.2, "s")


# Watching a command


def test_memory_of_children_counts_with_that_of_their_parent(tmp_path: Path) -> None:
    hold = "import sys, time; held = bytearray(int(sys.argv[1])); time.sleep(2)"
    call = f"subprocess.run([sys.executable, '-c', {hold!r}, '{120 * MB}'])"
    parent = f"import subprocess, sys; held = bytearray({80 * MB}); {call}"
    assert watch([sys.executable, "-c", parent], tmp_path).peak_bytes > 200 * MB


def test_a_command_that_fails_is_an_error_with_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        watch([sys.executable, "-c", "import sys; sys.exit('no luck')"], tmp_path)
    assert "no luck" in failed.value.stderr


# Each benchmark, tiny


def test_embedding_runs_tiny(tiny: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "CARDS", 20)
    monkeypatch.setattr(embedding, "ROUNDS", 1)
    monkeypatch.setattr(embedding, "measure_apart", lambda chroma, one_core: embedding._measure(chroma, False))
    # Exporting for Chroma's class needs a package that measuring has and testing has not.
    monkeypatch.setattr(embedding, "derived", lambda name, label, make: tiny.cache)
    monkeypatch.setattr(embedding, "_chroma", lambda folder: embedding._stock())
    assert any(row.name.startswith("cosine") and row.met for row in measured("embedding", tiny))


def test_scoring_runs_tiny(tiny: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ROUNDS": 1, "CANDIDATES": 2, "REASONS": 1, "REASON_TOKENS": 2}.items():
        monkeypatch.setattr(scoring, name, value)
    monkeypatch.setattr(scoring, "measure_apart", lambda one_core: scoring._measure(False))
    measured("scoring", tiny)


def test_ingest_runs_tiny_and_repeats_change_nothing(tiny: Settings) -> None:
    fresh, *again = measured("ingest", tiny)
    assert fresh.name == "ingest 11 artworks with pictures"
    assert all(row.note.endswith("0 items done anew") for row in again)
    assert [row.name.split(":")[0] for row in again] == [f"ingest {n} unchanged items again" for n in (11, 20)]


def test_memory_runs_tiny(tiny: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "command", lambda: [sys.executable, "-c", ""])
    (row,) = measured("memory", tiny)
    assert row.met


def test_latency_runs_tiny_for_both_settings_with_and_without_a_filter(tiny: Settings) -> None:
    rows = measured("latency", tiny)
    assert len({row.name for row in rows}) == len(rows) == 6
    assert sum("price<=50" in row.name for row in rows) == 3
    assert all(("NOT within" in row.note) is (row.met is False) for row in rows)


def test_wording_runs_tiny(tiny: Settings) -> None:
    *times, passed = measured("wording", tiny)
    assert all(row.ours is not None and row.ours > 0 for row in times)
    assert passed.ours is not None
    assert 0 <= passed.ours <= 1


def test_serving_runs_tiny(tiny: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "chromium", lambda: None)  # the pages' own tests drive one
    rows = runner.measure("serving", replace(tiny, llm="none", n_users=2, seconds=1.0, n_added=2))
    met = {row.name: row.met for row in rows}
    assert met["errors under load"], rows
    assert met["items found by the next search once added"], rows
    assert len(rows) == 11


def test_startup_runs_tiny(tiny: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "RUNS", 1)
    measured("startup", tiny)


def test_bridge_runs_tiny(tiny: Settings) -> None:
    assert all("of 11" in row.name and row.ours <= 1 for row in measured("bridge", tiny) if row.ours is not None)


def test_quality_without_kits_says_what_to_give(tiny: Settings) -> None:
    assert {row.note for row in runner.measure("quality", tiny)} == {"not run: give --data"}


def test_quality_runs_tiny_on_a_made_up_kit(tiny: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuned, "TRIALS", 2)
    kit = tmp_path / "recipes"
    (kit / "images").mkdir(parents=True)
    dishes = ("Apple pie", "Lentil soup", "Tomato salad")
    for number in range(len(dishes)):
        (kit / "images" / f"{number}.jpg").write_bytes(encoded(photo(seed=number)))
    items = [{"id": f"d{n}", "title": dish, "image": f"images/{n}.jpg"} for n, dish in enumerate(dishes)]
    separator = {"id": "d9", "title": "Bread", "description": "one\u2028two"}  # no end of a line in JSONL
    write_rows(kit / "catalog.jsonl", [*items, separator])
    asked = [{"qid": "t", "text": "a warm lentil soup"}, {"qid": "p", "image": "images/2.jpg"}]
    write_rows(kit / "queries.jsonl", [*asked, {"qid": "n", "text": "a cake"}])
    (kit / "qrels.trec").write_text("t 0 d1 1\np 0 d2 1\nn 0 d1 0\n")
    rows = runner.measure("quality", replace(tiny, data=tmp_path))
    found = {row.name: row for row in rows if row.ours is not None}
    assert {row.note for row in rows if row.ours is None} == {
        f"not run: the folder given by --data holds no kit {name}" for name in ("icecat", "movies")
    }
    assert {row.ours for row in found.values() if "trials" not in row.name} == {1.0}
    assert found["recipes without tags: nDCG@10, --llm none"].note.endswith("1 requests with a relevant item")
    assert "changed: nothing" in found["recipes without tags: nDCG@10, tuned without labels"].note
    assert found["recipes: a photo finds its item, hit@1"].ours == 1.0


def test_a_vision_language_model_is_measured_beside_the_pipeline_of_its_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, small in {"BATCHES": (1, 2), "NEW_TOKENS": 4, "ROUNDS": 1, "CANDIDATES": 3}.items():
        monkeypatch.setattr(gpu, name, small)
    monkeypatch.setattr(gpu, "in_child", lambda function, *arguments: function(*arguments))
    rows = list(gpu.rows(make_llava(tmp_path / "model", "tiny"), "tiny", ("fp32",)))
    assert all(row.ours is not None and math.isfinite(row.ours) and row.met is None for row in rows), rows
    assert [row.name for row in rows if row.peer] == ["fp32: describe, 1 at once", "fp32: describe, 2 at once"]


def test_what_no_time_is_left_for_says_so_in_its_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "NEW_TOKENS", 2)
    monkeypatch.setattr(gpu, "in_child", lambda function, *arguments: function(*arguments))
    found = {row.name: row for row in gpu.rows(make_llava(tmp_path / "model", "tiny"), "tiny", ("fp32",), 0.0)}
    assert found["fp32: load"].ours is not None
    for name in ("describe, 64 at once", "describe", "score 20 items, new", "streamed"):
        assert found[f"fp32: {name}"].ours is None
        assert "--minutes" in found[f"fp32: {name}"].note


def test_a_long_measurement_is_made_once_and_a_short_one_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    for long_s, n_runs in ((0.0, 1), (60.0, 1 + gpu.ROUNDS)):
        monkeypatch.setattr(gpu, "LONG_S", long_s)
        runs = Mock()
        assert gpu.Allowance.of(60).median(runs) is not None
        assert runs.call_count == n_runs
    assert gpu.Allowance.of(-1).median(lambda: 1 / 0) is None


def test_a_model_of_another_shape_sees_larger_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = {"hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 1, "num_attention_heads": 4}
    vision = {**text, "image_size": 56, "patch_size": 14}
    text |= {"num_key_value_heads": 4, "vocab_size": 512}
    monkeypatch.setitem(llava_shape.SHAPES, "other", (text, vision))
    model = LlavaModel(make_llava(tmp_path / "model", "other"))
    chats = [[ChatMessage("user", "What is it?", (gpu.picture(0),))]]
    assert len(model.generate(chats, GenerateOptions(max_new_tokens=2))) == 1
    assert model._inputs(chats)["pixel_values"].shape[-1] == 56


def test_what_is_lacking_is_said_in_the_row(tiny: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(_: Settings) -> list[Row]:
        raise WeightsError("minilm-l6 is not in the cache.", "Pull it.")

    monkeypatch.setattr(runner, "BENCHMARKS", {"bridge": lacking})
    assert runner.measure("bridge", tiny) == [not_run("bridge", "minilm-l6 is not in the cache.")]


def test_a_benchmark_that_breaks_costs_no_other_its_row(
    tiny: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def child(_: object, name: str, settings: Settings) -> list[Row]:
        if name == "bridge":
            raise RuntimeError("the disk is on fire")
        return [observed("starting", 1.0, "s", "")]

    monkeypatch.setattr(benchmarks.__main__, "in_child", child)
    with pytest.raises(SystemExit) as ended:
        benchmarks.__main__.main(["--only", "bridge", "startup", "--cache", str(tiny.cache)])
    said = capsys.readouterr().out
    assert ended.value.code == 1
    assert "not run: RuntimeError: the disk is on fire" in said
    assert "| starting | 1 |" in said


def test_a_workspace_is_used_again_until_the_code_of_ingest_changes(
    tiny: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = workspaces.shop_catalog(tiny)
    first = workspaces.workspace_of(catalog, tiny)
    assert workspaces.workspace_of(catalog, tiny) == first
    assert workspaces.workspace_of(catalog, tiny, ["price"]) != first
    monkeypatch.setattr(workspaces, "_ingest_code", lambda: iter([b"changed"]))
    assert workspaces.workspace_of(catalog, tiny) != first
    assert not first.exists()


def test_what_people_are_asked_for_is_not_among_what_is_learned_from(tmp_path: Path) -> None:
    head = "user_id,item_id,rating,timestamp\n"
    (tmp_path / "interactions.csv").write_text(f"{head}a,1,5,10\na,2,4,20\nb,2,3,5\na,3,1,15\n")
    (tmp_path / "loo_test.csv").write_text(f"{head}a,2,4,20\nc,1,5,1\n")
    known = movies.training_events(tmp_path)
    fold = movies.fold_of(tmp_path, known)
    assert fold.wanted == {"a": frozenset({"2"})}  # of c nothing is known
    assert [one.item_id for one in fold.given["a"]] == ["1", "3"]
    assert ("a", "2") not in {(one.user, one.item_id) for one in fold.train}
