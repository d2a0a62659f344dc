"""From a ranked list to a shown one: twins folded, and the kinds of a person's past in their shares."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.diversify.calibration import FEWEST_LIKED, Calibration, calibrator_of
from agent.diversify.near_duplicates import fold_twins
from agent.diversify.slate import Slate
from agent.rerank.scored import Scored
from retrieval.items import Item
from retrieval.query import History
from retrieval.schema import Field, Schema
from tests.support.shelf import candidate, snapshot, units

SCHEMA = Schema([Field.of("title", "text"), Field("genres", "list", True, True, values=("Comedy", "Drama", "War"))])
GENRES = (("Comedy",), ("Comedy", "Drama"), ("Drama",), ("War",))
ITEMS = [Item(str(at), f"Film {at}", attributes={"genres": GENRES[at % 4]}) for at in range(40)]
VECTORS = units(len(ITEMS))
CATALOG = snapshot(ITEMS, {"text": VECTORS}, SCHEMA)


def ranked(rows: list[int]) -> list[Scored]:
    return [Scored(candidate(ITEMS[row], 1 - at / 100, row), 1 - at / 100, at + 1) for at, row in enumerate(rows)]


def past(rows: list[int], weight: float = 1.0) -> History:
    return History(np.array(rows, dtype=np.intp), np.full(len(rows), weight, dtype=np.float32))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(0, 39), min_size=1, max_size=8, unique=True), st.integers(0, 39))
def test_the_loss_is_never_below_zero_and_zero_for_the_same_shares(listed: list[int], row: int) -> None:
    kinds = np.eye(3)[[at % 3 for at in range(40)]]
    wanted = kinds[[*listed, row]].mean(axis=0)
    loss = Calibration(wanted, kinds).loss(listed)
    assert loss.shape == (40,)
    assert (loss >= -1e-12).all()
    assert loss[row] == pytest.approx(0.0, abs=1e-9)


def test_a_list_holds_the_kinds_of_the_past_in_their_shares() -> None:
    comedies, wars = [0, 4, 8, 12, 16, 20], [3, 7, 11, 15, 19, 23]
    calibrator = calibrator_of(past(comedies[:3] + wars[:3]), CATALOG)
    assert calibrator is not None
    found = ranked([*(row for row in range(0, 40, 4) if row > 8), *(row for row in range(3, 40, 4) if row > 11)])
    plain, _ = Slate(CATALOG, 0.5, None, fold=False).choose(found, 4)
    shown, _ = Slate(CATALOG, 0.5, calibrator, fold=False).choose(found, 4)
    genres = [one.candidate.item.attributes["genres"] for one in shown]
    assert genres.count(("War",)) == genres.count(("Comedy",)) == 2
    assert shown[0] == plain[0] == found[0]


def test_without_a_past_or_kinds_nothing_is_calibrated() -> None:
    assert calibrator_of(past(list(range(FEWEST_LIKED - 1))), CATALOG) is None
    assert calibrator_of(past(list(range(10)), -1.0), CATALOG) is None
    assert calibrator_of(past(list(range(10))), snapshot(ITEMS, {"text": VECTORS}, Schema([]))) is None


def test_no_strength_keeps_the_order() -> None:
    found = ranked(list(range(40)))
    calibrator = calibrator_of(past([3, 7, 11, 15, 19]), CATALOG)
    shown, _ = Slate(CATALOG, 0.0, calibrator, fold=False).choose(found, 5)
    assert shown == found[:5]


def test_no_band_is_drawn_from_before_the_one_ahead_of_it_is_used_up() -> None:
    found = ranked([7, 2, 5, 1, 9])
    slate = Slate(CATALOG, 1.0, None, fold=True)
    shown, folded = slate.fill([found[3:4], found[:3], found[4:]], 3)
    assert shown[0] == found[3]
    assert {entry.candidate.row for entry in shown[1:]} < {7, 2, 5}
    assert {entry.candidate.row for entry in folded.leaders} == {7, 2, 5, 1, 9}


def test_twins_are_folded_into_the_best_ranked_of_them() -> None:
    vectors = VECTORS.copy()
    vectors[5] = vectors[9] = vectors[2]
    found = ranked([7, 2, 5, 1, 9])
    kin = fold_twins(found, snapshot(ITEMS, {"text": vectors}, SCHEMA))
    assert [one.candidate.row for one in kin.leaders] == [7, 2, 1]
    assert {row: [item.id for item in items] for row, items in kin.twins.items()} == {2: ["5", "9"]}
    assert kin.rows == {5, 9}


def test_things_of_one_name_that_are_not_alike_are_no_twins() -> None:
    same = [Item("1", "Madonna and Child"), Item("2", "Madonna and Child")]
    found = [Scored(candidate(item, 0.5, row), 0.5, row + 1) for row, item in enumerate(same)]
    kin = fold_twins(found, snapshot(same, {"text": units(2)}))
    assert kin.leaders == found
    assert not kin.twins
