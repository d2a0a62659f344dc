"""Reviews in the database: with their people, and with all that is made of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from retrieval.channels.registry import REVIEWS
from retrieval.reviews.digest import ReviewDigest
from retrieval.reviews.review import Review
from retrieval.storage.reviews import CHANNEL
from retrieval.storage.store import Embedded, Store, StoredItem
from retrieval.storage.store.reviews import ReviewStore
from tests.support.shelf import numbered, units

DIGEST = ReviewDigest(2, None, (), ("Fine.",))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "tastemaker.db") as opened:
        opened.put([StoredItem(item, "digest", {}) for item in numbered(2)])
        opened.put_reviews(
            [Review("0", "ada", 5, 5, text="Fine."), Review("0", "bob", text="Good."), Review("1", None, text="Bad.")]
        )
        yield opened


def embedded(seed: int = 0) -> Embedded:
    return Embedded("words", (f"content {seed}",), units(1, seed=seed))


def read(store: ReviewStore, item: str = "0") -> None:
    store.keep_digest(item, DIGEST, embedded(int(item)), store.n_erasures)  # type: ignore[attr-defined]


def test_the_channel_is_the_one_of_the_registry() -> None:
    assert REVIEWS.name == CHANNEL


def test_reviews_are_to_be_read_until_they_are_and_again_when_one_comes(store: Store) -> None:
    assert store.stale_reviews() == ["0", "1"]
    read(store)
    assert store.stale_reviews() == ["1"]
    assert store.review_digest("0") == DIGEST
    assert store.put_reviews([Review("0", "ada", 5, 5, text="Fine.")]) == 0
    assert store.stale_reviews() == ["1"]  # it says what it said
    assert store.put_reviews([Review("0", "cyd", text="Odd.")]) == 1
    assert store.stale_reviews() == ["0", "1"]
    assert store.n_reviews() == 4


def test_vectors_of_reviews_outlast_a_change_of_the_item_and_go_with_it(store: Store) -> None:
    read(store)
    store.put([StoredItem(numbered(1)[0], "another digest", {"text": embedded(7)})])
    assert store.item_vectors(CHANNEL, "0").shape[0] == 1
    store.put([StoredItem(numbered(1)[0], "a third", store.embedded("0"))])
    assert np.array_equal(store.item_vectors(CHANNEL, "0"), embedded().vectors)
    store.delete(["0"])
    assert (store.reviews_of("0"), store.review_digest("0"), store.n_reviews()) == ([], None, 1)


def test_somebody_who_is_forgotten_takes_along_what_was_made_of_their_words(store: Store) -> None:
    for item in ("0", "1"):
        read(store, item)
    assert store.rows_of("ada").keys() == {"reviews"}
    assert store.delete_user("ada") == {"reviews": 1}
    assert store.stale_reviews() == ["0"]
    assert store.review_digest("0") is None
    assert store.item_vectors(CHANNEL, "0").shape == (0, 0)
    assert store.review_digest("1") == DIGEST
    assert [review.user for review in store.reviews_of("0")] == ["bob"]


def test_what_was_read_before_somebody_was_forgotten_is_not_kept(store: Store) -> None:
    before = store.n_erasures
    store.delete_user("ada")
    store.keep_digest("0", DIGEST, None, before)
    assert store.review_digest("0") is None


def test_reviews_of_who_opted_out_are_not_used_and_are_again_when_they_opt_in(store: Store) -> None:
    read(store)
    store.opt_out("ada", True)
    assert [review.user for review in store.reviews_of("0")] == ["bob"]
    assert {review.user for review in store.reviews()} == {"bob", None}
    assert store.put_reviews([Review("0", "ada", text="More.")]) == 0
    assert store.stale_reviews()[0] == "0"
    store.opt_out("ada", False)
    assert len(store.reviews_of("0")) == 2


def test_a_pseudonym_is_the_same_for_the_same_name_and_another_in_another_workspace(
    store: Store, tmp_path: Path
) -> None:
    name = store.pseudonym("Ada Quill")
    assert name == store.pseudonym("ada  quill")
    assert "quill" not in name.lower()
    store.make_reviews_stale(["0"])
    store.make_reviews_stale()
    with Store.open(tmp_path / "other.db") as other:
        assert other.pseudonym("Ada Quill") != name
