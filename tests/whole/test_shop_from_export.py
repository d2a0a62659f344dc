"""From an empty folder to a shop's page: an export with addresses of pictures, one command, a server, one line."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.made_media import encoded, photo
from tests.support.patience import PATIENCE_S
from tests.support.picture_server import served
from tests.support.places import ROOT
from tests.support.servers import Server, serving
from tests.whole.test_widget import opened, shop_page, unexpected, wish

if TYPE_CHECKING:
    from tests.support.person import Visit

HEADER = (
    "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,"
    "Variant SKU,Variant Price,Image Src,Image Position,Status"
)
GOODS = (
    ("brass-lantern", "Brass lantern", "Lamps", "<p>Warm light for a <b>harbour</b> wall.</p>", "39.00"),
    ("wool-throw", "Wool throw", "Textiles", "<p>Soft &amp; heavy, for cold evenings.</p>", "89.00"),
    ("oak-stool", "Oak stool", "Seats", "<p>Three legs, oiled.</p>", "120.00"),
    ("linen-apron", "Linen apron", "Kitchen", "<ul><li>Washed linen</li><li>Two pockets</li></ul>", "45.50"),
)


def export(address: str) -> str:
    """A shop's own export, whose lantern comes in two sizes."""
    rows = [
        f'{handle},{title},"{body}",Nord,{kind},,true,Size,Small,{handle}-S,{price},{address}/{handle}.jpg,1,active'
        for handle, title, kind, body, price in GOODS
    ]
    large = f"brass-lantern,,,,,,,,Large,brass-lantern-L,59.00,{address}/large.jpg,2,active"
    return "\n".join([HEADER, rows[0], large, *rows[1:], ""])


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one command makes of the export."""
    folder = tmp_path_factory.mktemp("empty")
    names = [*(handle for handle, *_ in GOODS), "large"]
    with served({f"/{name}.jpg": encoded(photo(seed=at)) for at, name in enumerate(names)}) as pictures:
        (folder / "products_export.csv").write_text(export(pictures.address), encoding="utf-8")
        command = [sys.executable, "-m", "agent", "ingest", "products_export.csv", "-w", "w", "--fetch-media", "--json"]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "agent" / "public")])}
        done = subprocess.run(
            command,
            cwd=folder,
            env={**environment, "TASTEMAKER_FETCH_PRIVATE": "true"},
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["added"], report["fetched"]["fetched"], report["fetched"]["failed"]) == (4, 5, 0)
    assert report["taken"]["format"] == "Shopify"
    return folder / "w"


@pytest.fixture(scope="module")
def shop(workspace: Path) -> Iterator[tuple[str, Server]]:
    """A shop's page, and the server that it asks."""
    page = workspace.parent / "page"
    page.mkdir()
    (page / "favicon.ico").touch()
    with (
        shop_page(page) as address,
        serving(workspace, "--llm", "none", "--public", "--allow-origin", address) as server,
    ):
        example = (ROOT / "docs" / "widget.html").read_text(encoding="utf-8")
        (page / "index.html").write_text(example.replace("http://127.0.0.1:7860", server.url), encoding="utf-8")
        server.wait_for("/readyz")
        yield address, server


def test_the_shops_page_recommends_what_the_export_holds(visit: Visit, shop: tuple[str, Server]) -> None:
    from playwright.sync_api import expect

    address, server = shop
    person, page = opened(visit, address)
    wish(page, "something warm for cold evenings")
    first = page.get_by_role("article").first
    expect(page.get_by_text("shown: ").first).to_be_visible()
    expect(first).to_contain_text("Wool throw")
    expect(first).to_contain_text("89")
    page.wait_for_function(
        "image => image.complete && image.naturalWidth > 0", arg=first.locator("img").element_handle()
    )
    wish(page, "a lamp under 50")
    expect(page.get_by_role("article").last).to_contain_text("Brass lantern")
    expect(page.get_by_role("log")).to_contain_text("price < 50")  # as people write a limit
    said = page.get_by_role("log").inner_text()
    assert not re.search("<[a-z/]", said)
    assert unexpected(person, server) == []
