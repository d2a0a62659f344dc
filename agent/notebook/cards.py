"""An answer as a notebook shows it: cards with small pictures inside of the document, every text escaped."""

from __future__ import annotations

import atexit
import base64
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from agent.errors import MediaError
from agent.media.decoder import MediaDecoder
from agent.media.thumbnail import webp

SIDE_PX = 160
MOST_PICTURES = 24  # of one answer: a document that holds more is slow to open


def cards(answer: Mapping[str, Any]) -> str:
    """An answer as HTML.

    Args:
        answer: As `Answer.to_dict` gives it.
    """
    shown = [
        {**entry, "picture": _picture(entry["item"]) if entry["rank"] <= MOST_PICTURES else ""}
        for entry in answer["recommendations"]
    ]
    notes = [note for note in answer["notes"] if note not in answer["reply"]]
    return _template().render(reply=answer["reply"], notes=notes, recommendations=shown)


def _picture(item: Mapping[str, Any]) -> str:
    """The first picture of an item as a data address; empty where it has none that can be shown."""
    path = next((medium["path"] for medium in item["media"] if medium["kind"] == "image" and not medium["problem"]), "")
    if not path:
        return ""
    try:
        small = webp(_decoder().picture(path), SIDE_PX)
    except MediaError:
        return ""  # the card stands without it
    return f"data:image/webp;base64,{base64.b64encode(small).decode()}"


@cache
def _decoder() -> MediaDecoder:
    """One for all answers that are shown: its processes take a second to start."""
    decoder = MediaDecoder(children=1)
    atexit.register(decoder.close)
    return decoder


@cache
def _template() -> Template:
    environment = Environment(loader=PackageLoader(__package__, "."), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("cards.html")


__all__ = ["cards"]
