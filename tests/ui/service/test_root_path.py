"""Addresses in answers begin with the path under which a proxy shows the server."""

from __future__ import annotations

from ui.service.root_path import root_path
from ui.service.thumbnails import picture_address


def test_a_picture_is_found_under_the_path_of_its_call() -> None:
    token = root_path.set("/shop")
    try:
        assert picture_address("a/b", 0) == "/shop/v1/items/a%2Fb/picture?n=0"
    finally:
        root_path.reset(token)
    assert picture_address("a/b", 0) == "/v1/items/a%2Fb/picture?n=0"
