"""Pictures by address: fetched once, kept, found again; what is not to be had is told and costs no item."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.config import load_config
from agent.errors import MediaError
from agent.ingest.catalog import FETCHING, IngestProgress, IngestReport, ingest
from agent.ingest.fetched_media import FetchedMedia, wanted_media, web_fetch
from agent.media.remote_files import RemoteFiles, is_within_reach
from retrieval.items import Item, Media
from retrieval.storage.workspace import Workspace
from tests.support.made_media import encoded, photo
from tests.support.picture_server import Shop, served
from tests.support.worded import WordedModels

FILES: dict[str, bytes | int] = {f"/{number}.jpg": encoded(photo(seed=number)) for number in range(6)} | {
    "/page.jpg": b"<!DOCTYPE html><title>Not here</title>",
    "/gone.jpg": 404,
    "/with%20blank.png": encoded(photo(seed=9), "PNG"),
}
NEAR = RemoteFiles(allowed=is_within_reach)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(tmp_path / "w", create=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with served(FILES) as server:
        yield server


def table(folder: Path, *cells: str) -> Path:
    """A table as shops export it, with a picture's address in each row."""
    path = folder / "export.csv"
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["id", "title", "image"])
        out.writerows([[str(row), f"Thing {row}", cell] for row, cell in enumerate(cells, start=1)])
    return path


def taken(path: Path, workspace: Workspace, **options: object) -> IngestReport:
    models = WordedModels()
    try:
        return ingest(path, workspace, models, **options)  # type: ignore[arg-type]
    finally:
        models.close()


def media(workspace: Workspace, id_: str) -> tuple[Media, ...]:
    item = workspace.store.item(id_)
    assert item is not None
    return item.media


def test_a_table_with_addresses_has_its_pictures(workspace: Workspace, shop: Shop, tmp_path: Path) -> None:
    cells = (f"{shop.address}/0.jpg", f"{shop.address}/1.jpg, {shop.address}/2.jpg", f"{shop.address}/with blank.png")
    report = taken(table(tmp_path, *cells), workspace, fetch=NEAR)
    assert report.fetched is not None
    assert (report.fetched.fetched, report.fetched.known, report.fetched.failed) == (4, 0, 0)
    assert report.problems == []
    assert [medium.name for medium in media(workspace, "2")] == [f"{shop.address}/1.jpg", f"{shop.address}/2.jpg"]
    for id_ in "123":
        assert all(medium.sha256 and Path(medium.path).is_file() for medium in media(workspace, id_))
        assert workspace.store.item(id_).descriptions  # type: ignore[union-attr]


def test_what_was_fetched_is_not_fetched_again_and_used_without_asking(
    workspace: Workspace, shop: Shop, tmp_path: Path
) -> None:
    path = table(tmp_path, f"{shop.address}/0.jpg", f"{shop.address}/0.jpg")
    taken(path, workspace, fetch=NEAR)
    shop.asked.clear()
    again = taken(path, workspace, fetch=NEAR)
    assert (again.fetched and again.fetched.known, again.unchanged, shop.asked) == (1, 2, [])
    without = taken(path, workspace)
    assert (without.fetched, without.unchanged, without.problems) == (None, 2, [])


def test_what_is_not_to_be_had_is_told_by_row_and_no_item_is_lost(
    workspace: Workspace, shop: Shop, tmp_path: Path
) -> None:
    path = table(tmp_path, f"{shop.address}/gone.jpg", f"{shop.address}/page.jpg", "http://10.0.0.1.nip/a.jpg", "a.jpg")
    report = taken(path, workspace, fetch=NEAR)
    assert (report.added, report.fetched and report.fetched.failed) == (4, 3)
    assert [problem.line for problem in report.problems] == [2, 3, 4, 5]
    reasons = [problem.reason for problem in report.problems]
    assert "was not fetched ('127.0.0.1' answered with status 404)" in reasons[0]
    assert "sent no picture, sound or video of a kind that can be read but a web page" in reasons[1]
    assert "is not known to the network" in reasons[2]


def test_nothing_is_fetched_unasked_or_from_nearer_than_the_settings_say(
    workspace: Workspace, shop: Shop, tmp_path: Path
) -> None:
    path = table(tmp_path, f"{shop.address}/3.jpg")
    shop.asked.clear()
    (problem,) = taken(path, workspace).problems
    assert "is an address, not a file" in problem.reason
    assert "--fetch-media" in problem.hint
    (problem,) = taken(path, workspace, fetch=web_fetch(load_config())).problems
    assert "is no address of the public internet" in problem.reason
    assert shop.asked == []
    assert taken(path, workspace, fetch=web_fetch(load_config(fetch_private=True))).problems == []
    assert shop.asked == ["/3.jpg"]


def test_a_run_that_is_stopped_goes_on_where_it_was(workspace: Workspace, shop: Shop, tmp_path: Path) -> None:
    path = table(tmp_path, *(f"{shop.address}/{number}.jpg" for number in range(6)))

    def stop(progress: IngestProgress) -> None:
        if progress == IngestProgress(FETCHING, 3, 6):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        taken(path, workspace, fetch=NEAR, progress=stop)
    report = taken(path, workspace, fetch=NEAR)
    assert report.fetched is not None
    assert (report.fetched.known, report.fetched.fetched, report.added) == (3, 3, 6)


def test_a_run_fetches_so_much_and_the_next_goes_on(workspace: Workspace) -> None:
    wanted = [("image", f"https://shop.example/{number}.jpg") for number in range(4)]
    files = {address: encoded(photo(seed=number)) for number, (_, address) in enumerate(wanted)}
    some = FetchedMedia(workspace, most_files=2)
    report = some.fetch(wanted, files.__getitem__, lambda done, total: None)  # type: ignore[arg-type]
    assert (report.fetched, report.failed) == (2, 2)
    assert "the next goes on" in (some("image", wanted[3][1]).problem or "")
    light = FetchedMedia(workspace, most_bytes=len(files[wanted[2][1]]))
    report = light.fetch(wanted, files.__getitem__, lambda done, total: None)  # type: ignore[arg-type]
    assert (report.known, report.fetched, report.failed) == (2, 1, 1)


def test_a_file_of_another_kind_is_no_picture(workspace: Workspace) -> None:
    fetched = FetchedMedia(workspace)
    address = "https://shop.example/a.jpg"
    report = fetched.fetch([("image", address)], lambda _: b"RIFF\x24\x00\x00\x00WAVEfmt ", lambda done, total: None)
    assert report.failed == 1
    assert (fetched("image", address).problem or "").startswith("is WAV sound")

    def refuse(_: str) -> bytes:
        raise MediaError("The remote address was not fetched: 'shop.example' is asleep.", "Wake it.")

    fetched.fetch([("image", address)], refuse, lambda done, total: None)
    assert fetched("image", address).problem == "was not fetched ('shop.example' is asleep)"


def test_the_first_picture_of_every_item_comes_before_any_second_one() -> None:
    items = [
        Item(str(at), "Thing", media=tuple(Media("image", "", f"https://a.example/{at}{name}") for name in names))
        for at, names in enumerate(("ab", "c", ""))
    ]
    items.append(Item("9", "Thing", media=(Media("image", "/c/a.jpg", "a.jpg"),)))
    addresses = [address for _, address in wanted_media(items)]
    assert addresses == ["https://a.example/0a", "https://a.example/1c", "https://a.example/0b"]
