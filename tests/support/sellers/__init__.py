"""What sellers write: honest sentences, orders to machines, praise, and texts that repeat or hide; made for tests.

Half of each, by the hash of a sentence, is for building; the other half is only judged by.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

Half = Literal["building", "held"]


@cache
def read(name: str) -> Mapping[str, Any]:
    """A file of this folder."""
    content: Mapping[str, Any] = yaml.safe_load((files(__package__) / f"{name}.yaml").read_text(encoding="utf-8"))
    return content


def half_of(text: str) -> Half:
    """The half that a text belongs to."""
    return "held" if hashlib.sha256(text.encode()).digest()[0] % 2 else "building"


def of_half(texts: Iterable[str], half: Half) -> list[str]:
    """Those of a half."""
    return [text for text in texts if half_of(text) == half]


def sentences_of(name: str, half: Half | None = None) -> Sequence[str]:
    """All sentences of a file, or those of a half."""
    texts = [text for own in read(name).values() for text in own]
    return texts if half is None else of_half(texts, half)
