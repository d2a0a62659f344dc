"""Examples to begin with, made from the catalog at hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ui.page.chat.exchange import MediumKind
from ui.page.chat.made_wishes import made_wishes
from ui.page.shared.words import Words

if TYPE_CHECKING:
    from retrieval.items import Item
    from retrieval.snapshot import Snapshot
    from ui.page.shared.reader import Reader

MOST = 6


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


def examples(snapshot: Snapshot, reader: Reader) -> list[ExampleRequest]:
    """A few requests that the items of a catalog answer: the shop's own, else such as are made from its items."""
    from agent.demo import artworks

    if own := reader.shop.wishes_in(reader.words.language):
        return [ExampleRequest(wish, wish) for wish in own[:MOST]]
    row = snapshot.rows.get(artworks.DETAIL_OF)
    demo = list(_demo(reader.words, snapshot.items[row])) if row is not None else []
    return demo or [ExampleRequest(wish, wish) for wish in made_wishes(snapshot, reader)]


def _demo(words: Words, item: Item) -> Iterator[ExampleRequest]:
    """The examples of the demonstration, where the item is of its catalog; its folder is that of the item's picture."""
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
