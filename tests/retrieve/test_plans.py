"""Plans: which fusion answers, and what happens where a learned one does not fit the catalog any more."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agent.config import load_config
from agent.doctor import examine
from agent.errors import ConfigError, WorkspaceError
from agent.retrieve.plans import default_plans, features_of, refusals
from agent.retrieve.retriever import open_retriever
from agent.retrieve.tuned import fusion_blob, load_tuned, save_tuned
from retrieval.evaluation.significance import Interval
from retrieval.fusion.catalogue import TRAINING_FREE
from retrieval.fusion.checkpoint import to_bytes
from retrieval.fusion.learned import LearnedFusion
from retrieval.fusion.settings import Schedule
from retrieval.fusion.training import fit
from retrieval.interactions import Interaction
from retrieval.query import Query, RequestKind
from retrieval.storage.workspace import Workspace
from retrieval.tuning.guard import Verdict
from retrieval.tuning.setting import LearnedSetting
from retrieval.tuning.tuned import Tuned, TuningFinding
from tests.support import lessons
from tests.support.shelf import fill, numbered, units

TABLES = lessons.tables()
CASES = lessons.cases(TABLES)
QUERY = Query("text", "thing", {"text": units(1, lessons.DIMS["text"], 7)})
ONE = Interval(0.5, 0.4, 0.6)


@pytest.fixture(scope="module")
def attention() -> LearnedFusion:
    trained = fit("attention", CASES[:40], CASES[40:], pool, schedule=Schedule(epochs=1, batch=16))
    assert isinstance(trained, LearnedFusion)
    return trained


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """The small catalog that the fusion learned from."""
    vectors = {
        name: {str(row): table.matrix[at][None] for at, row in enumerate(np.flatnonzero(table.present))}
        for name, table in TABLES.items()
    }
    with fill(tmp_path / "w", numbered(lessons.N_ITEMS), vectors) as found:
        yield found


def pool(case: object) -> object:
    return lessons.pool(case, TABLES)  # type: ignore[arg-type]


def save(workspace: Workspace, fusion: LearnedFusion, kind: RequestKind = "text", *, kept: bool = True) -> None:
    """As `tastemaker tune --learn attention` leaves it."""
    verdict = Verdict(kept, "why", ONE, ONE, ONE, 30)
    learned = LearnedSetting(fusion.name, ("lexical", "text", "visual"))
    finding = TuningFinding(kind, "weighted", fusion.name, 1, 40, "title", verdict, learned=learned)
    features = features_of(workspace.store, open_retriever(workspace).snapshot)
    checkpoint = {fusion_blob(kind, fusion.name): to_bytes(fusion, features)}
    save_tuned(workspace.store, Tuned("tpe", 2, 0, (finding,)), checkpoint)


def test_a_fusion_that_was_kept_answers_its_kind_of_request_and_no_other(
    workspace: Workspace, attention: LearnedFusion
) -> None:
    save(workspace, attention)
    retriever = open_retriever(workspace)
    assert retriever.plans["text"].fusion.name == "attention"
    assert retriever.plans["text"] is retriever.plans["text"]
    assert {retriever.plans[kind].fusion.name for kind in ("foreign", "picture", "both", "history")} == {"weighted"}
    shortlist = retriever.shortlist(QUERY, 10)
    assert len(shortlist.candidates) == 10
    expected = attention(shortlist.pool)
    assert [one.score for one in shortlist.candidates] == sorted(expected, reverse=True)[:10]
    assert not refusals(retriever.plans, "text")


def test_a_learned_fusion_is_not_read_before_it_is_asked(workspace: Workspace, attention: LearnedFusion) -> None:
    save(workspace, attention)
    workspace.store.set_blob(fusion_blob("text", "attention"), b"damaged")
    retriever = open_retriever(workspace)
    assert retriever.shortlist(replace(QUERY, kind="foreign"), 3).fusion.name == "weighted"
    assert not refusals(retriever.plans, "text")
    assert retriever.plans["text"].fusion.name == "weighted"
    (why,) = refusals(retriever.plans, "text")
    assert "attention" in why
    assert "cannot be read" in why


def test_a_fusion_that_lost_answers_only_when_it_is_named(workspace: Workspace, attention: LearnedFusion) -> None:
    save(workspace, attention, kept=False)
    assert open_retriever(workspace).plans["text"].fusion.name == "weighted"
    named = open_retriever(workspace, "attention")
    assert named.plans["text"].fusion.name == "attention"
    assert named.plans["picture"].fusion.name == "weighted"


@pytest.mark.parametrize("name", TRAINING_FREE)
def test_a_fusion_that_needs_no_training_answers_everything_when_it_is_named(
    workspace: Workspace, attention: LearnedFusion, name: str
) -> None:
    save(workspace, attention)
    retriever = open_retriever(workspace, name)
    assert {plan.fusion.name for plan in retriever.plans.values()} == {name}
    assert len(retriever.retrieve(QUERY, 5)) == 5


def test_a_learned_fusion_that_has_not_been_trained_is_refused_with_the_command_that_trains_it(
    workspace: Workspace,
) -> None:
    with pytest.raises(ConfigError, match="tastemaker tune --learn network"):
        open_retriever(workspace, "network")
    with pytest.raises(ConfigError, match="no fusion 'blender'"):
        open_retriever(workspace, "blender")


def test_the_setting_takes_every_fusion_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_config().fusion == "auto"
    monkeypatch.setenv("TASTEMAKER_FUSION", "rrf")
    assert load_config().fusion == "rrf"
    assert load_config(fusion="ensemble").fusion == "ensemble"
    with pytest.raises(ConfigError, match="blender"):
        load_config(fusion="blender")


def test_what_was_learned_from_another_catalog_is_told_and_the_default_answers(
    workspace: Workspace, attention: LearnedFusion, tmp_path: Path
) -> None:
    save(workspace, attention)
    saved = workspace.store.blob(fusion_blob("text", "attention"))
    tuned = load_tuned(workspace.store)
    assert saved is not None
    other = {"text": {str(at): units(1, lessons.DIMS["text"], 900 + at) for at in range(30)}}
    with fill(tmp_path / "other", numbered(30), other) as elsewhere:
        save_tuned(elsewhere.store, tuned, {fusion_blob("text", "attention"): saved})
        retriever = open_retriever(elsewhere)
        found = retriever.retrieve(QUERY, 5)
        usual = replace(retriever, plans=default_plans()).retrieve(QUERY, 5)
        assert [(one.row, one.score) for one in found] == [(one.row, one.score) for one in usual]
        (why,) = refusals(retriever.plans, "text")
        assert "not those of this catalog" in why
        assert "tastemaker tune --learn attention" in why
    bad = [one for one in examine(load_config(llm="none"), tmp_path / "other") if one.about == "tuning"]
    assert [one.well for one in bad] == [False]
    assert bad[0].says == why


def test_what_was_learned_from_people_goes_when_one_of_them_is_forgotten(
    workspace: Workspace, attention: LearnedFusion
) -> None:
    workspace.store.put_interactions([Interaction("ada", "1", "like"), Interaction("bob", "2", "like")])
    save(workspace, attention, "history")
    assert open_retriever(workspace).plans["history"].fusion.name == "attention"
    workspace.store.delete_user("ada")
    assert workspace.store.blob(fusion_blob("history", "attention")) is None
    retriever = open_retriever(workspace)
    assert retriever.plans["history"].fusion.name == "weighted"
    assert any("erased" in why for why in refusals(retriever.plans, "history"))


def test_going_back_to_the_defaults_erases_what_was_learned(workspace: Workspace, attention: LearnedFusion) -> None:
    save(workspace, attention)
    save_tuned(workspace.store, None)
    assert workspace.store.blob(fusion_blob("text", "attention")) is None
    assert open_retriever(workspace).plans["text"].fusion.name == "weighted"


def test_findings_and_checkpoints_are_written_together_or_not_at_all(
    workspace: Workspace, attention: LearnedFusion
) -> None:
    save(workspace, attention)
    before = workspace.store.blob(fusion_blob("text", "attention")), load_tuned(workspace.store)
    unwritable = {fusion_blob("text", "network"): b"new", fusion_blob("text", "ensemble"): object()}
    with pytest.raises((sqlite3.Error, WorkspaceError)):
        save_tuned(workspace.store, None, unwritable)  # type: ignore[arg-type]
    assert (workspace.store.blob(fusion_blob("text", "attention")), load_tuned(workspace.store)) == before
    assert workspace.store.blob(fusion_blob("text", "network")) is None
