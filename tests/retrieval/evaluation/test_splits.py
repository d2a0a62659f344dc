"""Splits: nothing that is asked for, and nothing later than it, can be learned from."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import EvaluationError
from retrieval.evaluation.splits import SPLITS, TIMED, Fold, liked_of, split
from retrieval.interactions import Interaction


def event(user: str, item: str, at_s: float | None = 0.0, value: float = 5.0) -> Interaction:
    return Interaction(user, item, "rating", value, at_s)


def liked(one: Interaction) -> bool:
    return (one.value or 0) >= 4


events = st.lists(
    st.builds(
        event,
        st.sampled_from("abcdef"),
        st.sampled_from([str(n) for n in range(12)]),
        st.floats(0, 1e9) | st.none(),
        st.sampled_from([1.0, 3.0, 4.0, 5.0]),
    ),
    max_size=60,
)


def folds(name: str, given_events: list[Interaction], seed: int = 0) -> list[Fold]:
    try:
        return split(name, given_events, liked, seed)
    except EvaluationError:
        return []


@pytest.mark.parametrize("name", SPLITS)
@settings(max_examples=60, deadline=None)
@given(events, st.integers(0, 3))
def test_no_pair_that_is_asked_for_is_learned_from_or_known(name: str, some: list[Interaction], seed: int) -> None:
    for fold in folds(name, some, seed):
        asked = {(user, item) for user, items in fold.wanted.items() for item in items}
        assert asked
        assert asked.isdisjoint((one.user, one.item_id) for one in fold.train)
        assert asked.isdisjoint((user, one.item_id) for user, own in fold.given.items() for one in own)
        assert asked <= {(one.user, one.item_id) for one in some if liked(one)}
        assert all(fold.given[user] for user in fold.wanted)


@pytest.mark.parametrize("name", ["leave-one-out", "user-time", "cold-user"])
@settings(max_examples=60, deadline=None)
@given(events)
def test_nothing_known_of_a_person_is_later_than_what_is_asked(name: str, some: list[Interaction]) -> None:
    for fold in folds(name, some):
        for user, items in fold.wanted.items():
            times = {
                item: [o.at_s for o in some if o.user == user and o.item_id == item and liked(o)] for item in items
            }
            latest_known = max(one.at_s or 0.0 for one in fold.given[user])
            assert all(max(t for t in found if t is not None) >= latest_known for found in times.values())


@settings(max_examples=60, deadline=None)
@given(events)
def test_a_global_time_split_learns_from_nothing_later_than_the_first_thing_asked(some: list[Interaction]) -> None:
    for fold in folds("global-time", some):
        latest = max((one.at_s or 0.0 for one in fold.train), default=0.0)
        for user, items in fold.wanted.items():
            asked = [o.at_s for o in some if o.user == user and o.item_id in items and liked(o) and o.at_s is not None]
            assert max(asked) >= latest


@settings(max_examples=60, deadline=None)
@given(events, st.integers(0, 3))
def test_of_cold_items_nothing_is_learned(some: list[Interaction], seed: int) -> None:
    for fold in folds("cold-item", some, seed):
        assert fold.cold
        assert fold.cold.isdisjoint(one.item_id for one in fold.train)
        assert all(items <= fold.cold for items in fold.wanted.values())


@settings(max_examples=60, deadline=None)
@given(events, st.integers(0, 3))
def test_from_cold_users_nothing_is_learned(some: list[Interaction], seed: int) -> None:
    for fold in folds("cold-user", some, seed):
        assert set(fold.wanted).isdisjoint(one.user for one in fold.train)


@settings(max_examples=60, deadline=None)
@given(events, st.integers(0, 3))
def test_k_fold_asks_for_every_pair_at_most_once(some: list[Interaction], seed: int) -> None:
    asked = [
        (user, item) for fold in folds("k-fold", some, seed) for user, items in fold.wanted.items() for item in items
    ]
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize("name", SPLITS)
@settings(max_examples=20, deadline=None)
@given(events, st.randoms())
def test_the_same_seed_gives_the_same_split_whatever_the_order_of_events(name: str, some: list, mixer) -> None:
    some = list({(one.user, one.item_id): one for one in some}.values())
    shuffled = list(some)
    mixer.shuffle(shuffled)
    first, second = folds(name, some, 7), folds(name, shuffled, 7)
    assert [(fold.train, fold.wanted, fold.cold) for fold in first] == [(f.train, f.wanted, f.cold) for f in second]


def test_four_of_five_stars_are_liked_and_where_nothing_is_the_best_there_is() -> None:
    rated = [event("a", "1", value=value) for value in (3.5, 4.0, 5.0)]
    assert [liked_of(rated)(one) for one in rated] == [False, True, True]
    viewed = [Interaction("a", "1", "view"), Interaction("a", "2", "hide")]
    assert [liked_of(viewed)(one) for one in viewed] == [True, False]
    equal = [event("a", str(n), value=3.0) for n in range(3)]
    assert all(map(liked_of(equal), equal))
    hated = [Interaction("a", "1", "hide")]
    assert not liked_of(hated)(hated[0])


def test_leave_one_out_takes_the_latest_liked_and_forgets_what_came_after() -> None:
    own = [event("a", "1", 1), event("a", "2", 2), event("a", "3", 3), event("a", "4", 4, value=1.0)]
    (fold,) = split("leave-one-out", own, liked, 0)
    assert fold.wanted == {"a": frozenset({"3"})}
    assert [one.item_id for one in fold.train] == ["1", "2"]


def test_duplicate_events_of_a_pair_stay_together() -> None:
    own = [event("a", "1", 1), event("a", "2", 2), event("a", "1", 3)]
    (fold,) = split("leave-one-out", own, liked, 0)
    assert [one.item_id for one in fold.train] == ["2"]


@pytest.mark.parametrize("name", SPLITS)
@pytest.mark.parametrize(
    "some",
    [
        [],
        [event("a", "1")],
        [event("a", "1"), event("a", "1")],
        [event(user, "1", 1, value=1.0) for user in "ab"],
        [event("a", "1", None), event("b", "1", None)],
    ],
    ids=["none", "one event", "duplicates", "nothing liked", "no times"],
)
def test_interactions_that_leave_nobody_to_ask_are_an_error_with_advice(name: str, some: list[Interaction]) -> None:
    with pytest.raises(EvaluationError) as failed:
        split(name, some, liked, 0)
    assert failed.value.hint


@pytest.mark.parametrize("name", sorted(TIMED))
def test_a_timed_split_leaves_out_what_has_no_time(name: str) -> None:
    own = [event(user, str(n), None if n == 9 else n) for user in "abcde" for n in range(10)]
    for fold in split(name, own, liked, 0):
        assert "9" not in {one.item_id for one in fold.train} | {
            item for items in fold.wanted.values() for item in items
        }
