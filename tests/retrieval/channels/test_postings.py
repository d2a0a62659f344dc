"""Postings: which items hold a word, and how often."""

from __future__ import annotations

import numpy as np

from retrieval.channels.postings import Postings

DOCUMENTS = (["red", "boat", "red"], [], ["boat", "lake"], ["red"])


def held(postings: Postings, word: str) -> dict[int, int]:
    rows, counts = postings.of(word)
    return dict(zip(rows.tolist(), counts.tolist(), strict=True))


def test_a_word_is_held_by_rows_in_ascending_order_each_with_its_count() -> None:
    postings = Postings.build(DOCUMENTS)
    rows, counts = postings.of("red")
    assert (rows.tolist(), counts.tolist()) == ([0, 3], [2, 1])
    assert (rows.dtype, counts.dtype) == (np.int32, np.int32)
    assert held(postings, "lake") == {2: 1}
    assert postings.lengths.tolist() == [3, 0, 2, 1]


def test_a_word_that_no_item_holds_has_no_rows() -> None:
    assert held(Postings.build(DOCUMENTS), "zeppelin") == {}
    assert Postings.build(DOCUMENTS).frequency("zeppelin") == 0
    assert Postings.build([]).frequency("red") == 0
    assert Postings.build([]).lengths.shape == (0,)


def test_a_change_leaves_the_postings_that_were_there_as_they_are() -> None:
    before = Postings.build(DOCUMENTS)
    after = before.changed({0: DOCUMENTS[0], 3: DOCUMENTS[3]}, {0: ["lake"], 3: [], 4: ["red", "red", "red"]})
    assert (held(before, "red"), held(before, "lake")) == ({0: 2, 3: 1}, {2: 1})
    assert (held(after, "red"), held(after, "lake"), held(after, "boat")) == ({4: 3}, {0: 1, 2: 1}, {2: 1})
    assert after.lengths.tolist() == [1, 0, 2, 0, 3]


def test_changes_follow_one_another() -> None:
    postings, words = Postings.build(DOCUMENTS), DOCUMENTS[3]
    for new in (["lake"], ["boat", "boat"], ["lake", "lake"]):
        postings, words = postings.changed({3: words}, {3: new}), new
    assert (held(postings, "lake"), held(postings, "boat")) == ({2: 1, 3: 2}, {0: 1, 2: 1})
    assert postings.frequency("red") == 1


def test_words_are_told_each_once_with_those_of_a_change() -> None:
    postings = Postings.build([["oak", "oak"], ["elm"]]).changed({1: ["elm"]}, {1: ["ash"]})
    assert sorted(postings.words()) == ["ash", "elm", "oak"]
