"""The main job with real weights, real Chroma and real media, on a slice of the demo catalog."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ir_measures
import pytest

from agent import Answer, RecommendationAgent, load_config
from agent.demo.artworks import DETAIL_OF, artworks
from agent.demo.requests import SPOKEN
from agent.explain.claims import resolve
from retrieval.storage.store import Store

BOATING, BOUQUET, VASE, HORSE_FAIR = "436947", "827660", "436121", "435702"
FIRST, LAST = "436500", "437400"  # a run of the archive's records, in which some of the above are


@pytest.fixture(scope="session")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalog of some forty artworks with their pictures."""
    source, folder = artworks(), tmp_path_factory.mktemp("catalog")
    (folder / "images").mkdir()
    with (source / "catalog.jsonl").open(encoding="utf-8") as lines, (folder / "catalog.jsonl").open("w") as kept:
        for line in lines:
            row = json.loads(line)
            if FIRST <= row["id"] <= LAST or row["id"] in (BOUQUET, VASE, HORSE_FAIR):
                kept.write(line)
                (folder / row["image"]).write_bytes((source / row["image"]).read_bytes())
    (folder / "detail.jpg").write_bytes((source / "detail.jpg").read_bytes())
    return folder


@pytest.fixture(scope="session")
def agent(catalog: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    workspace = tmp_path_factory.mktemp("workspace")
    config = load_config(llm="smollm2-135m", rerank_weight=0.05)  # by default this one is not asked to rank
    with RecommendationAgent.from_catalog(catalog / "catalog.jsonl", workspace, config, exclude=["tags"]) as opened:
        yield opened


@pytest.fixture(scope="session")
def in_words(agent: RecommendationAgent) -> Answer:
    return agent.recommend("a woman beside flowers in a vase", k=4)


def ids(answer: Answer) -> list[str]:
    return [recommendation.item.id for recommendation in answer.recommendations]


def assert_every_claim_resolves(answer: Answer) -> None:
    document = answer.to_dict()
    for recommendation in document["recommendations"]:
        claims = recommendation["explanation"]["claims"]
        assert claims
        for claim in claims:
            assert claim["evidence"]
            for evidence in claim["evidence"]:
                assert resolve(evidence["pointer"], {**document, **recommendation}) is not None


def test_a_request_in_words_finds_what_it_names(in_words: Answer) -> None:
    assert ids(in_words)[0] == VASE
    assert len(in_words.recommendations) == 4
    assert in_words.backends["llm"] == "smollm2-135m-instruct"
    assert in_words.backends["vectors"] == "chroma"


def test_a_model_that_was_named_and_proved_little_words_nothing_and_the_answer_says_so(in_words: Answer) -> None:
    assert {one.explanation.wording for one in in_words.recommendations} == {"template"}
    assert any(note.startswith("Reasons are worded by rules: ") and "smollm2-135m" in note for note in in_words.notes)


def test_every_reason_points_to_evidence_that_is_there(in_words: Answer) -> None:
    assert_every_claim_resolves(in_words)


def test_scores_fall_and_ranks_count_up(in_words: Answer) -> None:
    assert [one.rank for one in in_words.recommendations] == [1, 2, 3, 4]
    assert all(one.likelihood is not None for one in in_words.recommendations)


def test_the_same_request_gives_the_same_answer_twice(agent: RecommendationAgent, in_words: Answer) -> None:
    again = agent.recommend("a woman beside flowers in a vase", k=4).to_dict()
    assert {**again, "timings_s": None} == {**in_words.to_dict(), "timings_s": None}


def test_a_detail_of_a_picture_finds_the_work_it_is_from(agent: RecommendationAgent, catalog: Path) -> None:
    answer = agent.recommend(images=[catalog / "detail.jpg"], k=3)
    assert ids(answer)[0] == DETAIL_OF
    assert "visual" in answer.recommendations[0].channels
    assert answer.request.seen
    assert_every_claim_resolves(answer)


def test_a_spoken_request_is_heard_and_answered(agent: RecommendationAgent) -> None:
    answer = agent.recommend(audio=SPOKEN, k=3)
    assert answer.request.heard is not None
    assert "boat" in answer.request.heard.text.lower()
    assert BOATING in ids(answer)
    assert_every_claim_resolves(answer)


def test_a_chinese_request_is_answered_in_chinese(agent: RecommendationAgent) -> None:
    answer = agent.recommend("花瓶里的花", k=3)
    assert {BOUQUET, VASE} & set(ids(answer)[:2])
    assert answer.request.language == "zh"
    assert "年代" in answer.recommendations[0].explanation.text
    assert_every_claim_resolves(answer)


def test_picture_and_words_together_weigh_both(agent: RecommendationAgent, catalog: Path) -> None:
    answer = agent.recommend("horses", images=[catalog / "detail.jpg"], k=5)
    assert {DETAIL_OF, HORSE_FAIR} <= set(ids(answer))


def test_must_haves_are_never_weakened(agent: RecommendationAgent) -> None:
    answer = agent.recommend("a portrait", filters=["year 1600..1700"], k=50)
    years = [one.item.attributes["year"] for one in answer.recommendations]
    assert years
    assert all(1600 <= int(year) <= 1700 for year in years if not isinstance(year, tuple))
    assert "year 1600..1700" in answer.notes[0]
    assert_every_claim_resolves(answer)


def test_staff_tags_are_in_no_item_and_no_text(agent: RecommendationAgent) -> None:
    assert all("tags" not in item.attributes for item in agent.workspace.store.items())


def test_events_come_in_order_and_the_list_before_its_reasons(agent: RecommendationAgent) -> None:
    events = list(agent.stream("a bridge over water", k=2))
    kinds = [event.kind for event in events]
    assert kinds.index("candidates") < kinds.index("item")
    assert kinds[-1] == "final"
    assert [event.at_s for event in events] == sorted(event.at_s for event in events)


def test_an_explanation_can_be_had_for_any_item(agent: RecommendationAgent) -> None:
    explanation = agent.explain(HORSE_FAIR, "strong horses")
    assert any("horse" in claim.text.lower() for claim in explanation.claims)


def test_more_items_than_there_are_gives_all_with_a_note(agent: RecommendationAgent) -> None:
    n = agent.workspace.store.count()
    answer = agent.recommend("painting", k=1000)
    assert len(answer.recommendations) <= n
    assert any("1000" in note for note in answer.notes)


def test_ingesting_again_describes_and_embeds_nothing(agent: RecommendationAgent, catalog: Path) -> None:
    report = agent.ingest(catalog / "catalog.jsonl", exclude=["tags"])
    assert report.changed == 0
    assert report.unchanged == agent.workspace.store.count()


def test_a_batch_writes_a_run_that_a_standard_tool_scores(agent: RecommendationAgent, tmp_path: Path) -> None:
    from agent.evaluate.batch import run_batch

    queries = tmp_path / "queries.jsonl"
    rows = [{"qid": "q1", "text": "a fair with many horses"}, {"qid": "q2", "text": "a woman and a vase of flowers"}]
    queries.write_text("\n".join(map(json.dumps, rows)))
    report = run_batch(agent, queries, tmp_path / "out.trec", 10)
    assert report.answered == 2
    run = ir_measures.read_trec_run(str(tmp_path / "out.trec"))
    qrels = [ir_measures.Qrel("q1", HORSE_FAIR, 1), ir_measures.Qrel("q2", VASE, 1)]
    assert ir_measures.calc_aggregate([ir_measures.R @ 3], qrels, run)[ir_measures.R @ 3] == 1.0


def command(*arguments: str, timeout_s: int = 240, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "agent", *arguments],
        capture_output=True, text=True, timeout=timeout_s, check=False, env={**os.environ, **environment},
    )  # fmt: skip


def test_the_command_line_goes_from_catalog_to_answer(catalog: Path, tmp_path: Path) -> None:
    small = tmp_path / "small.jsonl"
    rows = [
        {"id": "1", "title": "Blue wool scarf", "price": 25, "category": "Scarves"},
        {"id": "2", "title": "Leather walking boots", "price": 120, "category": "Shoes"},
        {"id": "3", "title": "Broken", "image": "missing.jpg", "price": 3, "category": "Odds"},
    ]
    small.write_text("\n".join(map(json.dumps, rows)) + "\nnot json\n")
    workspace = str(tmp_path / "w")
    ingested = command("ingest", str(small), "--workspace", workspace, "--json")
    assert ingested.returncode == 0, ingested.stderr
    report = json.loads(ingested.stdout)
    assert (report["added"], len(report["problems"])) == (3, 2)
    found: Any = command(
        "recommend", "something warm for the neck", "--workspace", workspace, "--filter", "price<=50", "-k", "1",
        "--llm", "none", "--json",
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    answer = json.loads(found.stdout)
    assert answer["recommendations"][0]["item"]["id"] == "1"
    assert answer["backends"]["llm"] == "none"
    doctor = command("doctor", "--workspace", workspace)
    assert "missing.jpg" in doctor.stdout


CALLER = """
import sys, warnings
from agent import RecommendationAgent

warnings.simplefilter("error")  # as many test runs have it
with RecommendationAgent.open(sys.argv[1]) as agent:
    answer = agent.recommend("a warm scarf of wool", images=[sys.argv[2]], audio=sys.argv[3])
    told = [event.kind for event in agent.conversation().stream("something for the neck")]
print(answer.recommendations[0].explanation.text, told[-1])
"""


def test_nothing_but_our_own_lines_reaches_a_person_or_breaks_a_caller(catalog: Path, tmp_path: Path) -> None:
    rows, workspace = tmp_path / "rows.jsonl", str(tmp_path / "w")
    picture = str(catalog / "detail.jpg")
    rows.write_text('{"id": "1", "title": "Blue wool scarf", "price": 25, "description": "Warm, for the neck."}\n')
    for call in (
        ("ingest", str(rows), "--workspace", workspace),
        ("recommend", "a warm scarf", "--image", picture, "--audio", str(SPOKEN), "--workspace", workspace),
        ("recommend", "a warm scarf", "--workspace", workspace, "--json"),
    ):
        done = command(*call)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
    done = subprocess.run(
        [sys.executable, "-c", CALLER, workspace, picture, str(SPOKEN)],
        capture_output=True, text=True, check=False, env=dict(os.environ),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert done.stdout.strip().endswith("final")


def test_a_killed_ingest_goes_on_where_it_stopped(catalog: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "w"
    many = tmp_path / "many.jsonl"
    many.write_text("".join(json.dumps({"id": str(n), "title": f"Cup number {n}"}) + "\n" for n in range(600)))
    child = subprocess.Popen(
        [sys.executable, "-m", "agent", "ingest", str(many), "--workspace", str(workspace)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _wait_for_items(workspace, child)
    child.send_signal(signal.SIGKILL)
    child.wait()
    with Store.open(workspace / "tastemaker.db") as store:
        kept = store.count()
    assert kept > 0
    report = json.loads(command("ingest", str(many), "--workspace", str(workspace), "--json").stdout)
    assert report["unchanged"] >= kept
    assert report["unchanged"] + report["added"] == 600


def _wait_for_items(workspace: Path, child: subprocess.Popen[bytes]) -> None:
    """Until the first batch is on disk."""
    address = f"file:{workspace / 'tastemaker.db'}?mode=ro"
    while child.poll() is None:
        with (
            contextlib.suppress(sqlite3.OperationalError),  # no file yet, or no table in it
            contextlib.closing(sqlite3.connect(address, uri=True)) as database,
        ):
            if database.execute("SELECT count(*) FROM items").fetchone()[0]:
                return
        time.sleep(0.02)
