"""What decided: leaving a channel or a modality out of the real ranking, and telling of it."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.answers import Claim, Decided, Explanation, Influence, Recommendation
from agent.config import AgentConfig
from agent.diversify.mmr import diversify
from agent.explain.attribution import attribute
from agent.explain.claims import collect_claims, resolve
from agent.explain.context import ItemEvidence, ReasonContext
from agent.explain.counterfactual import CounterfactualRanker
from agent.explain.grounding.check import Facts, check
from agent.explain.phrases import Phrases, phrases_for
from agent.rerank.blend import reorder
from agent.rerank.scored import Scored, unranked
from retrieval.candidates import Candidate
from retrieval.fusion.weighted import Weighted
from tests.support.shelf import SCHEMA, candidate, numbered, pool, snapshot, units

ENGLISH, CHINESE = phrases_for("en"), phrases_for("zh")

N = 12
CHANNELS = ("text", "visual", "lexical", "collaborative")
WEIGHTS = {"text": 0.4, "visual": 0.3, "lexical": 0.2, "collaborative": 0.1}
ITEMS = numbered(N)
SNAPSHOT = snapshot(ITEMS, {"text": units(N), "visual": units(N, seed=3)})
scores = st.lists(st.one_of(st.just(math.nan), st.floats(0, 1)), min_size=N, max_size=N).map(np.array)
channels = st.dictionaries(st.sampled_from(CHANNELS), scores, min_size=1)


def listed(
    channel_scores: Mapping[str, np.ndarray], config: AgentConfig, n: int, known: Mapping[int, float]
) -> list[Scored]:
    """What the agent would show: the same steps, one after the other."""
    fused = Weighted(WEIGHTS)(pool(channel_scores))
    order = np.argsort(-fused, kind="stable")[:n]
    ranked = unranked([Candidate(ITEMS[row], int(row), float(fused[row]), {}) for row in order])
    if known:
        likelihoods = [known.get(int(row), math.nan) for row in order[: config.n_rerank]]
        places, blended = reorder([scored.score for scored in ranked], likelihoods, config)
        ranked = [Scored(ranked[at].candidate, score, at + 1) for at, score in zip(places, blended, strict=True)]
    return diversify(ranked, SNAPSHOT, n, config.diversity)


@settings(deadline=None, max_examples=60)
@given(channels, st.integers(1, N), st.floats(0, 0.5), st.dictionaries(st.integers(0, N - 1), st.floats(-9, 0)))
def test_the_list_without_nothing_is_the_list_that_is_shown(
    channel_scores: dict[str, np.ndarray], n: int, diversity: float, known: dict[int, float]
) -> None:
    config = AgentConfig(diversity=diversity, n_rerank=5, rerank_weight=0.3)
    ranker = CounterfactualRanker(pool(channel_scores), Weighted(WEIGHTS), SNAPSHOT, config, n, known)
    whole = ranker()
    assert sorted(rank for rank, _ in whole.values()) == list(range(1, N + 1))
    for rank, scored in enumerate(listed(channel_scores, config, n, known), start=1):
        assert whole[scored.candidate.row] == (rank, pytest.approx(scored.score))


@settings(deadline=None, max_examples=40)
@given(channels)
def test_an_influence_is_what_the_list_without_the_part_says(channel_scores: dict[str, np.ndarray]) -> None:
    config = AgentConfig(diversity=0.05)
    chosen = listed(channel_scores, config, N, {})[:4]
    for scored, decision in zip(
        chosen,
        attribute(chosen, CounterfactualRanker(pool(channel_scores), Weighted(WEIGHTS), SNAPSHOT, config, N, {})),
        strict=True,
    ):
        assert set(decision.channels) == (set(channel_scores) if len(channel_scores) > 1 else set())
        for name, influence in decision.channels.items():
            rest = {other: values for other, values in channel_scores.items() if other != name}
            without = listed(rest, config, N, {})
            place = next(at for at, other in enumerate(without) if other.candidate.row == scored.candidate.row)
            assert influence == Influence(pytest.approx(scored.score - without[place].score), place + 1)


def test_a_modality_takes_all_its_channels_with_it() -> None:
    channel_scores = {"text": np.linspace(1, 0, N), "lexical": np.linspace(1, 0, N), "visual": np.linspace(0, 1, N)}
    config = AgentConfig(diversity=0.0)
    ranker = CounterfactualRanker(pool(channel_scores), Weighted(WEIGHTS), SNAPSHOT, config, N, {})
    chosen = listed(channel_scores, config, N, {})[:1]
    (decision,) = attribute(chosen, ranker)
    assert set(decision.modalities) == {"text", "picture"}
    assert decision.modalities["text"].rank == N
    assert decision.modalities["picture"].rank == 1


def test_the_only_modality_there_is_has_nothing_to_be_compared_with() -> None:
    channel_scores = {"text": np.linspace(1, 0, N), "lexical": np.linspace(1, 0, N)}
    config = AgentConfig()
    (decision,) = attribute(
        listed(channel_scores, config, N, {})[:1],
        CounterfactualRanker(pool(channel_scores), Weighted(WEIGHTS), SNAPSHOT, config, N, {}),
    )
    assert decision.modalities == {}
    assert set(decision.channels) == {"text", "lexical"}


def test_a_candidate_that_would_not_be_one_has_its_place_behind_them() -> None:
    channel_scores = {"text": np.linspace(1, 0, N), "visual": np.eye(1, N, N - 1)[0]}
    config = AgentConfig(diversity=0.0)
    ranker = CounterfactualRanker(pool(channel_scores), Weighted({"text": 0.4, "visual": 0.6}), SNAPSHOT, config, 3, {})
    assert ranker()[N - 1][0] == 1
    assert ranker(frozenset({"visual"}))[N - 1][0] == N


# What is told of it

DECIDED = Decided(
    {"text": Influence(0.4, 12), "picture": Influence(0.2, 9), "behaviour": Influence(0.0, 2)},
    {"text": Influence(0.4, 12), "visual": Influence(0.2, 9), "collaborative": Influence(0.0, 2)},
)


def claims(decided: Decided | None, rank: int = 2, phrases: Phrases = ENGLISH) -> list[Claim]:
    evidence = ItemEvidence(candidate(ITEMS[0]), rank=rank, decided=decided)
    collected = collect_claims(evidence, ReasonContext(SCHEMA, phrases))
    return [claim for claim in collected if any(evidence.kind == "decided" for evidence in claim.evidence)]


def test_the_modality_that_lifted_most_is_told_with_evidence_that_stands_there() -> None:
    (claim,) = claims(DECIDED)
    assert claim.text == "its words moved it from number 12 to number 2"
    recommendation = Recommendation(ITEMS[0], 2, 0.5, Explanation("", (claim,)), {}, 1, decided=DECIDED)
    for evidence in claim.evidence:
        assert str(resolve(evidence.pointer, recommendation.to_dict())) == evidence.value


@pytest.mark.parametrize(
    ("phrases", "text"),
    [(ENGLISH, "its picture moved it from number 9 to number 2"), (CHINESE, "图片使它从第 9 位升到第 2 位")],
)
def test_words_are_no_news_where_there_is_nothing_but_words_to_go_by(phrases: Phrases, text: str) -> None:
    by_words = Decided(DECIDED.modalities, {"text": Influence(0.4, 12), "bridge": Influence(0.2, 9)})
    assert [claim.text for claim in claims(by_words, phrases=phrases)] == [text]


def test_what_moved_an_item_by_a_place_or_two_is_not_told() -> None:
    assert claims(Decided({"picture": Influence(0.01, 4)}, {"visual": Influence(0.01, 4)})) == []
    assert claims(Decided({}, {})) == []
    assert claims(None) == []


def test_a_model_may_say_what_was_measured_and_no_other_numbers() -> None:
    (claim,) = claims(Decided({"picture": Influence(0.2, 9)}, {"visual": Influence(0.2, 9)}))
    facts = Facts((claim.text,))
    assert check("Its picture moved it from number 9 to number 2.", facts).grounded
    assert not check("Its picture moved it from number 8 to number 2.", facts).grounded
    assert not check("Its sound moved it from number 9 to number 2.", facts).grounded
