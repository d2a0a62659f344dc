"""The pictures of items, for a model that sees."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from agent.backends.chat.llava import LlavaModel
from agent.backends.protocols import ChatModel
from agent.media.decoded import Picture
from agent.media.decoder import MediaDecoder
from agent.rerank.exhibit import PicturesOf
from retrieval.items import Item


def pictures_of(decoder: MediaDecoder, most: int) -> PicturesOf:
    """Gives each item's first pictures, `most` of them; a file that cannot be read shows nothing."""

    def look(items: Sequence[Item]) -> list[tuple[Picture, ...]]:
        paths = [_paths(item)[:most] for item in items]
        decoded = iter(decoder.pictures(path for own in paths for path in own))
        return [tuple(shown for shown in islice(decoded, len(own)) if isinstance(shown, Picture)) for own in paths]

    return look


def sees(model: ChatModel, seeing: ChatModel | None) -> bool:
    """Whether a model can be shown pictures.

    Args:
        seeing: The model that describes pictures, where there is one: a server does not say what its models can do.
    """
    return isinstance(model, LlavaModel) or (seeing is not None and seeing.name == model.name)


def _paths(item: Item) -> list[str]:
    return [medium.path for medium in item.media if medium.kind == "image" and medium.problem is None]


__all__ = ["pictures_of", "sees"]
