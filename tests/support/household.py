"""A small shop of household things whose items say different things about themselves."""

from __future__ import annotations

from retrieval.items import Item

HOUSEHOLD = (
    Item(
        "brook",
        "Brook kettle",
        "A steel kettle with a whistle. It holds two litres.",
        "Kettles",
        price=30.0,
        attributes={"maker": "Ardo", "tags": ("steel", "whistle")},
    ),
    Item(
        "alder",
        "Alder kettle",
        "An enamel kettle without a whistle.",
        "Kettles",
        price=45.0,
        attributes={"maker": "Bexley", "tags": ("enamel",)},
    ),
    Item(
        "heath",
        "Heath blanket",
        "A blanket of lambswool for cold evenings.",
        "Blankets",
        price=60.0,
        attributes={"maker": "Ardo", "tags": ("wool",)},
    ),
    Item(
        "moss",
        "Moss blanket",
        "A cotton blanket, washable.",
        "Blankets",
        price=25.0,
        attributes={"maker": "Carden"},
    ),
    Item(
        "fern",
        "Fern lamp",
        "A lamp with a linen shade.",
        "Lamps",
        price=80.0,
        attributes={"maker": "Bexley", "tags": ("linen",)},
    ),
    Item("reed", "Reed lamp", "A small lamp of brass.", "Lamps", price=35.0),
)
"""Two kettles, two blankets and two lamps; not all of them tell everything."""
