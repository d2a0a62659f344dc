"""Examples to begin with, made from the catalog at hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ui.page.exchange import MediumKind
from ui.page.words import Words

if TYPE_CHECKING:
    from agent.recommender import RecommendationAgent

MOST = 4
MOST_TITLE_CHARS = 50


@dataclass(frozen=True, slots=True)
class Example:
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


def examples(agent: RecommendationAgent, words: Words) -> list[Example]:
    """A few requests; none where there are no items."""
    snapshot = agent.steps.snapshot if agent.workspace.store.count() else None
    if snapshot is None:
        return []
    from agent.demo import artworks

    if artworks.DETAIL_OF in snapshot.rows:
        return list(_demo(words, snapshot.items[snapshot.rows[artworks.DETAIL_OF]].media[0].path))
    return list(_of_catalog(agent))


def _demo(words: Words, picture: str) -> Iterator[Example]:
    """Those of the demonstration; its folder is that of the catalog's pictures."""
    from agent.demo.requests import requests

    folder = Path(picture).parent.parent
    for _, turn in requests(folder, 1):
        if turn.text:
            yield Example(turn.text, turn.text)
        elif turn.images and Path(turn.images[0]).is_file():
            yield Example(words("welcome.picture"), kind="picture", path=Path(turn.images[0]), sign="picture")
        elif turn.audio:
            yield Example(words("welcome.spoken"), kind="sound", path=Path(turn.audio), sign="sound")


def _of_catalog(agent: RecommendationAgent) -> Iterator[Example]:
    """By the commonest values of its fields, and by a title."""
    snapshot = agent.steps.snapshot
    for field in snapshot.schema.filterable():
        if field.type in ("category", "list") and field.values and not field.hidden:
            common = _commonest(agent, field.name)
            if common:
                yield Example(common, common)
        if field.type == "number" and field.minimum is not None and field.maximum is not None:
            middle = (field.minimum + field.maximum) / 2
            yield Example(f"{field.name} <= {middle:.0f}", f"{field.name} <= {middle:.0f}")
    title = next((one.title for one in snapshot.items if len(one.title) <= MOST_TITLE_CHARS), "")
    if title:
        yield Example(title, title)


def _commonest(agent: RecommendationAgent, name: str) -> str:
    counts: dict[str, int] = {}
    for item in agent.steps.snapshot.items:
        value = item.value(name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, str):
                counts[one] = counts.get(one, 0) + 1
    return max(counts, key=lambda one: counts[one], default="")
