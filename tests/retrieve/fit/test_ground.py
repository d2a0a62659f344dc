"""What is known of a catalog when fit is judged."""

from __future__ import annotations

import numpy as np

from agent.retrieve.fit.ground import bare_code, is_model_number, model_numbers
from tests.retrieve.fit.shops import ground


def test_a_wish_is_read_and_encoded() -> None:
    known = ground()
    sought = known.sought("a red jacket", "en")
    assert sought.kind is not None
    assert sought.kind.head == "jacket"
    assert set(sought.vectors) == {"text", "multilingual"}
    assert known.cosines(sought, "text", np.array([1], dtype=np.intp))[0] > 0.5


def test_vectors_that_are_there_are_not_made_again() -> None:
    known = ground()
    given = {"text": np.zeros((1, 64), dtype=np.float32)}
    assert known.sought("a jacket", "en", given).vectors["text"] is given["text"]


def test_a_model_number_is_found_however_it_is_spaced() -> None:
    known = ground()
    assert bare_code("A-320") == bare_code("a320") == "a320"
    assert known.holds_code(5, "a320")
    assert not known.holds_code(4, "a320")


def test_only_what_bears_all_numbers_of_a_wish_is_called_by_it() -> None:
    assert ground().called("a jet a-320", range(6)) == {5}
    assert ground().called("a jet", range(6)) == frozenset()
    assert is_model_number("A-320")
    assert not is_model_number("A-320 toner")
    assert model_numbers("xerox 006R90321 with 256gb") == ["006R90321"]


def test_a_channel_that_is_not_there_is_silent() -> None:
    known = ground()
    sought = known.sought("a jacket", "en")
    assert np.isnan(known.cosines(sought, "sound", np.array([0], dtype=np.intp))).all()
