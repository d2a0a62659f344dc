"""The encoder that tests of search embed by, which keeps to the same contract as those with weights."""

from __future__ import annotations

import numpy as np
import pytest

from retrieval.encoding import Encoder
from retrieval.snapshot import DenseTable
from tests.support.shelf import WordEncoder

TEXTS = ("A calm sea", "tax law", "A calm harbour", "", "Élan, élan!")


@pytest.fixture
def encoder() -> Encoder:
    return WordEncoder()


def test_texts_become_float32_unit_vectors_of_the_length_it_names(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dim)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dim)


def test_a_texts_vector_does_not_depend_on_its_neighbours(encoder: Encoder) -> None:
    np.testing.assert_allclose(
        encoder.encode(TEXTS), np.concatenate([encoder.encode([text]) for text in TEXTS]), atol=1e-6
    )


def test_what_shares_words_with_a_request_is_nearest_to_it_in_a_table_of_vectors(encoder: Encoder) -> None:
    ids = [str(row) for row in range(len(TEXTS))]
    table = DenseTable.build(ids, encoder.encode(TEXTS), {name: row for row, name in enumerate(ids)})
    assert table.similarity(encoder.encode(["calm harbour"])).argmax() == 2
