"""Proofs: which manner of wording a model gets follows from what it proved, and from nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from agent.config import AgentConfig
from agent.errors import ConfigError
from agent.explain.casting import chosen_manner, is_named
from agent.explain.drafts import Manner
from agent.explain.proofs import (
    FILE,
    MannerFigures,
    ModelProof,
    choose_manner,
    keep_proof,
    prompt_hash,
    read_proofs,
)

RULES = MannerFigures(1.0, 0.0, 0.0, told=0.86, admitted=0.8, words=12, first_s=0, five_s=0)
PASSING = MannerFigures(0.98, 0.97, 0.9, told=0.9, admitted=0.9, words=14, first_s=0.5, five_s=2.0)


def figures(manner: Manner, **changes: float) -> MannerFigures:
    return replace(PASSING, prompt=prompt_hash(manner), **changes)  # type: ignore[arg-type]


def proof(**manners: MannerFigures) -> ModelProof:
    return ModelProof("m@1", 40, {"planned": RULES, **manners})  # type: ignore[dict-item]


def manner_of(*proofs: ModelProof, by_hand: bool = False) -> tuple[Manner, str]:
    chosen = choose_manner("m@1", "m", proofs, by_hand=by_hand)
    return chosen.manner, chosen.why


def test_a_model_that_nothing_is_known_of_rewords_where_somebody_named_it() -> None:
    assert manner_of(by_hand=True)[0] == "rewritten"
    manner, why = manner_of()
    assert (manner, why) == (
        "planned",
        "Reasons are worded by rules: nothing is known of how m words; `tastemaker evaluate --explanations` finds out.",
    )


def test_a_model_that_proved_it_words() -> None:
    manner, why = manner_of(proof(rewritten=figures("rewritten")))
    assert (manner, why) == (
        "rewritten",
        "Reasons are reworded by m: on the gold set 0.98 of its sentences passed the check.",
    )
    assert manner_of(proof(rewritten=figures("rewritten", told=0.87), free=figures("free")))[0] == "free"
    assert manner_of(proof(rewritten=figures("rewritten"), free=figures("free", told=0.88)))[0] == "rewritten"
    assert manner_of(proof(rewritten=figures("rewritten"), free=figures("free")))[0] == "free"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"passed": 0.96}, "too few sentences of m passed the check on the gold set (0.96 of 0.97)"),
        ({"worded": 0.5}, "m worded too few of the cards of the gold set (0.50 of 0.95)"),
        ({"told": 0.61}, "m told fewer of the wishes met than they do on the gold set (0.61 of 0.86)"),
        ({"admitted": 0.7}, "m admitted fewer of the wishes missed than they do on the gold set (0.70 of 0.80)"),
        ({"changed": 0.1}, "m mostly repeats their sentences on the gold set (0.10 changed, of 0.50)"),
    ],
)
def test_a_model_that_fell_short_does_not_word_and_it_is_said_why(changes: dict[str, float], why: str) -> None:
    short = proof(rewritten=figures("rewritten", **changes))
    assert manner_of(short) == ("planned", f"Reasons are worded by rules: {why}.")
    assert manner_of(short, by_hand=True)[0] == "planned"


def test_what_was_proved_with_another_prompt_or_by_other_weights_counts_for_nothing() -> None:
    assert manner_of(proof(rewritten=replace(PASSING, prompt="other")))[0] == "planned"
    assert manner_of(replace(proof(rewritten=figures("rewritten")), model="m@2"))[0] == "planned"


def test_what_is_kept_in_a_workspace_comes_first_and_replaces_what_was_known_of_the_model(tmp_path: Path) -> None:
    shipped = read_proofs()
    assert read_proofs(tmp_path) == shipped
    first, other = proof(rewritten=figures("rewritten")), replace(proof(), model="n@1")
    assert keep_proof(tmp_path, first) == tmp_path / FILE
    keep_proof(tmp_path, other)
    again = proof(free=figures("free"))
    keep_proof(tmp_path, again)
    assert read_proofs(tmp_path) == (other, again, *shipped)


@pytest.mark.parametrize("text", ["- model: [", "- {model: m}", "- 3"])
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(ConfigError, match="measure the model anew"):
        read_proofs(tmp_path)


def test_what_ships_was_measured_with_the_prompts_that_ship() -> None:
    shipped = read_proofs()
    assert shipped
    for known in shipped:
        assert all(known.figures(manner) for manner in known.manners)


def test_the_model_that_is_always_there_does_not_word_by_itself(tmp_path: Path) -> None:
    chosen = chosen_manner(AgentConfig(llm="smollm2-135m"), tmp_path)
    assert chosen is not None
    assert chosen.manner == "planned"
    assert "smollm2-135m" in chosen.why


def test_whoever_names_a_model_has_it_reword(tmp_path: Path) -> None:
    server = AgentConfig(llm="openai:http://127.0.0.1:1/v1#m")
    chosen = chosen_manner(server, tmp_path)
    assert chosen is not None
    assert (chosen.manner, is_named(server)) == ("rewritten", True)
    assert not is_named(AgentConfig(llm="auto"))
    assert not is_named(AgentConfig(llm="none"))
    assert chosen_manner(AgentConfig(llm="none"), tmp_path) is None
