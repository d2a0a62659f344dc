import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.interactions import KINDS, Interaction, liking, top_of_scale
from retrieval.items import Item
from retrieval.storage.database import MIGRATIONS, connect
from retrieval.storage.store import Store, StoredItem

TWO = [Interaction("ada", "a", "rating", 4.0, 10.0), Interaction("ada", "b", "view", None, 5.0)]


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "t.db") as store:
        store.put([StoredItem(Item(name, name), "digest") for name in "abc"])
        yield store


def test_the_same_event_counts_once(store):
    assert store.put_interactions(TWO) == 2
    assert store.put_interactions(TWO) == 0
    assert store.interaction_state().n_events == 2


def test_a_later_value_of_the_same_event_replaces_the_earlier(store):
    store.put_interactions(TWO)
    assert store.put_interactions([Interaction("ada", "a", "rating", 1.0, 10.0)]) == 0
    assert [one.value for one in store.interactions("ada")] == [None, 1.0]


def test_an_event_without_a_time_is_also_the_same_event_again(store):
    assert store.put_interactions([Interaction("ada", "a", "like"), Interaction("ada", "a", "like")]) == 1


def test_events_come_by_person_then_time_and_those_without_a_time_first(store):
    store.put_interactions([Interaction("bob", "a", "view", None, 1.0), *TWO, Interaction("ada", "c", "like")])
    assert [(one.user, one.item_id) for one in store.interactions()] == [
        ("ada", "c"),
        ("ada", "b"),
        ("ada", "a"),
        ("bob", "a"),
    ]


def test_all_events_come_over_many_pages(store, monkeypatch):
    monkeypatch.setattr("retrieval.storage.events._PAGE", 3)
    many = [
        Interaction(user, item, "view", None, at_s)
        for user, item, at_s in itertools.product(("ada", "bob"), "abc", (None, 1.0, 2.0))
    ]
    store.put_interactions(many)
    assert len(list(store.interactions())) == len(set(store.interactions())) == len(many)
    assert len(list(store.interactions("bob"))) == len(many) // 2


def test_events_of_an_unknown_item_wait_until_it_is_there(store):
    store.put_interactions([*TWO, Interaction("bob", "late", "like")])
    state = store.interaction_state()
    assert (state.n_events, state.n_users, state.n_items, state.n_waiting) == (3, 2, 2, 1)
    store.put([StoredItem(Item("late", "late"), "digest")])
    assert store.interaction_state().n_waiting == 0


def test_erasing_an_item_erases_what_was_done_with_it(store):
    store.put_interactions(TWO)
    store.delete(["a"])
    assert [one.item_id for one in store.interactions()] == ["b"]


def test_erasing_a_person_leaves_no_trace_of_the_name_in_the_files(store, tmp_path):
    store.put_interactions([Interaction("erased-person", "a", "like"), *TWO])
    assert store.delete_user("erased-person") == {"interactions": 1}
    assert [one.user for one in store.interactions()] == ["ada", "ada"]
    assert all(b"erased-person" not in path.read_bytes() for path in tmp_path.iterdir())


def test_a_workspace_of_the_first_format_gains_the_table_and_keeps_its_items(tmp_path):
    connect(tmp_path / "old.db", migrations=MIGRATIONS[:1]).close()
    with Store.open(tmp_path / "old.db") as store:
        assert store.put_interactions(TWO) == 2
        assert store.schema_version() == len(MIGRATIONS)


@pytest.mark.parametrize(("highest", "top"), [(1, 1), (4.5, 5), (5, 5), (7, 10), (88, 100), (250, 250), (-1, 1)])
def test_the_scale_is_told_by_the_highest_rating(highest, top):
    assert top_of_scale(highest) == top


@given(kind=st.sampled_from(KINDS), value=st.none() | st.floats(-10, 5))
def test_a_liking_lies_between_hate_and_love(kind, value):
    assert -1 <= liking(kind, value, 5.0) <= 1


def test_a_low_rating_is_a_dislike_and_a_high_one_a_like():
    assert liking("rating", 1.0, 5.0) < 0 < liking("rating", 3.0, 5.0) < liking("rating", 5.0, 5.0) == 1
