"""Kinds that mean the same, by encoders."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agent.understand.kinds.meaning import Meanings
from retrieval.encoding import Vectors
from tests.understand.kinds.catalogs import shop


class Fixed:
    """An encoder that knows a few words."""

    id, dim = "fixed", 2

    def encode(self, texts: Sequence[str]) -> Vectors:
        known = {"quetzal": (1.0, 0.0), "tent": (0.99, 0.1), "sofa": (1.0, 0.0)}
        vectors = np.array([known.get(text, (0.0, 1.0)) for text in texts], dtype=np.float32).reshape(-1, 2)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def test_words_that_mean_a_kind_of_the_catalog_find_it() -> None:
    table = shop(Fixed(), Fixed())
    kind = table.find("a quetzal", "en")
    assert kind is not None
    match = table.rows(kind)
    assert match.level == "meaning"
    assert not match.exact
    assert len(match.rows) == 2


def test_what_our_list_knows_as_another_kind_is_none_by_meaning() -> None:
    table = shop(Fixed(), Fixed())
    kind = table.find("a sofa", "en")
    assert kind is not None
    assert table.rows(kind).level == "none"


def test_without_encoders_nothing_is_found() -> None:
    assert Meanings({"tent": np.array([0], dtype=np.intp)}, None, None).rows("quetzal", "en") is None
