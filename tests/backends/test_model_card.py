"""Cards: figures that are kept with the model they are of, and count for no other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.backends.factory import LARGE, ModelChoice, choose
from agent.backends.identity import CARD, model_identity
from agent.backends.loading.model_spec import ModelSpec
from agent.backends.model_card import JOBS, JobFigures, ModelCard, card_of, gold_digest, keep_card

READS = JobFigures(43, 0.9, 0.7, "classifier and rules", "turns read exactly right", 1.2)
RANKS = JobFigures(40, 0.7, 0.7, "the order of retrieval", "nDCG@5", 0.4)
PINNED = choose(LARGE)


def card(choice: ModelChoice, **jobs: JobFigures) -> ModelCard:
    named = {job: jobs[job] for job in JOBS if job in jobs}
    return ModelCard(str(model_identity(choice)), choice.name, gold_digest(), named)


@pytest.fixture(autouse=True)
def own_cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("agent.backends.model_card.cards_folder", lambda: tmp_path / "cards")
    return tmp_path / "cards"


def test_a_card_comes_back_as_it_was_kept(own_cards: Path) -> None:
    assert card_of(PINNED) is None
    path = keep_card(PINNED, card(PINNED, read=READS))
    assert path.parent == own_cards
    kept = card_of(PINNED)
    assert kept is not None
    assert kept.jobs == {"read": READS}


def test_jobs_that_were_judged_before_stay_on_the_card() -> None:
    keep_card(PINNED, card(PINNED, read=READS, rerank=RANKS))
    keep_card(PINNED, card(PINNED, rerank=READS))
    kept = card_of(PINNED)
    assert kept is not None
    assert kept.jobs == {"read": READS, "rerank": READS}


def test_the_card_of_a_folder_lies_beside_its_weights_and_is_no_part_of_what_the_model_is(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"weights")
    choice = choose(str(folder))
    before = model_identity(choice)
    assert keep_card(choice, card(choice, read=READS)) == folder / CARD
    assert model_identity(choice) == before
    assert card_of(choice) is not None
    config = folder / "config.json"
    config.write_text(config.read_text() + "\n")
    assert card_of(choice) is None  # another model lies there now


def test_a_card_of_other_gold_sets_or_that_is_none_counts_for_nothing(own_cards: Path) -> None:
    path = keep_card(PINNED, card(PINNED, read=READS))
    path.write_text(json.dumps({**json.loads(path.read_text()), "gold": "others"}))
    assert card_of(PINNED) is None
    for text in ("", "[]", "{}", '{"jobs": 3}'):
        path.write_text(text)
        assert card_of(PINNED) is None


def test_a_server_is_known_by_its_address_and_model(own_cards: Path) -> None:
    server = ModelChoice(None, ModelSpec("openai:http://127.0.0.1:9/v1#m"), "named")
    other = ModelChoice(None, ModelSpec("openai:http://127.0.0.1:9/v1#n"), "named")
    assert keep_card(server, card(server, read=READS)).parent == own_cards
    assert card_of(server) is not None
    assert card_of(other) is None


@pytest.mark.parametrize(
    ("model", "ours", "passes", "better"),
    [(0.72, 0.7, None, True), (0.71, 0.7, None, False), (0.7, 0.7, True, True), (0.9, 0.7, False, False)],
)
def test_better_is_more_than_chance_may_be_unless_a_job_has_terms_of_its_own(
    model: float, ours: float, passes: bool | None, better: bool
) -> None:
    assert JobFigures(40, model, ours, "ours", "share", 1.0, passes=passes).better() is better
