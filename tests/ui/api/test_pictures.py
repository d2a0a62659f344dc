"""Pictures of items over HTTP: small, encoded anew, and never the file itself."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from starlette.testclient import TestClient

from retrieval.items import Item, Media
from retrieval.storage.store import StoredItem
from tests.support.apishelf import OpenService, word_agent
from ui.api.pictures import CACHING
from ui.app import create_app
from ui.guard.access import Access
from ui.service.thumbnails import SIZES, Thumbnails

HERE = "http://127.0.0.1:7860"
SECRET = b"a note in the file that is no part of the picture"


@pytest.fixture(scope="module")
def pictured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenService]:
    folder = tmp_path_factory.mktemp("pictures")
    paths = {name: folder / f"{name}.jpg" for name in ("red", "blue", "broken")}
    for name in ("red", "blue"):
        Image.new("RGB", (900, 600), name).save(paths[name], "JPEG", comment=SECRET)
    paths["broken"].write_bytes(b"\xff\xd8\xff broken")
    agent = word_agent(folder / "workspace")
    agent.put_items([{"id": "a/b", "title": "Two"}, {"id": "c", "title": "Broken"}, {"id": "d", "title": "Bare"}])
    two = tuple(Media("image", str(paths[name]), f"{name}.jpg") for name in ("red", "blue"))
    broken = (Media("image", str(paths["broken"]), "broken.jpg"),)
    agent.workspace.store.put(
        [StoredItem(Item("a/b", "Two", media=two), "x", {}), StoredItem(Item("c", "Broken", media=broken), "x", {})]
    )
    service = OpenService(agent)
    yield service
    assert service.close()


@pytest.fixture
def client(pictured: OpenService) -> TestClient:
    return TestClient(create_app(pictured, Access(), page=False), HERE)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content), formats=("WEBP",))


def test_a_picture_is_small_and_made_anew(client: TestClient) -> None:
    answer = client.get("/v1/items/a%2Fb/picture?size=300")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/webp"
    assert SECRET not in answer.content
    assert opened(answer.content).size == (320, 213)


def test_each_of_several_pictures_has_a_number(client: TestClient) -> None:
    colours = [
        opened(client.get(f"/v1/items/a%2Fb/picture?n={n}").content).convert("RGB").getpixel((9, 9)) for n in (0, 1)
    ]
    (red, _, _), (_, _, blue) = colours
    assert red > 200
    assert blue > 200
    assert client.get("/v1/items/a%2Fb/picture?n=2").status_code == 404


@pytest.mark.parametrize("item", ["c", "d", "nobody"])
def test_where_nothing_can_be_shown_that_is_a_problem_document(client: TestClient, item: str) -> None:
    answer = client.get(f"/v1/items/{item}/picture")
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:tastemaker:NotFound"


def test_a_browser_that_has_it_is_told_so(client: TestClient) -> None:
    tag = client.get("/v1/items/a%2Fb/picture").headers["etag"]
    again = client.get("/v1/items/a%2Fb/picture", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_browser_keeps_a_picture_for_itself_under_a_tag_for_each_size(client: TestClient) -> None:
    small, large, again = (client.get(f"/v1/items/a%2Fb/picture?size={size}") for size in (160, 320, 160))
    assert small.headers["cache-control"] == CACHING["cache-control"]
    assert "private" in CACHING["cache-control"]
    assert small.headers["etag"] == again.headers["etag"] != large.headers["etag"]


@pytest.mark.parametrize("wrong", [f"size={SIZES[-1] + 1}", "size=0", "n=-1", "n=first", "width=300"])
def test_a_picture_that_is_asked_for_wrongly_is_refused_with_the_place(client: TestClient, wrong: str) -> None:
    answer = client.get(f"/v1/items/a%2Fb/picture?{wrong}")
    assert answer.status_code == 422
    assert wrong.split("=")[0] in answer.json()["title"]


def test_what_was_made_is_kept_within_bounds(pictured: OpenService) -> None:
    thumbnails = Thumbnails(cache_bytes=2_000)
    first, name = thumbnails.of_item(pictured.agent, "a/b", 0, 480)
    assert thumbnails.of_item(pictured.agent, "a/b", 0, 480) == (first, name)
    for size in (160, 320, 480, 960):
        thumbnails.of_item(pictured.agent, "a/b", 1, size)
    assert sum(map(len, thumbnails._pictures.values())) <= 2_000


def test_a_broken_picture_names_no_path(pictured: OpenService, client: TestClient) -> None:
    path = str(Path(pictured.workspace).parent)
    assert path not in client.get("/v1/items/c/picture").text
