"""Examples to begin with, made from the catalog at hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ui.page.chat.exchange import MediumKind
from ui.page.shared.words import Words

if TYPE_CHECKING:
    from retrieval.items import Item
    from retrieval.snapshot import Snapshot

MOST = 4
MIN_TITLE_CHARS, MAX_CHARS = 8, 50
LOOKED_AT = 2_000  # items, for what their fields mostly say


@dataclass(frozen=True, slots=True)
class ExampleRequest:
    """A request that works on the catalog.

    Attributes:
        label: On its button.
        text: What is asked; empty where a file says it.
        kind: Of the file.
        path: The file; None where there is none.
        thumbnail: A picture for the button, as an address.
        sign: Name of the sign on the button.
    """

    label: str
    text: str = ""
    kind: MediumKind = "picture"
    path: Path | None = None
    thumbnail: str = ""
    sign: str = "words"


def examples(snapshot: Snapshot, words: Words) -> list[ExampleRequest]:
    """A few requests that the items of a catalog answer."""
    from agent.demo import artworks

    row = snapshot.rows.get(artworks.DETAIL_OF)
    demo = list(_demo(words, snapshot.items[row])) if row is not None else []
    return demo or list(dict.fromkeys(_of_catalog(snapshot)))[:MOST]


def _demo(words: Words, item: Item) -> Iterator[ExampleRequest]:
    """Those of the demonstration, where the item is of its catalog; its folder is that of the item's picture."""
    from agent.demo.requests import requests

    folder = Path(item.media[0].path).parent.parent if item.media else Path()
    if not (folder / "detail.jpg").is_file():
        return
    for _, turn in requests(folder, 1):
        if turn.text:
            yield ExampleRequest(turn.text, turn.text)
        elif turn.images:
            yield ExampleRequest(words("welcome.picture"), kind="picture", path=Path(turn.images[0]), sign="picture")
        elif turn.audio:
            yield ExampleRequest(words("welcome.spoken"), kind="sound", path=Path(turn.audio), sign="sound")


def _of_catalog(snapshot: Snapshot) -> Iterator[ExampleRequest]:
    """A title, the commonest category, and the commonest values of fields that hold several."""
    titles = (item.title for item in snapshot.items[:: max(1, len(snapshot.items) // 50)])
    title = next((text for text in titles if MIN_TITLE_CHARS <= len(text) <= MAX_CHARS), "")
    if title:
        yield ExampleRequest(title, title)
    for field in snapshot.schema.filterable():
        tells = field.name == "category" or field.type == "list"
        if tells and not field.hidden and (value := _commonest(snapshot, field.name)):
            yield ExampleRequest(value, value)
    if len(later := [item.title for item in snapshot.items[-50:] if len(item.title) <= MAX_CHARS]) > 1:
        yield ExampleRequest(later[0], later[0])


def _commonest(snapshot: Snapshot, name: str) -> str:
    """The value that most of some items have; empty where they have little in common."""
    looked_at = snapshot.items[:LOOKED_AT]
    values = (item.value(name) for item in looked_at)
    texts = (text for value in values for text in (value if isinstance(value, tuple) else (value,)))
    counts = Counter(text for text in texts if isinstance(text, str))
    ((best, n),) = counts.most_common(1) or [("", 0)]
    return best if n > 0.05 * len(looked_at) and len(best) <= MAX_CHARS else ""
