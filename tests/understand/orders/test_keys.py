"""Keys: which field of a catalog tells what people order by."""

from __future__ import annotations

import pytest

from agent.understand.orders.keys import keys
from agent.understand.vocabulary import Vocabulary
from retrieval.schema import Field, Schema


def field_of(key: str, **fields: str) -> str | None:
    vocabulary = Vocabulary.build(Schema([Field.of(name, kind) for name, kind in fields.items()]))  # type: ignore[arg-type]
    field = keys()[key].field(vocabulary)
    return field.name if field else None


@pytest.mark.parametrize(
    ("key", "fields", "name"),
    [
        ("price", {"cost": "number"}, "cost"),
        ("rating", {"n_ratings": "integer", "score": "number"}, "score"),
        ("rating", {"n_ratings": "integer"}, None),
        ("popularity", {"n_ratings": "integer", "score": "number"}, "n_ratings"),
        ("duration", {"cooking_time": "integer"}, "cooking_time"),
        ("duration", {"cooking_time": "category"}, None),
        ("length", {"pages": "integer"}, "pages"),
        ("weight", {"package_weight": "number"}, None),
        ("weight", {"cable_weight_kg": "number", "weight_kg": "number"}, "weight_kg"),
        ("rating", {"surge_energy_rating": "number"}, None),
        ("untold", {"price": "number"}, None),
    ],
)
def test_the_field_that_tells_a_key(key: str, fields: dict[str, str], name: str | None) -> None:
    assert field_of(key, **fields) == name
