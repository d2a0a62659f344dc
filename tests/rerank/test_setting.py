"""The model's say: what was tuned for a model counts for that model alone, and never against what a person has set."""

from __future__ import annotations

import pytest

from agent.config import AgentConfig
from agent.rerank.setting import ranking_model, ranking_of, setting_of
from retrieval.evaluation.significance import Interval
from retrieval.tuning.guard import Verdict
from retrieval.tuning.setting import RankingSetting
from retrieval.tuning.tuned import Tuned, TuningFinding

SERVER = "openai:http://127.0.0.1:1/v1#m"
ONE = Interval(0.5, 0.4, 0.6)


def tuned(model: str, *, kept: bool = True) -> Tuned:
    setting = RankingSetting(model, "yes_no", 1, 0.4, 8)
    verdict = Verdict(kept, "why", ONE, ONE, ONE, 30)
    return Tuned(
        "tpe", 2, 0, (TuningFinding("rerank_weight", "a", "b", 1, 1, "t", verdict, value=0.4, ranking=setting),)
    )


def say(config: AgentConfig, found: Tuned | None) -> tuple[str, int, float, int]:
    used = ranking_of(config, found)
    return used.rerank_method, used.rerank_pictures, used.rerank_weight, used.max_shift


def test_a_model_ranks_as_was_tuned_for_it() -> None:
    assert say(AgentConfig(llm=SERVER), tuned(SERVER)) == ("yes_no", 1, 0.4, 8)


@pytest.mark.parametrize("found", [None, tuned("another"), tuned(SERVER, kept=False)])
def test_another_model_inherits_nothing(found: Tuned | None) -> None:
    assert say(AgentConfig(llm=SERVER), found) == ("likelihood", 0, 0.05, 3)


def test_what_a_person_has_set_stays() -> None:
    assert say(AgentConfig(llm=SERVER, max_shift=2, rerank_weight=0.1), tuned(SERVER)) == ("yes_no", 1, 0.1, 2)


def test_the_smallest_model_has_no_say_on_a_processor_unless_somebody_gives_it_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small = AgentConfig(llm="smollm2-135m")
    model = ranking_model(small)
    assert model is not None
    monkeypatch.setattr("agent.backends.loading.dtype.device", lambda: "cpu")
    assert ranking_of(small, None).rerank_weight == 0.0
    assert ranking_of(small, tuned(model)).rerank_weight == 0.4
    assert ranking_of(AgentConfig(llm="smollm2-135m", rerank_weight=0.05), None).rerank_weight == 0.05
    assert ranking_of(AgentConfig(llm="qwen2.5-1.5b"), None).rerank_weight == 0.05
    monkeypatch.setattr("agent.backends.loading.dtype.device", lambda: "cuda")
    assert ranking_of(small, None).rerank_weight == 0.05


def test_where_no_model_is_there_is_no_say() -> None:
    none = AgentConfig(llm="none")
    assert ranking_model(none) is None
    assert ranking_of(none, tuned(SERVER)) is none


def test_a_setting_says_itself_in_words() -> None:
    setting = setting_of(AgentConfig(rerank_pictures=1, rerank_weight=0.2), "m")
    assert str(setting) == "likelihood with 1 picture an item, weight 0.2, up to 3 places"
    assert str(RankingSetting("m", "listwise", 0, 0.0, 3)) == "0"
