"""Tuning: searches that repeat, choices that change little, and a guard that lets only proven settings through."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.config import load_config
from agent.retrieve.tuned import tuned_plans, tuned_settings, unused_notes
from retrieval.cases import Case
from retrieval.channels.registry import absolute_channels, default_weights
from retrieval.errors import TuningError
from retrieval.evaluation.metrics.outcome import outcome
from retrieval.evaluation.metrics.ranking import ndcg
from retrieval.evaluation.significance import Interval
from retrieval.fusion.weighted import shares_of
from retrieval.query import Query
from retrieval.tuning.fusions import Effort, Sides, tune_fusion, with_behaviour
from retrieval.tuning.guard import FEWEST, Verdict, judge
from retrieval.tuning.panel import Panel, PooledCase, dcg
from retrieval.tuning.proposals import METHODS, Space, proposer
from retrieval.tuning.search import Trial, chosen, chosen_number, trials
from retrieval.tuning.setting import FusionSetting
from retrieval.tuning.tuned import Tuned, TuningFinding
from tests.support.shelf import pool

CHANNELS = ("lexical", "text", "visual")
SPACE = Space(("weighted", "rrf"), CHANNELS)
N = 30

weights = st.dictionaries(st.sampled_from(CHANNELS), st.floats(0, 10), min_size=1)


def pooled(seed: int, told: dict[str, float]) -> PooledCase:
    """A request that one item answers; each channel sees it through noise of its own strength."""
    dice = np.random.default_rng(seed)
    answer = int(dice.integers(N))
    truth = np.eye(N)[answer]
    scores = {name: (truth * 0.5 + dice.random(N) * noise) / (0.5 + noise) for name, noise in told.items()}
    case = Case(f"case-{seed}", Query("text", "", {}), {answer: 1.0}, np.array([], dtype=np.intp))
    return PooledCase(case, pool(scores), truth, 1.0)


def sides(told: dict[str, float], n: int = 60) -> Sides:
    made = [pooled(seed, told) for seed in range(2 * n)]
    return Sides(Panel(made[:n]), Panel(made[n:]), {one.case.id: "made" for one in made})


def finding(about: str = "text", *, kept: bool = True, **weights_: float) -> TuningFinding:
    one = Interval(0.5, 0.4, 0.6)
    fusion = FusionSetting.of("rrf", weights_) if weights_ else None
    value = None if weights_ else 0.0
    return TuningFinding(
        about, "before", "after", 60, 40, "title", Verdict(kept, "why", one, one, one, 30), fusion, value
    )


@given(weights)
def test_weights_of_a_setting_sum_to_one(given_: dict[str, float]) -> None:
    setting = FusionSetting.of("weighted", given_)
    assert sum(setting.weights.values()) == pytest.approx(1, abs=1e-3)
    assert all(weight > 0 for weight in setting.weights.values())


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_proposes_the_same_settings(method: str) -> None:
    def proposed() -> list[FusionSetting | None]:
        search = proposer(method, SPACE, 20, seed=3)
        found = []
        for at in range(12):
            found.append(search.ask())
            search.tell(float(at % 5))
        return found

    assert proposed() == proposed()


def test_a_grid_is_as_fine_as_the_trials_allow_and_ends() -> None:
    search = proposer("grid", SPACE, 50, seed=0)
    found = []
    while (setting := search.ask()) is not None:
        found.append(setting)
    assert 30 <= len(found) <= 50
    assert {setting.fusion for setting in found} == {"weighted", "rrf"}


def test_an_unknown_search_is_refused_by_name() -> None:
    with pytest.raises(TuningError, match="annealing"):
        proposer("annealing", SPACE, 10, 0)


def test_a_search_tries_the_default_first_and_no_more_than_it_may() -> None:
    default = FusionSetting.of("weighted", {"text": 1.0})
    panel = sides({"text": 0.5, "lexical": 0.5}).first
    tried = list(trials(panel, default, proposer("random", SPACE, 5, 0), 5, absolute_channels()))
    assert len(tried) == 5
    assert tried[0].setting == default


@pytest.mark.parametrize("method", METHODS)
def test_a_channel_that_is_noise_loses_its_say_and_the_gain_is_proven(method: str) -> None:
    found = tune_fusion("picture", sides({"visual": 5.0, "text": 0.6}), Effort(method, 30))
    assert found is not None
    assert found.verdict.kept, found.verdict.why
    assert found.verdict.gain.low > 0
    assert found.fusion is not None
    assert found.fusion.weights.get("visual", 0.0) < default_weights("picture")["visual"]


def test_where_the_default_is_right_it_stays() -> None:
    found = tune_fusion("text", sides({"text": 0.4, "lexical": 0.4}), Effort("tpe", 20))
    assert found is not None
    assert not found.verdict.kept
    assert found.fusion is None


def test_sides_in_order_of_time_are_judged_by_the_later_one_alone() -> None:
    whole = sides({"visual": 5.0, "text": 0.6}, 40)
    ordered = Sides(whole.first, whole.second, whole.made_of, in_order=True)
    either, later = (tune_fusion("picture", one, Effort("random", 10)) for one in (whole, ordered))
    assert either is not None
    assert later is not None
    assert (either.verdict.n, later.verdict.n) == (80, 40)
    assert (either.n_search, later.n_search) == (80, 40)


def test_one_channel_alone_leaves_nothing_to_weigh() -> None:
    assert tune_fusion("text", sides({"text": 0.5}), Effort()) is None


def test_of_settings_that_cannot_be_told_apart_the_one_nearest_to_the_default_is_chosen() -> None:
    default, near, far = (FusionSetting.of("weighted", {"text": w, "lexical": 1 - w}) for w in (0.5, 0.6, 0.9))
    dice = np.random.default_rng(0)
    base = dice.random(50)
    tried = [Trial(default, base - 0.2), Trial(near, base + 0.001 * dice.normal(size=50)), Trial(far, base + 0.0001)]
    assert chosen(tried, default).setting == near
    assert chosen([Trial(default, base), Trial(far, base + 0.1)], default).setting == far
    assert chosen_number({0.0: base, 0.05: base, 0.1: base - 0.3}, 0.05) == 0.05


def test_the_guard_keeps_what_is_proven_and_nothing_else() -> None:
    dice = np.random.default_rng(1)
    before = dice.random(80) * 0.5
    better, sorts = before + 0.1 + dice.normal(0, 0.05, 80), ["a"] * 80
    assert judge(before, better, sorts, 0).kept
    assert not judge(before, before, sorts, 0).kept
    assert not judge(before, before + dice.normal(0, 0.3, 80), sorts, 0).kept
    few = judge(before[: FEWEST - 1], better[: FEWEST - 1], sorts[: FEWEST - 1], 0)
    assert not few.kept
    assert "too few" in few.why


def test_what_one_sort_of_request_wins_at_the_cost_of_another_is_not_kept() -> None:
    before = np.full(80, 0.5)
    after = np.concatenate([np.full(60, 0.8), np.full(20, 0.3)])
    verdict = judge(before, after, ["title"] * 60 + ["sentence"] * 20, 0)
    assert verdict.gain.low > 0
    assert not verdict.kept
    assert "sentence" in verdict.why


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=3, max_size=30, unique=True), st.data())
def test_ndcg_of_a_panel_is_that_of_evaluation(scores: list[float], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(0, len(scores) - 1), min_size=1, max_size=5, unique=True))
    gains = {row: float(data.draw(st.integers(1, 3))) for row in rows}
    fused = np.array(scores)
    case = Case("c", Query("text", "", {}), gains, np.array([], dtype=np.intp))
    aligned = np.array([gains.get(row, 0.0) for row in range(len(scores))])
    one = PooledCase(case, pool({"text": fused}), aligned, dcg(np.array(sorted(gains.values(), reverse=True)[:10])))
    expected = ndcg(outcome("c", np.arange(len(scores)), fused, gains, 10, 0))
    assert one.ndcg(one.order(fused)) == pytest.approx(expected, abs=1e-12)


def test_channels_of_behaviour_keep_their_share() -> None:
    whole = with_behaviour("text", FusionSetting.of("weighted", {"text": 0.5, "lexical": 0.5}), ["text", "lexical"])
    untuned = shares_of(default_weights("text"), ("text", "lexical", "collaborative", "popularity"))
    for name in ("collaborative", "popularity"):
        assert whole.weights[name] == pytest.approx(untuned[name], abs=0.01)
    assert whole.weights["text"] == whole.weights["lexical"]


def test_findings_are_read_back_as_they_were_written() -> None:
    tuned = Tuned("tpe", 60, 0, (finding(text=0.7, lexical=0.3), finding("diversity"), finding("both", kept=False)))
    again = Tuned.from_json(tuned.to_json())
    assert again == tuned
    assert again is not None
    assert set(again.fusions) == {"text"}
    assert again.values == {"diversity": 0.0}
    assert Tuned.from_json(tuned.to_json().replace('"version": 2', '"version": 0')) is None


def test_a_setting_whose_channels_are_gone_is_left_out_and_told() -> None:
    tuned = Tuned("tpe", 60, 0, (finding("picture", visual=0.7, text=0.3), finding(text=0.7, popularity=0.3)))
    assert set(tuned_plans(tuned, {"lexical", "text", "visual"})) == {"picture", "text"}
    assert set(tuned_plans(tuned, {"lexical", "text"})) == {"text"}  # behaviour falls silent by itself
    (told,) = unused_notes(tuned, {"lexical", "text"})
    assert "visual" in told
    assert "tastemaker tune" in told
    assert not list(unused_notes(tuned, {"text", "visual"}))


def test_what_a_person_sets_wins_over_what_was_tuned(monkeypatch: pytest.MonkeyPatch) -> None:
    tuned = Tuned("tpe", 60, 0, (finding("diversity"),))
    assert tuned_settings(load_config(), tuned).diversity == 0.0
    monkeypatch.setenv("TASTEMAKER_DIVERSITY", "0.3")
    assert tuned_settings(load_config(), tuned).diversity == 0.3


def test_what_was_found_of_a_model_before_models_were_told_apart_is_not_used() -> None:
    tuned = Tuned("tpe", 60, 0, (finding("rerank_weight"),))
    older = Tuned.from_json(tuned.to_json().replace(', "ranking": null', ""))
    assert older == tuned
    assert tuned_settings(load_config(), older).rerank_weight == load_config().rerank_weight
