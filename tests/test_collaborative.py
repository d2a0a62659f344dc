import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.channels.collaborative import CollaborativeChannel
from retrieval.collaborative.behaviour import Behaviour
from retrieval.collaborative.cooccurrence import nearby, warm_rows
from retrieval.collaborative.ease import Ease
from retrieval.history import history_of, profile_vectors
from retrieval.interactions import Interaction
from retrieval.query import History, Query
from tests.shelf import numbered, snapshot, units

ROWS = {name: row for row, name in enumerate("abcdefgh")}


def behaviour(*people: str) -> Behaviour:
    """Each person likes the letters of a word, in order."""
    events = [
        Interaction(f"user{number:03}", letter, "like", None, float(at))
        for number, word in enumerate(people)
        for at, letter in enumerate(word)
    ]
    return Behaviour.build(events, ROWS)


def history(letters: str, weight: float = 1.0) -> History:
    return History(
        np.array([ROWS[letter] for letter in letters], dtype=np.intp), np.full(len(letters), weight, dtype=np.float32)
    )


CROWD = behaviour(*["abc"] * 5, *["def"] * 5, "ab", "de")


def test_an_entry_is_made_of_a_persons_last_opinion_and_last_touch():
    events = [
        Interaction("ada", "a", "rating", 5.0, 1.0),
        Interaction("ada", "b", "view", None, 2.0),
        Interaction("ada", "a", "rating", 1.0, 3.0),
        Interaction("ada", "a", "view", None, 4.0),
        Interaction("ada", "b", "purchase", None, 5.0),
        Interaction("ada", "b", "click", None, 6.0),
    ]
    rows, likes, at_s = Behaviour.build(events, ROWS).of("ada")
    assert rows.tolist() == [0, 1]
    assert likes.tolist() == pytest.approx([(1 / 5 - 0.3) / 0.7, 1.0])
    assert at_s.tolist() == [4.0, 6.0]


def test_events_of_items_outside_the_catalog_are_passed_over():
    assert len(Behaviour.build([Interaction("ada", "nowhere", "like")], ROWS).rows) == 0


def test_somebody_unknown_has_an_empty_history():
    assert len(history_of(CROWD, "nobody").rows) == 0


def test_older_likings_fade():
    weights = history_of(behaviour("abcd"), "user000").weights
    assert weights.tolist() == sorted(weights.tolist())
    assert weights[-1] == 1.0


def test_cooccurrence_without_fading_counts_people():
    gram = nearby(CROWD, warm_rows(CROWD), far=1.0)
    matrix = CROWD.matrix().toarray()[:, warm_rows(CROWD)]
    np.testing.assert_allclose(gram, matrix.T @ matrix)


def test_cooccurrence_counts_more_what_was_done_nearby():
    crowd = behaviour("abcdefgh", "abcdefgh")
    gram = nearby(crowd, warm_rows(crowd))
    assert gram[0, 1] > gram[0, 2] > gram[0, 7] > 0


def test_ease_is_the_ridge_regression_of_every_item_on_all_others():
    model = Ease.fit(CROWD, regularisation=2.0, far=1.0)
    matrix = CROWD.matrix().toarray().astype(np.float64)[:, model.warm]
    for column in range(matrix.shape[1]):
        others = np.delete(np.arange(matrix.shape[1]), column)
        left = matrix[:, others]
        expected = np.linalg.solve(left.T @ left + 2.0 * np.eye(len(others)), left.T @ matrix[:, column])
        np.testing.assert_allclose(model.weights[others, column], expected, atol=1e-4)
        assert model.weights[column, column] == 0


def test_ease_finds_what_goes_with_a_history_and_knows_nothing_of_cold_items():
    scores = Ease.fit(CROWD, regularisation=1.0).scores(history("a"))
    assert scores[ROWS["b"]] > scores[ROWS["d"]]
    assert np.isnan(scores[[ROWS["g"], ROWS["h"]]]).all()


def test_a_dislike_lowers_what_goes_with_it():
    model = Ease.fit(CROWD, regularisation=1.0)
    np.testing.assert_allclose(model.scores(history("a", -1.0)), -model.scores(history("a")))


def test_too_many_items_for_ease_are_refused(monkeypatch):
    monkeypatch.setattr("retrieval.collaborative.ease.MAX_ITEMS", 5)
    with pytest.raises(ValueError, match="6 items are more than 5"):
        Ease.fit(CROWD)


@given(st.lists(st.text("abcdefgh", max_size=8), max_size=6), st.text("abcdefgh", max_size=8))
def test_ease_is_finite_for_any_behaviour_and_any_history(people, letters):
    crowd = behaviour(*people)
    scores = Ease.fit(crowd).scores(history(letters))
    assert scores.shape == (len(ROWS),)
    assert np.isfinite(scores[~np.isnan(scores)]).all()


def query(of: History | None) -> Query:
    return Query("history", "", {}, history=of)


def test_the_channel_is_silent_without_a_history_that_others_share():
    channel = CollaborativeChannel(Ease.fit(CROWD))
    assert channel.prepare(query(None)) is None
    assert channel.prepare(query(history(""))) is None
    assert channel.prepare(query(history("gh"))) is None


def test_the_channel_proposes_only_what_is_allowed_and_known():
    scorer = CollaborativeChannel(Ease.fit(CROWD)).prepare(query(history("a")))
    allowed = np.array([letter != "b" for letter in ROWS])
    proposed = scorer.propose(10, allowed).tolist()
    assert proposed[0] == ROWS["c"]
    assert not {ROWS["b"], ROWS["g"], ROWS["h"]} & set(proposed)


def test_a_profile_lies_between_what_was_liked_and_far_from_what_was_not():
    vectors = units(8)
    shelf = snapshot(numbered(8), {"text": vectors})
    liked = profile_vectors(History(np.array([0, 1]), np.array([1, 1], dtype=np.float32)), shelf)["text"]
    assert np.linalg.norm(liked) == pytest.approx(1)
    mixed = profile_vectors(History(np.array([0, 1]), np.array([1, -0.5], dtype=np.float32)), shelf)["text"]
    assert (mixed @ vectors[1])[0] < (liked @ vectors[1])[0]


def test_a_profile_of_nothing_or_of_likes_and_dislikes_that_cancel_has_no_vectors():
    shelf = snapshot(numbered(8), {"text": units(8)})
    assert profile_vectors(history(""), shelf) == {}
    same = History(np.array([0, 0]), np.array([1, -1], dtype=np.float32))
    assert profile_vectors(same, shelf) == {}
