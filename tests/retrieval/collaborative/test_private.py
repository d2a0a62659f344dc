"""Privacy: what is learned through randomised response tells no single liking, and still what goes together."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.config import AgentConfig
from agent.doctor import examine
from agent.recommender import RecommendationAgent
from retrieval.collaborative.behaviour import Behaviour
from retrieval.collaborative.ease import Ease
from retrieval.collaborative.learned import LearnedModels, load_learned
from retrieval.collaborative.popularity import Popularity
from retrieval.collaborative.private import REGULARISATION, Estimate, Privacy, fit_private
from retrieval.interactions import Interaction
from retrieval.query import History
from retrieval.schema import SCHEMA_FILE, write_schema
from retrieval.storage.workspace import Workspace
from tests.support.shelf import SCHEMA, fill, numbered, word_models

N_ITEMS = 12
ROWS = {str(row): row for row in range(N_ITEMS)}
SECRET = bytes(16)
EXACT = Privacy(50.0, SECRET)


def crowd(n: int) -> list[Interaction]:
    """Half of the people like items 0 to 3, the others 4 to 7; nobody the rest."""
    return [
        Interaction(f"u{at:04}", str(4 * (at % 2) + step), "like", None, float(step))
        for at in range(n)
        for step in range(4)
    ]


def liked(n: int) -> Behaviour:
    return Behaviour.build(crowd(n), ROWS)


def rows(*found: int) -> np.ndarray:
    return np.array(found, dtype=np.intp)


@given(epsilon=st.floats(0.01, 20.0))
def test_a_bit_is_as_likely_to_be_told_wrongly_as_epsilon_says(epsilon: float) -> None:
    wrong = Privacy(epsilon, SECRET).wrong
    assert (1 - wrong) / wrong == pytest.approx(math.exp(epsilon), rel=1e-6)


def test_as_many_bits_are_told_wrongly_as_promised() -> None:
    told = Privacy(1.0, SECRET).randomised("ada", rows(), 100_000)
    assert told.mean() == pytest.approx(1 / (1 + math.e), abs=0.01)


def test_one_liking_changes_one_bit_and_no_other() -> None:
    privacy = Privacy(1.0, SECRET)
    without, with_it = (privacy.randomised("ada", own, 500) for own in (rows(3, 9), rows(3, 9, 70)))
    assert np.flatnonzero(without != with_it).tolist() == [70]


def test_bits_are_told_the_same_every_time_and_after_new_items() -> None:
    privacy = Privacy(1.0, SECRET)
    first = privacy.randomised("ada", rows(3), 500)
    np.testing.assert_array_equal(first, privacy.randomised("ada", rows(3), 700)[:500])
    assert (first != privacy.randomised("bob", rows(3), 500)).any()
    assert (first != Privacy(1.0, b"another secret!!").randomised("ada", rows(3), 500)).any()


def test_without_noise_the_estimate_is_the_truth() -> None:
    found, people = Estimate.of(liked(60), EXACT), liked(60).matrix().toarray()
    assert found.warm.tolist() == list(range(8))
    np.testing.assert_allclose(found.together, (people.T @ people)[:8, :8], atol=1e-4)


def test_the_estimate_has_no_bias() -> None:
    people = liked(60)
    found = [Estimate.of(people, Privacy(2.0, bytes([seed] * 16))) for seed in range(200)]
    assert np.mean([one.counts for one in found], axis=0) == pytest.approx([30.0] * 8 + [0.0] * 4, abs=1.0)
    pairs = [one.together[0, 1] for one in found if one.warm[:2].tolist() == [0, 1]]
    assert np.mean(pairs) == pytest.approx(30.0, abs=1.5)
    assert np.std(pairs) == pytest.approx(np.mean([one.deviation for one in found]), rel=0.35)


def test_with_next_to_no_noise_the_model_is_the_one_that_is_learned_without() -> None:
    model, popularity = fit_private(liked(60), EXACT)
    plain = Ease.fit(liked(60), regularisation=REGULARISATION, far=1.0)
    np.testing.assert_allclose(model.weights, plain.weights, atol=1e-5)
    np.testing.assert_allclose(popularity.shares, Popularity.fit(liked(60)).shares, atol=1e-5)


def test_what_goes_together_is_still_found_through_noise() -> None:
    model, popularity = fit_private(liked(600), Privacy(2.0, SECRET))
    scores = model.scores(History(rows(0), np.ones(1, dtype=np.float32)))
    assert set(np.argsort(-np.nan_to_num(scores, nan=-1.0))[:3].tolist()) == {1, 2, 3}
    assert popularity.shares[:8].min() > popularity.shares[8:].max()


def test_from_nobody_nothing_is_learned() -> None:
    model, popularity = fit_private(Behaviour.build([], ROWS), Privacy(1.0, SECRET))
    assert np.isnan(model.scores(History(rows(0), np.ones(1, dtype=np.float32)))).all()
    assert not popularity.shares.any()


# In a workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = fill(tmp_path / "w", numbered(N_ITEMS), {})
    write_schema(SCHEMA, workspace.path / SCHEMA_FILE)
    workspace.store.put_interactions(crowd(60))
    return workspace


def test_another_epsilon_has_everything_learned_anew_and_the_same_one_does_not(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with workspace:
        store = workspace.store
        exact = load_learned(store, ROWS)
        private = load_learned(store, ROWS, 1.0)
        assert (exact.popularity.shares != private.popularity.shares).any()
        monkeypatch.setattr(LearnedModels, "fit", None)  # it must not be asked again
        np.testing.assert_array_equal(load_learned(store, ROWS, 1.0).popularity.shares, private.popularity.shares)
        with pytest.raises(TypeError):
            load_learned(store, ROWS, 2.0)


@pytest.mark.parametrize("epsilon", [None, 4.0])
def test_an_answer_says_that_there_is_noise_and_tells_no_counts_then(
    workspace: Workspace, epsilon: float | None
) -> None:
    config = AgentConfig(llm="none", privacy_epsilon=epsilon)
    models = word_models(config)
    with RecommendationAgent(workspace, models) as agent:
        agent.feedback("ada", "0", "like")
        answer = agent.recommend(user="ada", k=2)
    assert any("epsilon 4" in note for note in answer.notes) == (epsilon is not None)
    assert all(one.together is None for one in answer.recommendations) == (epsilon is not None)


def test_doctor_says_how_private_what_is_learned_is() -> None:
    says = [
        next(one.says for one in examine(AgentConfig(privacy_epsilon=epsilon), None) if one.about == "privacy")
        for epsilon in (None, 2.5)
    ]
    assert "as it is" in says[0]
    assert "epsilon 2.5 for each liking" in says[1]
