"""Words against words, beside a library that does the same."""

from __future__ import annotations

import bm25s
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrieval.channels.lexical import K1, B, LexicalIndex

WORD = st.sampled_from(["boat", "river", "calm", "lamp", "brass", "船", "a", "the"])
DOCUMENTS = st.lists(st.lists(WORD, max_size=12), min_size=1, max_size=9).filter(any)


@given(documents=DOCUMENTS, asked=st.lists(WORD, min_size=1, max_size=5))
def test_bm25_is_that_of_bm25s_as_a_share_of_the_highest_possible(documents: list[list[str]], asked: list[str]) -> None:
    known = [word for word in asked if any(word in document for document in documents)]
    if not known:
        assert not LexicalIndex(documents).scores(asked).any()
        return
    theirs = bm25s.BM25(k1=K1, b=B, method="lucene")
    theirs.index(documents, show_progress=False)
    expected = theirs.get_scores(known)
    ours = LexicalIndex(documents).scores(asked)
    held = expected > 0
    assert np.array_equal(ours > 0, held)
    shares = ours[held] / expected[held]
    np.testing.assert_allclose(shares, shares[0], rtol=1e-4)


def test_an_index_tells_its_tokens_and_the_rows_that_hold_them() -> None:
    index = LexicalIndex([["oak"], ["elm", "oak"]])
    assert index.rows("oak").tolist() == [0, 1]
    assert list(index.tokens()) == ["oak", "elm"]
