import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.channels.collaborative import CollaborativeChannel
from retrieval.channels.popularity import PopularityChannel
from retrieval.collaborative.behaviour import Behaviour
from retrieval.collaborative.catalogue import MODELS, fit_default
from retrieval.collaborative.cooccurrence import nearby, warm_rows
from retrieval.collaborative.ease import Ease
from retrieval.collaborative.history import LASTING, history_of, past_profile, profile_vectors
from retrieval.collaborative.item_knn import ItemKnn
from retrieval.collaborative.learned import LearnedModels, load_learned
from retrieval.collaborative.popularity import Popularity
from retrieval.collaborative.training_free import TrainingFree
from retrieval.interactions import Interaction
from retrieval.items import Item
from retrieval.query import History, Query
from retrieval.storage.events import Company
from retrieval.storage.store import Store, StoredItem
from tests.support.shelf import numbered, snapshot, units

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


def test_the_least_bad_of_what_others_liked_is_not_the_best_of_all():
    channel = CollaborativeChannel(Ease.fit(CROWD))
    assert channel.prepare(query(history("a", -1.0))) is None
    mixed = History(np.array([ROWS["a"], ROWS["d"]]), np.array([1, -1], dtype=np.float32))
    scores = channel.prepare(query(mixed)).score(np.arange(6))
    assert scores[ROWS["b"]] > 0
    assert scores[ROWS["e"]] == scores[ROWS["f"]] == 0


def test_the_channel_is_silent_when_all_it_would_name_is_known():
    known = Query("history", "", {}, history=history("abc"), hidden=np.array([ROWS[letter] for letter in "abc"]))
    assert CollaborativeChannel(Ease.fit(behaviour("abc", "def"))).prepare(known) is None


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


def test_popularity_counts_what_is_old_less_and_a_crowd_more():
    year = 365 * 86_400.0
    events = [Interaction(f"u{n}", "a", "view", None, 0.0) for n in range(4)]
    events += [Interaction(f"v{n}", "b", "view", None, 2 * year) for n in range(3)]
    scores = Popularity.fit(Behaviour.build(events, ROWS)).shares
    assert scores[ROWS["b"]] > scores[ROWS["a"]] > scores[ROWS["c"]] == 0
    assert scores.max() < 0.5  # three people are no crowd


def test_popularity_without_any_time_counts_people():
    crowd = Behaviour.build([Interaction(f"u{n}", "a" if n < 3 else "b", "like") for n in range(5)], ROWS)
    scores = Popularity.fit(crowd).shares
    assert scores[0] > scores[1] > 0


def test_the_popularity_channel_is_silent_while_nobody_did_anything():
    assert PopularityChannel(Popularity.fit(behaviour())).prepare(query(None)) is None
    assert PopularityChannel(Popularity.fit(CROWD)).prepare(query(None)) is not None


def test_item_knn_is_the_shrunken_cosine_of_the_items_people():
    model = ItemKnn.fit(CROWD, shrinkage=10.0)
    matrix = CROWD.matrix().toarray()
    both, size = matrix.T @ matrix, np.sqrt(np.diag(matrix.T @ matrix))
    expected = both[0] / (size[0] * size + 10.0)
    expected[0] = 0
    np.testing.assert_allclose(np.nan_to_num(model.scores(history("a"))), np.where(model.warm, expected, 0), atol=1e-6)


SHELF = snapshot(numbered(8), {"text": units(8)})
FITS = {**MODELS, "training-free": lambda crowd: TrainingFree.fit(crowd, SHELF.tables["text"])}


@pytest.mark.parametrize("name", FITS)
def test_every_model_keeps_to_the_contract(name):
    model = FITS[name](CROWD)
    scores = model.scores(history("ab"))
    assert model.name
    assert scores.shape == (len(ROWS),)
    assert scores.dtype == np.float32
    assert np.isfinite(scores[: ROWS["g"]]).all()


@pytest.mark.parametrize("name", [name for name in FITS if name != "popularity"])
def test_every_model_prefers_what_goes_together(name):
    scores = FITS[name](CROWD).scores(history("ab"))
    assert scores[ROWS["c"]] > scores[[ROWS["d"], ROWS["e"], ROWS["f"]]].max()


@pytest.mark.parametrize("name", FITS)
@pytest.mark.parametrize("people", [(), ("a",), ("aaa",), ("ab",)])
def test_every_model_bears_no_one_and_almost_no_one(name, people):
    scores = FITS[name](behaviour(*people)).scores(history("abh"))
    assert np.isfinite(scores[~np.isnan(scores)]).all()


@pytest.mark.parametrize("name", ["als", "bpr"])
def test_learned_factors_are_the_same_with_the_same_seed(name):
    first, second = (MODELS[name](CROWD).scores(history("a")) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_a_training_free_score_judges_cold_items_by_meaning_alone():
    scores = FITS["training-free"](CROWD).scores(history("a"))
    assert np.isfinite(scores).all()
    alike = SHELF.tables["text"].similarity(units(8)[:1])
    assert (scores[ROWS["g"]] > scores[ROWS["h"]]) == (alike[ROWS["g"]] > alike[ROWS["h"]])


def test_a_catalog_of_many_touched_items_gets_item_knn(monkeypatch):
    monkeypatch.setattr("retrieval.collaborative.catalogue.MAX_ITEMS", 5)
    assert fit_default(CROWD).name == "item-knn"


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "t.db") as store:
        store.put([StoredItem(Item(name, name), "digest") for name in "abcdef"])
        store.put_interactions(
            Interaction(f"u{n}", letter, "like", None, float(at)) for n in range(10) for at, letter in enumerate("abc")
        )
        yield store


def rows_of(store):
    return {item_id: row for row, item_id in enumerate(store.digests())}


@pytest.mark.parametrize("limit", [8_000, 2])
def test_what_was_learned_is_kept_and_read_again(limit, store, monkeypatch):
    monkeypatch.setattr("retrieval.collaborative.catalogue.MAX_ITEMS", limit)
    first = load_learned(store, rows_of(store))
    monkeypatch.setattr(LearnedModels, "fit", None)  # it must not be asked again
    store.put([StoredItem(Item("new", "new"), "digest")])
    second = load_learned(store, rows_of(store))
    liked = History(np.array([0]), np.array([1.0], dtype=np.float32))
    np.testing.assert_array_equal(second.model.scores(liked), np.append(first.model.scores(liked), np.nan))
    np.testing.assert_array_equal(second.popularity.shares, np.append(first.popularity.shares, 0))


def test_a_few_new_events_count_by_history_and_many_have_it_learned_anew(store):
    learned = load_learned(store, rows_of(store))
    store.put_interactions([Interaction("new", "d", "like")])
    assert load_learned(store, rows_of(store)).n_events == learned.n_events
    store.put_interactions([Interaction("new", name, "like") for name in "ef"])
    assert load_learned(store, rows_of(store)).n_events == learned.n_events + 3


def test_erasing_a_person_erases_what_was_learned_from_them(store):
    load_learned(store, rows_of(store))
    assert store.learned() is not None
    store.delete_user("nobody")
    assert store.learned() is not None
    store.delete_user("u1")
    assert store.learned() is None


def test_company_counts_others_who_liked_both(store):
    store.put_interactions([Interaction("low", "a", "rating", 1.0), Interaction("low", "d", "rating", 5.0)])
    store.put_interactions([Interaction("high", "a", "rating", 4.0), Interaction("high", "d", "rating", 5.0)])
    assert store.company("d", ["a", "b"], "", rating=3.5, liked=True) == {"a": Company(people=1, of=11)}
    assert store.company("d", ["a"], "high", rating=3.5, liked=True) == {}


def test_company_in_choosing_counts_all_but_dislikes(store):
    for user, kind, value in [("v", "view", None), ("r", "rating", None), ("m", "rating", 2.0), ("l", "rating", 1.0)]:
        store.put_interactions([Interaction(user, "e", kind, value), Interaction(user, "d", "click")])
    store.put_interactions([Interaction("h", "e", "hide"), Interaction("h", "d", "like")])
    assert store.company("d", ["e"], "", rating=1.5, liked=False) == {"e": Company(people=3, of=3)}


def test_a_dislike_joins_nothing_to_what_others_liked():
    events = [Interaction("ada", "a", "like"), Interaction("ada", "b", "dislike"), Interaction("ada", "c", "like")]
    crowd = Behaviour.build(events, ROWS)
    assert crowd.liked().rows.tolist() == [ROWS["a"], ROWS["c"]]
    scores = fit_default(crowd).scores(history("b"))
    assert np.isnan(scores).all()


@given(st.lists(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["like", "dislike"])))))
def test_what_was_liked_keeps_every_person_and_only_their_likes(people):
    events = [Interaction(f"u{n}", item, kind) for n, own in enumerate(people) for item, kind in own]
    crowd = Behaviour.build(events, ROWS)
    liked = crowd.liked()
    for user in crowd.users:
        rows, likes, _ = crowd.of(user)
        assert liked.of(user)[0].tolist() == rows[likes > 0].tolist()


def test_content_forgets_less_of_the_past_than_behaviour_does():
    letters = behaviour("abcdefgh" * 2, "abcdefgh")
    assert history_of(letters, "user001", LASTING).weights[0] > LASTING
    vectors = units(8)
    shelf = snapshot(numbered(8), {"text": vectors})
    first = vectors[letters.of("user001")[0][0]]
    lasting, fading = (
        profile["text"][0] @ first
        for profile in (
            past_profile(letters, "user001", shelf),
            profile_vectors(history_of(letters, "user001"), shelf),
        )
    )
    assert lasting > fading
