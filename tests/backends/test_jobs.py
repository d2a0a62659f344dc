"""Which model does what: as it goes by default until models were judged, and by what they proved from then on."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.backends.factory import LARGE, SMALL, ModelChoice, choose
from agent.backends.identity import model_identity
from agent.backends.jobs import choose_jobs, seeing
from agent.backends.model_card import LONGEST_S, Job, JobFigures, ModelCard, gold_digest, keep_card
from agent.weights.archives import find


@pytest.fixture(autouse=True)
def both_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.backends.model_card.cards_folder", lambda: tmp_path / "cards")
    monkeypatch.setenv("TASTEMAKER_CACHE", str(tmp_path))
    for name in (SMALL, LARGE):
        monkeypatch.setenv(find(name).variable, str(tmp_path))


def judged(name: str, **shares: tuple[float, float]) -> None:
    """A card with the share and the seconds of each job, where ours come to 0.5."""
    choice = choose(name)
    jobs: dict[Job, JobFigures] = {
        job: JobFigures(40, share, 0.5, "ours", "share", seconds)  # type: ignore[misc]
        for job, (share, seconds) in shares.items()
    }
    keep_card(choice, ModelCard(str(model_identity(choice)), choice.name, gold_digest(), jobs))


def names(llm: str = "auto", vlm: str = "auto") -> dict[str, str]:
    return {job: choice.name for job, choice in choose_jobs(llm, vlm).items()}


def test_without_cards_all_goes_by_default() -> None:
    assert names() == {"describe": "embedded", "rerank": LARGE, "word": LARGE, "read": "classifier and rules"}
    assert "not judged" in choose_jobs("auto", "auto")["read"].why


def test_no_model_is_no_model_whatever_is_proved() -> None:
    judged(SMALL, rerank=(0.9, 1.0), read=(0.9, 1.0))
    assert {choice.model for choice in choose_jobs("none", "auto").values()} == {None}


def test_each_job_goes_to_whom_did_it_best() -> None:
    judged(LARGE, rerank=(0.6, 1.0), word=(0.7, 1.0), read=(0.8, 1.0))
    judged(SMALL, rerank=(0.7, 1.0), word=(0.6, 1.0), read=(0.4, 1.0))
    assert names() == {"describe": "embedded", "rerank": SMALL, "word": LARGE, "read": LARGE}
    assert choose_jobs("auto", "auto")["rerank"].why == (
        "did it best of those that were judged: 0.70 against 0.50 of ours (share, 40 rows), 1.0 s"
    )


def test_who_is_no_better_or_too_late_leaves_the_job_to_ours() -> None:
    judged(LARGE, rerank=(0.51, 1.0), word=(0.9, LONGEST_S["word"] + 1), read=(0.5, 1.0))
    assert names() == {
        "describe": "embedded",
        "rerank": "the order of retrieval",
        "word": "rules",
        "read": "classifier and rules",
    }
    chosen = choose_jobs("auto", "auto")
    assert chosen["rerank"].why.startswith(f"{LARGE} is no better: 0.51 against 0.50")
    assert chosen["word"].why.startswith(f"{LARGE} takes more than 15 s: 0.90")


def test_another_model_that_was_judged_takes_nothing_from_the_one_that_was_not() -> None:
    judged(SMALL, rerank=(0.9, 1.0))
    assert names()["rerank"] == LARGE


def test_a_model_that_somebody_named_does_its_jobs_but_reads_only_if_it_proved_that_it_can() -> None:
    judged(SMALL, rerank=(0.4, 9.0), read=(0.51, 1.0))
    assert names(SMALL) == {"describe": "embedded", "rerank": SMALL, "word": SMALL, "read": "classifier and rules"}
    judged(SMALL, read=(0.6, 1.0))
    assert names(SMALL)["read"] == SMALL


def test_what_looks_at_pictures_is_what_was_named(tmp_path: Path) -> None:
    sight = seeing(str(tmp_path))
    assert sight.model is not None
    choice = ModelChoice(None, sight.model, "named")
    worse: dict[Job, JobFigures] = {"describe": JobFigures(26, 0.1, 0.5, "ours", "share", 1.0)}
    keep_card(choice, ModelCard(str(model_identity(choice)), choice.name, gold_digest(), worse))
    assert seeing(str(tmp_path)).model == sight.model
    assert "0.10 against 0.50" in choose_jobs("none", str(tmp_path))["describe"].why
