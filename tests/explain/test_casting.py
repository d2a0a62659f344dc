"""Who words reasons, where the model was judged on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.backends.factory import SMALL, choose
from agent.backends.identity import model_identity
from agent.backends.model_card import JobFigures, ModelCard, gold_digest, keep_card
from agent.config import load_config
from agent.explain import casting
from agent.explain.casting import chosen_manner
from agent.explain.proofs import MannerFigures, ModelProof, prompt_hash

PLANNED = MannerFigures(1.0, 0.0, 0.0, 0.8, 0.4, 10, 0.0, 0.0)


@pytest.fixture(autouse=True)
def decided_anew() -> Iterator[None]:
    casting._choice.cache_clear()
    yield
    casting._choice.cache_clear()


@pytest.mark.parametrize(("passed", "manner"), [(0.99, "rewritten"), (0.5, "planned")])
def test_what_a_model_proved_when_it_was_judged_decides_how_it_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, passed: float, manner: str
) -> None:
    monkeypatch.setattr("agent.backends.model_card.cards_folder", lambda: tmp_path)
    choice = choose(SMALL)
    identity = str(model_identity(choice))
    rewritten = MannerFigures(passed, 1.0, 0.9, 0.9, 0.5, 12, 1.0, 4.0, prompt_hash("rewritten"))
    proof = ModelProof(identity, 40, {"planned": PLANNED, "rewritten": rewritten})
    figures = JobFigures(40, 0.7, 0.6, "rules", "wishes told", 4.0, passes=passed > 0.9)
    keep_card(choice, ModelCard(identity, choice.name, gold_digest(), {"word": figures}, proof.plain()))
    chosen = chosen_manner(load_config(llm=SMALL))
    assert chosen is not None
    assert chosen.manner == manner


def test_without_a_card_what_ships_decides() -> None:
    chosen = chosen_manner(load_config(llm=SMALL))
    assert chosen is not None
    assert chosen.manner == "planned"
