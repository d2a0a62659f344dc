"""Checkpoints: what is read back says the same, and what was trained on something else is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from agent.errors import FusionError
from retrieval.filters.columns import FilterColumns
from retrieval.fusion import Fusion
from retrieval.fusion.catalogue import LEARNED
from retrieval.fusion.checkpoint import Features, from_bytes, to_bytes
from retrieval.fusion.settings import Schedule
from retrieval.fusion.training import fit
from retrieval.snapshot import DenseTable, Snapshot
from tests.support import lessons
from tests.support.shelf import SCHEMA, numbered

TABLES = lessons.tables()
CASES = lessons.cases(TABLES)
MODELS = {"text": "a text model", "visual": "a picture model"}


def catalog(tables: Mapping[str, DenseTable], n: int = lessons.N_ITEMS) -> Snapshot:
    items = numbered(n)
    return Snapshot(
        SCHEMA,
        tuple(items),
        {item.id: row for row, item in enumerate(items)},
        tables,
        FilterColumns.build(items, SCHEMA),
    )


SNAPSHOT = catalog(TABLES)
FEATURES = Features.of(SNAPSHOT, MODELS)


@pytest.fixture(scope="module")
def trained() -> Mapping[str, Fusion]:
    return {
        name: fit(name, CASES[:40], CASES[40:], pool, schedule=Schedule(epochs=1, batch=16), weights={"text": 1.0})
        for name in LEARNED
    }


def pool(case: object) -> object:
    return lessons.pool(case, TABLES)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", LEARNED)
def test_what_is_read_back_says_the_same_to_the_last_bit(trained: Mapping[str, Fusion], name: str) -> None:
    saved = to_bytes(trained[name], FEATURES)  # type: ignore[arg-type]
    again = from_bytes(saved, SNAPSHOT, MODELS)
    for case in CASES[:5]:
        np.testing.assert_array_equal(again(pool(case)), trained[name](pool(case)))  # type: ignore[arg-type]
    assert again.name == name
    assert again.figures == trained[name].figures  # type: ignore[attr-defined]
    assert to_bytes(again, FEATURES) == saved  # type: ignore[arg-type]


def test_other_vectors_are_refused(trained: Mapping[str, Fusion]) -> None:
    saved = to_bytes(trained["network"], FEATURES)  # type: ignore[arg-type]
    other = catalog(lessons.tables(seed=5))
    with pytest.raises(FusionError, match="trained on 60 items whose vectors are not those of this catalog"):
        from_bytes(saved, other, MODELS)
    assert from_bytes(saved, other, MODELS, adapting=True).name == "network"


def test_other_models_are_refused_even_for_adapting(trained: Mapping[str, Fusion]) -> None:
    saved = to_bytes(trained["network"], FEATURES)  # type: ignore[arg-type]
    with pytest.raises(FusionError, match="text vectors of a text model, and this catalog's are of a newer one"):
        from_bytes(saved, SNAPSHOT, {**MODELS, "text": "a newer one"}, adapting=True)


def test_items_ingested_later_change_nothing(trained: Mapping[str, Fusion]) -> None:
    more = {}
    for name, table in TABLES.items():
        starts = np.append(table.starts, table.starts[-1] + 1)
        more[name] = DenseTable(np.concatenate([table.matrix, table.matrix[:1]]), starts)
    grown = catalog(more, lessons.N_ITEMS + 1)
    saved = to_bytes(trained["attention"], FEATURES)  # type: ignore[arg-type]
    assert from_bytes(saved, grown, MODELS).name == "attention"
    assert Features.of(grown, MODELS) != FEATURES


@pytest.mark.parametrize("cut", [0, 5, 100, -1])
def test_a_damaged_checkpoint_is_refused_in_one_sentence(trained: Mapping[str, Fusion], cut: int) -> None:
    saved = to_bytes(trained["attention"], FEATURES)  # type: ignore[arg-type]
    with pytest.raises(FusionError, match="cannot be read"):
        from_bytes(saved[:cut], SNAPSHOT, MODELS)


def test_a_checkpoint_of_a_newer_format_is_refused(trained: Mapping[str, Fusion]) -> None:
    saved = to_bytes(trained["attention"], FEATURES)  # type: ignore[arg-type]
    with pytest.raises(FusionError, match="has format 9"):
        from_bytes(saved.replace(rb"\"format\": 1", rb"\"format\": 9"), SNAPSHOT, MODELS)


def test_an_item_of_another_name_is_another_item() -> None:
    renamed = [replace(item, id=f"new {item.id}") for item in SNAPSHOT.items]
    assert Features.of(replace(SNAPSHOT, items=tuple(renamed)), MODELS).digest != FEATURES.digest
