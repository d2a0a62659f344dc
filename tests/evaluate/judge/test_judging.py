"""One model at all jobs: what it does and cannot do, and what is told of it."""

from __future__ import annotations

import pytest

from agent.backends.chat.scripted import ScriptedChat
from agent.backends.factory import ModelChoice
from agent.backends.loading.model_spec import ModelSpec
from agent.errors import ConfigError, MediaError, ModelError
from agent.evaluate.judge import judging
from agent.evaluate.judge.judging import judge_model, named_choice, shown
from agent.explain.proofs import MannerFigures, ModelProof
from tests.support.shelf import word_models

CHOICE = ModelChoice(None, ModelSpec("openai:http://127.0.0.1:9/v1#m"), "named")
PLANNED = MannerFigures(1.0, 0.0, 0.0, 0.8, 0.4, 10, 0.0, 0.0)


def test_a_job_at_which_the_model_fails_is_left_out_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def blind(*_: object, **__: object) -> None:
        raise ModelError("It sees nothing.", "Name one that sees.")

    monkeypatch.setattr(judging, "_described", blind)
    judgement = judge_model(CHOICE, ScriptedChat(lambda _: '{"must": []}'), ["describe", "read"], models=word_models)
    assert list(judgement.card.jobs) == ["read"]
    assert judgement.left_out == {"describe": "It sees nothing. Name one that sees."}
    lines = list(shown(judgement))
    assert lines[0].startswith("openai:http://127.0.0.1:9/v1#m (")
    assert lines[1].split()[:3] == ["describe", "left", "out"]
    assert lines[2].split()[:3] == ["read", "no", "better"]


@pytest.mark.parametrize(("passed", "better"), [(0.99, True), (0.5, False)])
def test_wording_is_judged_by_the_terms_of_its_own_proof(
    monkeypatch: pytest.MonkeyPatch, passed: float, better: bool
) -> None:
    from agent.explain.proofs import prompt_hash

    rewritten = MannerFigures(passed, 1.0, 0.9, 0.8, 0.5, 12, 1.0, 4.0, prompt_hash("rewritten"))
    proof = ModelProof("m", 40, {"planned": PLANNED, "rewritten": rewritten})
    monkeypatch.setattr(judging, "gold_cards", lambda: ())
    monkeypatch.setattr(judging, "prove", lambda *_: proof)
    judgement = judge_model(CHOICE, ScriptedChat(), ["word"])
    assert judgement.card.jobs["word"].better() is better
    assert judgement.card.jobs["word"].seconds == 4.0
    assert judgement.card.proof["model"] == "m"


def test_pictures_that_a_server_refuses_leave_describing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object, **__: object) -> None:
        raise MediaError("No pictures here.", "Send none.")

    monkeypatch.setattr(judging, "_described", refuses)
    judgement = judge_model(CHOICE, ScriptedChat(), ["describe"])
    assert judgement.left_out["describe"].startswith("No pictures here.")


@pytest.mark.parametrize("name", ["none", "gpt"])
def test_what_is_no_model_cannot_be_judged(name: str) -> None:
    with pytest.raises(ConfigError):
        named_choice(name)
