"""`tastemaker tune`, and the requests it makes from a catalog, with real encoders and no labels."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import agent.evaluate.known_items.requests
import agent.evaluate.tune as tuning
from agent.cli.main import app
from agent.config import load_config
from agent.doctor import examine
from agent.errors import ConfigError
from agent.evaluate.known_items.media import photograph_again, synthesiser
from agent.evaluate.known_items.requests import known_items
from agent.evaluate.known_items.words import facet_requests, sentence_requests, title_requests
from agent.evaluate.tune import TuneProgress, tune
from agent.media.decoded import Picture
from agent.recommender import RecommendationAgent
from agent.retrieve.retriever import open_retriever
from agent.retrieve.tuned import fusion_blob, load_tuned, save_tuned
from retrieval.evaluation.significance import Interval
from retrieval.interactions import Interaction
from retrieval.storage.workspace import Workspace
from retrieval.tuning.fusions import Effort
from retrieval.tuning.guard import Verdict
from retrieval.tuning.setting import FusionSetting, RankingSetting
from retrieval.tuning.tuned import Tuned, TuningFinding, finding_json
from tests.agent.test_serialise import documented
from tests.support.made_media import photo

THINGS = ("lamp", "kettle", "chair", "rope", "tent", "stove", "bowl", "clock", "carpet", "ladder", "torch", "bench")
KINDS = ("folding", "wooden", "portable", "garden")
ONE = Interval(0.5, 0.4, 0.6)
WEIGHED = TuningFinding(
    "text", "a", "b", 1, 1, "title", Verdict(True, "why", ONE, ONE, ONE, 30), FusionSetting.of("rrf", {"text": 1.0})
)
WORDED = {"title": 8, "reworded title": 8, "sentence": 4, "facet": 4}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, weights: Callable[[str], Path]) -> Path:
    """A workspace of forty-eight things."""
    weights("minilm-l6")
    folder = tmp_path_factory.mktemp("tuned-shop")
    rows = [
        {
            "id": f"{kind}-{thing}",
            "title": f"{kind} {thing}",
            "description": f"A {thing} of the {kind} kind that lasts many years outdoors and weighs little.",
            "category": thing,
        }
        for thing in THINGS
        for kind in KINDS
    ]
    (folder / "catalog.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    workspace = folder / "workspace"
    with RecommendationAgent.from_catalog(folder / "catalog.jsonl", workspace, load_config(llm="none")):
        return workspace


@pytest.fixture
def opened(shop: Path) -> Iterator[RecommendationAgent]:
    with RecommendationAgent.open(shop, load_config(llm="none")) as agent_of_shop:
        yield agent_of_shop
        save_tuned(agent_of_shop.workspace.store, None)
        agent_of_shop.workspace.store.set_setting(tuning.PROGRESS, "")


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is said aloud, which takes seconds and is tried elsewhere."""
    monkeypatch.setattr(agent.evaluate.known_items.requests, "synthesiser", lambda: None)


def test_requests_in_words_are_answered_by_the_items_they_are_made_of(opened: RecommendationAgent) -> None:
    snapshot = opened.retriever.snapshot
    for make in (title_requests, facet_requests, sentence_requests):
        for request in make(snapshot, np.random.default_rng(0)):
            assert request.about in request.answers
            assert request.text
    for request in title_requests(snapshot, np.random.default_rng(0)):
        assert len(request.answers) > 1
        words = request.text.split()
        assert all(all(word in snapshot.items[row].title for word in words) for row in request.answers)


def test_known_items_are_the_same_for_the_same_seed_and_of_the_sorts_wanted(opened: RecommendationAgent) -> None:
    made, again, other = (
        known_items(opened.retriever.snapshot, opened.models, seed=seed, mix=WORDED) for seed in (0, 0, 1)
    )
    assert [case.query.words for case in made.cases] == [case.query.words for case in again.cases]
    assert [case.query.words for case in made.cases] != [case.query.words for case in other.cases]
    assert set(made.sorts.values()) <= set(WORDED)
    assert len({case.id for case in made.cases}) == len(made.cases)
    assert all(case.query.kind == "text" and {"text", "bridge"} <= set(case.query.vectors) for case in made.cases)


def test_what_cannot_be_made_is_told(opened: RecommendationAgent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent.evaluate.known_items.requests, "synthesiser", lambda: None)
    made = known_items(opened.retriever.snapshot, opened.models, mix={"picture": 3, "spoken": 3})
    assert not made.cases
    assert any("no item has a picture" in note for note in made.notes)
    assert any("espeak-ng" in note for note in made.notes)


def test_a_picture_photographed_again_is_a_smaller_part_in_a_file() -> None:
    rgb = photo(200, 160)
    first, second = (photograph_again(Picture("x", rgb, 200, 160), np.random.default_rng(seed)) for seed in (0, 1))
    assert first[:2] == b"\xff\xd8"
    assert first != second
    assert synthesiser() in (None, "espeak-ng", "flite")


def test_tuning_without_labels_reports_every_finding_and_harms_nothing(opened: RecommendationAgent) -> None:
    progress: list[TuneProgress] = []
    report = tune(opened, Effort("random", 8), progress=progress.append)
    findings = {finding.about: finding for finding in report.tuned.findings}
    assert {"text", "diversity"} <= set(findings)
    for finding in findings.values():
        assert not finding.verdict.kept or finding.verdict.gain.low > 0
    assert report.written
    assert not report.stopped
    assert any("no item has a picture" in note for note in report.notes)
    assert load_tuned(opened.workspace.store) == report.tuned
    assert progress
    assert all(0 <= step.done <= step.total for step in progress)
    assert opened.recommend("garden lamp", k=1).recommendations[0].item.id == "garden-lamp"


@pytest.mark.usefixtures("quiet")
def test_a_dry_run_writes_nothing(opened: RecommendationAgent) -> None:
    report = tune(opened, Effort("random", 3), dry_run=True)
    assert not report.written
    assert load_tuned(opened.workspace.store) is None
    assert not opened.workspace.store.setting(tuning.PROGRESS)


@pytest.mark.usefixtures("quiet")
def test_a_stopped_search_keeps_what_was_finished_and_goes_on_behind_it(opened: RecommendationAgent) -> None:
    def stop(progress: TuneProgress) -> None:
        if progress.stage.startswith("diversity"):
            raise KeyboardInterrupt

    effort = Effort("random", 4)
    stopped = tune(opened, effort, progress=stop)
    assert stopped.stopped
    assert [finding.about for finding in stopped.tuned.findings] == ["text"]
    stages: list[str] = []
    whole = tune(opened, effort, progress=lambda step: stages.append(step.stage))
    assert not whole.stopped
    assert not any("weighing" in stage for stage in stages)  # that was done before
    assert whole.tuned.findings[0] == stopped.tuned.findings[0]
    assert {finding.about for finding in whole.tuned.findings} >= {"text", "diversity"}


@pytest.mark.usefixtures("quiet")
def test_the_command_prints_json_says_what_was_done_and_resets(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASTEMAKER_FUSION", "attention")  # which has to be trained first
    run = CliRunner().invoke
    common = ["--workspace", str(shop), "--llm", "none"]
    tuned = run(app, ["tune", *common, "--method", "grid", "--trials", "4", "--learn", "attention", "--json"])
    assert tuned.exit_code == 0, tuned.output
    document = json.loads(tuned.stdout)
    assert document["method"] == "grid"
    assert document["written"]
    assert list(document) == documented("Tune report")
    for finding in document["findings"]:
        assert list(finding) == documented("Tuning finding")
        assert list(finding["verdict"]) == documented("Verdict")
        assert list(finding["verdict"]["gain"]) == documented("Interval")
    (learned,) = [finding["learned"] for finding in document["findings"] if finding["learned"]]
    assert list(learned) == documented("Learned fusion")
    assert list(finding_json(WEIGHED)["fusion"]) == documented("Fusion setting")
    ranked = replace(WEIGHED, ranking=RankingSetting("m", "yes_no", 0, 0.2, 3))
    assert list(finding_json(ranked)["ranking"]) == documented("Ranking setting")
    assert any(diagnosis.about.startswith("tun") for diagnosis in examine(load_config(llm="none"), shop))
    again = run(app, ["tune", *common, "--reset"])
    assert "defaults are in use" in again.stdout
    with Workspace.open(shop) as workspace:
        assert load_tuned(workspace.store) is None


def test_a_search_that_does_not_exist_is_a_wrong_call(shop: Path) -> None:
    assert CliRunner().invoke(app, ["tune", "--workspace", str(shop), "--method", "luck"]).exit_code == 2


def test_nothing_tuned_is_no_setting_changed(opened: RecommendationAgent) -> None:
    save_tuned(opened.workspace.store, Tuned("tpe", 2, 0, ()))
    opened.reread()
    assert opened.pipeline.config == opened.models.config


# Fusions that learn


@pytest.mark.usefixtures("quiet")
def test_a_learned_fusion_is_judged_written_with_the_findings_and_can_be_asked_for(opened: RecommendationAgent) -> None:
    progress: list[TuneProgress] = []
    report = tune(opened, Effort("random", 3, learn=("attention",)), progress=progress.append)
    (finding,) = [entry for entry in report.tuned.findings if entry.learned]
    assert (finding.about, finding.learned.fusion) == ("text", "attention")  # type: ignore[union-attr]
    assert finding.verdict.n == finding.n_search > 20
    assert finding.verdict.kept == (finding.verdict.gain.low > 0)
    assert any("training attention" in step.stage for step in progress)
    store = opened.workspace.store
    assert load_tuned(store) == report.tuned
    assert store.blob(fusion_blob("text", "attention"))
    retriever = open_retriever(opened.workspace, "attention")
    assert retriever.plans["text"].fusion.name == "attention"
    assert open_retriever(opened.workspace).plans["text"].fusion.name == (
        "attention" if finding.verdict.kept else "weighted"
    )


@pytest.mark.usefixtures("quiet")
def test_a_training_that_is_stopped_leaves_everything_as_it_was(opened: RecommendationAgent) -> None:
    store, effort = opened.workspace.store, Effort("random", 3, learn=("attention",))
    before = tune(opened, effort).tuned
    learned = store.blob(fusion_blob("text", "attention"))

    def stop(progress: TuneProgress) -> None:
        if "training" in progress.stage:
            raise KeyboardInterrupt

    stopped = tune(opened, Effort("random", 3, seed=1, learn=("attention",)), progress=stop)
    assert stopped.stopped
    assert not stopped.written
    assert not any(finding.learned for finding in stopped.tuned.findings)
    assert load_tuned(store) == before
    assert store.blob(fusion_blob("text", "attention")) == learned


@pytest.mark.usefixtures("quiet")
def test_where_people_did_something_fusions_learn_from_their_histories(shop: Path, tmp_path: Path) -> None:
    shutil.copytree(shop, tmp_path / "w")
    with RecommendationAgent.open(tmp_path / "w", load_config(llm="none")) as opened:
        dice = np.random.default_rng(0)
        events = [
            Interaction(f"person {who}", f"{KINDS[who % 4]}-{thing}", "like", at_s=float(at))
            for who in range(30)
            for at, thing in enumerate(dice.permutation(THINGS)[:6].tolist())
        ]
        opened.workspace.store.put_interactions(events)
        report = tune(opened, Effort("random", 3, learn=("attention",)))
        findings = {finding.about: finding for finding in report.tuned.findings if finding.learned}
        assert set(findings) == {"history"}
        assert findings["history"].made_of == tuning.NEXT_LIKED
        assert findings["history"].verdict.n == 30
        assert opened.recommend(user="person 1", k=3).recommendations


def test_a_fusion_that_does_not_learn_is_refused_before_anything_is_searched(opened: RecommendationAgent) -> None:
    with pytest.raises(ConfigError, match="'rrf' is none that learns"):
        tune(opened, Effort(learn=("rrf",)))


def test_a_person_with_one_item_teaches_nothing_and_is_told_so(shop: Path, tmp_path: Path) -> None:
    shutil.copytree(shop, tmp_path / "w")
    with RecommendationAgent.open(tmp_path / "w", load_config(llm="none")) as opened:
        opened.workspace.store.put_interactions([Interaction("ada", "garden-lamp", "like", at_s=1.0)])
        search = tuning._Tuning(opened, Effort(learn=("attention",)), True, lambda _: None)
        search._stage, search._notes = tuning.LEARNING, {tuning.LEARNING: []}
        assert not list(search._learn())
        assert search._notes[tuning.LEARNING]
