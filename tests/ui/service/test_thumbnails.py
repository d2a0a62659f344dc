"""Small pictures: never larger than asked for by much, never enlarged, and made once for each content."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from agent.errors import MediaError
from agent.media.decoded import Picture
from retrieval.items import Item, Media
from ui.errors.refusals import NotFound
from ui.service.thumbnails import Thumbnails, picture_address, webp


def picture(width: int, height: int) -> Picture:
    return Picture("0" * 64, np.zeros((height, width, 3), np.uint8), width, height)


def size(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data), formats=("WEBP",)) as opened:
        return opened.size


def agent_of(*items: Item) -> Any:
    """As much of an agent as pictures are asked of, and the paths that it has decoded."""
    decoded: list[str] = []

    def decode(path: str) -> Picture:
        decoded.append(path)
        if "broken" in path:
            raise MediaError("The picture is damaged.", "Send another.")
        return picture(900, 600)

    store = SimpleNamespace(item={item.id: item for item in items}.get)
    models = SimpleNamespace(decoder=SimpleNamespace(picture=decode))
    return SimpleNamespace(workspace=SimpleNamespace(store=store), models=models, decoded=decoded)


def test_a_picture_keeps_its_shape_and_is_never_enlarged() -> None:
    assert size(webp(picture(900, 600), 300)) == (300, 200)
    assert size(webp(picture(40, 90), 480)) == (40, 90)


@pytest.mark.parametrize(("asked", "side"), [(1, 160), (160, 160), (161, 320), (960, 900), (5_000, 900)])
def test_the_next_size_that_there_is_is_given(asked: int, side: int) -> None:
    agent = agent_of(Item("1", "One", media=(Media("image", "/a.jpg", "a.jpg"),)))
    data, _ = Thumbnails().of_item(agent, "1", 0, asked)
    assert max(size(data)) == side


def test_the_same_content_is_decoded_once_for_all_items_that_show_it() -> None:
    shared = [Item(id, "Same", media=(Media("image", f"/{id}.jpg", "a.jpg", sha256="5"),)) for id in ("1", "2")]
    agent, thumbnails = agent_of(*shared), Thumbnails()
    first, second = (thumbnails.of_item(agent, id, 0, 160) for id in ("1", "2"))
    assert first == second
    assert agent.decoded == ["/1.jpg"]
    assert thumbnails.of_item(agent, "1", 0, 320)[1] != first[1]  # another size has another name


def test_only_pictures_that_can_be_shown_are_counted() -> None:
    media = (
        Media("audio", "/a.ogg", "a.ogg"),
        Media("image", "/gone.jpg", "gone.jpg", problem="It is not there."),
        Media("image", "/a.jpg", "a.jpg"),
    )
    agent = agent_of(Item("1", "One", media=media))
    Thumbnails().of_item(agent, "1", 0, 160)
    assert agent.decoded == ["/a.jpg"]
    with pytest.raises(NotFound, match="'1' has 1 pictures"):
        Thumbnails().of_item(agent, "1", 1, 160)


def test_what_cannot_be_shown_is_not_there() -> None:
    agent = agent_of(Item("1", "One", media=(Media("image", "/broken.jpg", "a.jpg"),)))
    for item_id, why in (("1", "damaged"), ("2", "no item '2'")):
        with pytest.raises(NotFound, match=why):
            Thumbnails().of_item(agent, item_id, 0, 160)


def test_a_cache_that_is_too_small_gives_pictures_all_the_same() -> None:
    agent, thumbnails = agent_of(Item("1", "One", media=(Media("image", "/a.jpg", "a.jpg"),))), Thumbnails(0)
    assert thumbnails.of_item(agent, "1", 0, 160) == thumbnails.of_item(agent, "1", 0, 160)
    assert agent.decoded == ["/a.jpg"] * 2


def test_an_address_holds_any_id() -> None:
    assert picture_address("a/b?c d", 2) == "/v1/items/a%2Fb%3Fc%20d/picture?n=2"
