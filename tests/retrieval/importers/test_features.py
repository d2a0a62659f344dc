"""Tables of features beside an MMRec file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retrieval.errors import InteractionsError
from retrieval.importers import features
from retrieval.importers.features import FeatureFile, feature_files


def test_every_table_beside_the_file_is_looked_through_in_order_of_name(tmp_path: Path) -> None:
    np.save(tmp_path / "text_feat.npy", np.ones((3, 2)))
    np.save(tmp_path / "image_feat.npy", np.ones((3, 4), dtype=np.int8))
    np.save(tmp_path / "other.npy", np.ones((3, 4)))
    assert feature_files(tmp_path / "baby.inter") == [
        FeatureFile("image_feat.npy", 3, 4, 0),
        FeatureFile("text_feat.npy", 3, 2, 0),
    ]


def test_an_item_whose_row_is_zero_or_no_number_has_no_features(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features, "_CHUNK", 2)
    table = np.ones((5, 3), dtype=np.float32)
    table[0, 1], table[2], table[4, 0] = np.inf, 0, np.nan
    np.save(tmp_path / "image_feat.npy", table)
    (file,) = feature_files(tmp_path / "baby.inter")
    assert (file.n_items, file.n_missing) == (5, 3)


def test_a_file_without_tables_beside_it_has_none(tmp_path: Path) -> None:
    assert feature_files(tmp_path / "baby.inter") == []


@pytest.mark.parametrize(
    ("table", "what"),
    [
        (np.ones(5), r"has shape \(5,\) and type float64, not one row of numbers per item"),
        (np.array([["a", "b"]]), "not one row of numbers per item"),
        (np.array([[None]], dtype=object), "is no table of features"),
    ],
)
def test_what_is_no_table_of_numbers_is_refused(tmp_path: Path, table: np.ndarray, what: str) -> None:
    np.save(tmp_path / "text_feat.npy", table, allow_pickle=True)
    with pytest.raises(InteractionsError, match=what):
        feature_files(tmp_path / "baby.inter")


def test_a_damaged_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text_feat.npy").write_bytes(b"no array")
    with pytest.raises(InteractionsError, match="is no table of features") as caught:
        feature_files(tmp_path / "baby.inter")
    assert caught.value.hint == "Write it with numpy.save."
