"""What is known of a catalog when fit is judged."""

from __future__ import annotations

import numpy as np

from agent.retrieve.fit.ground import FitGround
from tests.retrieve.fit.shops import ground


def test_a_wish_is_read_and_encoded() -> None:
    known: FitGround = ground()
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
    assert ground().codes.asked("a jet a-320").rows == ground().codes.asked("a320").rows == {5}
    assert ground().codes.asked("a jet").codes == ()


def test_a_channel_that_is_not_there_is_silent() -> None:
    known = ground()
    sought = known.sought("a jacket", "en")
    assert np.isnan(known.cosines(sought, "sound", np.array([0], dtype=np.intp))).all()
