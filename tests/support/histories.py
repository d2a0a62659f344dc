"""What is done to a store, step by step, and all that it answers, to be compared when something has gone wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from retrieval.interactions import Interaction
from retrieval.items import Description, Item, Media
from retrieval.storage.exchanges import StoredExchange
from retrieval.storage.store import Embedded, Store, StoredItem, StoredTurn

DIM = 16
Step = Callable[[Store], object]


def vector(name: str) -> np.ndarray:
    row = np.random.default_rng(list(name.encode())).normal(size=DIM).astype(np.float32)
    return row / np.linalg.norm(row)


def entry(name: str, title: str = "") -> StoredItem:
    photo = Description(f"{name:->64}", "image", "describer", "1", f"A picture of {name}.")
    item = Item(
        name,
        title or f"Title of {name}",
        description=f"What {name} is good for. " * 5,
        price=9.5,
        media=(Media("image", f"/media/{name}.png", f"{name}.png", None, photo.media),),
        descriptions=(photo,),
    )
    vectors = {"text": Embedded("m", (f"{name} {title}",), vector(f"{name} {title}")[None])}
    return StoredItem(item, f"digest of {title}", vectors)


def event(user: str, item: str, kind: str = "like") -> Interaction:
    return Interaction(user, item, kind, None, 1_000.0, None)


def exchange(user: str) -> StoredExchange:
    return StoredExchange(user, "A lamp", 1_000.0, '{"answer": "this one"}')


def seed(path: Path, n: int = 12) -> None:
    """Make a store that holds something of everything."""
    with Store.open(path) as store:
        store.put([entry(f"item {number}") for number in range(n)])
        store.put_interactions([event(user, f"item {number}") for user in ("ada", "bob") for number in range(4)])
        store.put_turn("talk", 1, StoredTurn("ada", '{"said": "a lamp"}'))
        store.put_exchange("talk", 1, exchange("ada"))
        store.set_blob("map", bytes(range(256)) * 8)
        store.set_setting("about", "a shop of lamps")


STEPS: Mapping[str, Step] = {
    "put": lambda store: store.put([entry(f"new {number}") for number in range(5)]),
    "replace": lambda store: store.put([entry("item 1", "Another title")]),
    "delete": lambda store: store.delete(["item 2", "item 3"]),
    "feedback": lambda store: store.put_interactions([event("cyd", "item 1")]),
    "withdraw": lambda store: store.withdraw("ada", "item 1", "like"),
    "forget": lambda store: store.delete_user("ada"),
    "opt out": lambda store: store.opt_out("ada", True),
    "turn": lambda store: store.put_turn("talk", 2, StoredTurn("ada", "{}")),
    "exchange": lambda store: store.put_exchange("talk", 2, exchange("ada")),
    "drop conversation": lambda store: store.drop_exchanges("talk", "ada", 0),
    "learn": lambda store: store.set_blob("map", b"another" * 700),
    "replace channel": lambda store: store.replace_channel("bridge", "fit", ["item 5"], vector("bridge")[None]),
    "settle": lambda store: store.settle(100),
}


def answers(store: Store) -> dict[str, object]:
    """Everything that a store answers."""
    channels = store.channels()
    vectors = {name: store.vectors(name) for name in channels}
    return {
        "items": list(store.items()),
        "digests": store.digests(),
        "channels": channels,
        "vectors": {name: (ids, matrix.tolist()) for name, (ids, matrix) in vectors.items()},
        "embedded": {name: sorted(store.embedded(name)) for name in store.digests()},
        "events": list(store.interactions()),
        "people": {user: store.rows_of(user) for user in ("ada", "bob", "cyd")},
        "opted out": store.who_opted_out(),
        "turns": store.turns("talk"),
        "exchanges": store.exchanges("talk", "ada"),
        "map": store.blob("map"),
        "about": store.setting("about"),
        "pending": [(change.channel, change.item, change.parts) for change in store.pending()],
    }
