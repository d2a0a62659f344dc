"""Pictures of items for people: decoded in a child process, made small, encoded anew."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING
from urllib.parse import quote

from agent.errors import MediaError
from agent.media.thumbnail import webp
from ui.errors.refusals import NotFound
from ui.service.root_path import root_path

if TYPE_CHECKING:
    from agent.recommender import RecommendationAgent
    from retrieval.items import Media

SIZES = (160, 320, 480, 960)
CACHE_BYTES = 48 * 1024 * 1024


class Thumbnails:
    """Small pictures, the latest ones kept in memory by the content that they were made of. Any thread may call."""

    def __init__(self, cache_bytes: int = CACHE_BYTES) -> None:
        self._lock = threading.Lock()
        self._pictures: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._size_bytes = 0
        self._cache_bytes = cache_bytes

    def of_item(self, agent: RecommendationAgent, item_id: str, n: int, size: int) -> tuple[bytes, str]:
        """The nth picture of an item, its longest side at most the next of `SIZES` pixels.

        Returns:
            WebP, and a name for exactly these bytes.

        Raises:
            NotFound: there is no such item or picture, or the picture cannot be decoded.
        """
        medium = _medium(agent, item_id, n)
        side = next((known for known in SIZES if known >= size), SIZES[-1])
        key = (medium.sha256 or medium.path, side)  # the same picture of two items is made once
        with self._lock:
            if key in self._pictures:
                self._pictures.move_to_end(key)
        data = self._pictures.get(key)
        if data is None:
            try:
                data = webp(agent.models.decoder.picture(medium.path), side)
            except MediaError as error:
                raise NotFound(error.what, error.hint) from error
            self._keep(key, data)
        return data, hashlib.sha256(f"{key[0]} {side}".encode()).hexdigest()[:24]

    def _keep(self, key: tuple[str, int], data: bytes) -> None:
        with self._lock:
            if key not in self._pictures:  # another caller may have made the same one meanwhile
                self._pictures[key] = data
                self._size_bytes += len(data)
            while self._size_bytes > self._cache_bytes:
                self._size_bytes -= len(self._pictures.popitem(last=False)[1])


def _medium(agent: RecommendationAgent, item_id: str, n: int) -> Media:
    item = agent.workspace.store.item(item_id)
    if item is None:
        raise NotFound(f"There is no item {item_id!r}.", "Give the id of an item of the catalog.")
    pictures = [medium for medium in item.media if medium.kind == "image" and not medium.problem]
    if n >= len(pictures):
        raise NotFound(f"The item {item_id!r} has {len(pictures)} pictures that can be shown.", "Ask for another one.")
    return pictures[n]


def picture_address(item_id: str, number: int) -> str:
    """Where a small copy of an item's picture is served; `number` counts its pictures from 0."""
    return f"{root_path.get()}/v1/items/{quote(item_id, safe='')}/picture?n={number}"
