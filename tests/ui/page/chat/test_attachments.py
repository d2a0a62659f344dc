"""Files of a request: the sender's own, as many as one request can hold, and small pictures of them."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator

import pytest
from PIL import Image

from agent.errors import MediaError, RequestError
from tests.support.apishelf import OpenService
from tests.support.made_media import encoded, photo, tone, write_sound
from ui.errors.refusals import NotFound
from ui.page.chat.attachments import MOST_PICTURES, THUMBNAIL_PX, received, shown, still_there
from ui.page.chat.exchange import SentFile
from ui.service.uploads import Upload

ADA, BOB = "visitor-ada", "visitor-bob"
PICTURE = encoded(photo(480, 320), "PNG")


@pytest.fixture(autouse=True)
def nothing_left(shop: OpenService) -> Iterator[None]:
    yield
    for user in (ADA, BOB):
        shop.uploads.forget(user)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_sound(tmp_path_factory.mktemp("sound") / "wish.wav", tone(0.5), "pcm_s16le").read_bytes()


def sent(shop: OpenService, content: bytes, name: str, user: str = ADA) -> Upload:
    return shop.uploads.keep(content, user, name, {"picture", "sound", "video", "catalog"})


def test_files_are_told_by_their_content_in_the_order_sent(shop: OpenService, sound: bytes) -> None:
    uploads = [sent(shop, sound, "wish.txt"), sent(shop, PICTURE, "boat.jpg")]
    found = received([str(upload.path) for upload in uploads], ADA, shop)
    assert [(file.kind, file.name, file.thumbnail) for file in found] == [
        ("sound", "wish.wav", ""),
        ("picture", "boat.png", ""),
    ]


def test_a_request_holds_one_recording_and_so_many_pictures(shop: OpenService, sound: bytes) -> None:
    pictures = [str(sent(shop, PICTURE, "a.png").path)] * (MOST_PICTURES + 1)
    recordings = [str(sent(shop, sound, "a.wav").path)] * 2
    received([*pictures[1:], recordings[0]], ADA, shop)
    for paths in (pictures, recordings):
        with pytest.raises(RequestError, match=f"has {len(paths)} files"):
            received(paths, ADA, shop)


def test_a_table_is_no_part_of_a_request(shop: OpenService) -> None:
    table = sent(shop, b"id,title\n1,Lamp\n", "rows.csv")
    with pytest.raises(MediaError, match=r"rows\.csv is a catalog"):
        received([str(table.path)], ADA, shop)


def test_nobody_sends_the_file_of_another_or_of_the_machine(shop: OpenService) -> None:
    theirs = str(sent(shop, PICTURE, "a.png", BOB).path)
    for path in (theirs, "/etc/passwd", ""):
        with pytest.raises(NotFound):
            received([path], ADA, shop)


def test_what_has_expired_does_not_come_back_into_the_box(shop: OpenService) -> None:
    kept, gone, theirs = (sent(shop, PICTURE, "a.png", user) for user in (ADA, ADA, BOB))
    shop.uploads.drop(gone)
    files = [SentFile("picture", str(upload.path), "a.png") for upload in (gone, kept, theirs)]
    assert still_there(files, ADA, shop) == [str(kept.path)]


def test_a_picture_is_shown_small_and_made_small_once(shop: OpenService) -> None:
    upload = sent(shop, PICTURE, "a.png")
    small = shown(SentFile("picture", str(upload.path), "a.png"), shop)
    data = base64.b64decode(small.thumbnail.removeprefix("data:image/webp;base64,"))
    with Image.open(io.BytesIO(data), formats=("WEBP",)) as opened:
        assert opened.size == (THUMBNAIL_PX, THUMBNAIL_PX * 2 // 3)
    shop.uploads.drop(upload)
    assert shown(small, shop) is small  # also when the file is gone


def test_a_sound_has_no_picture(shop: OpenService, sound: bytes) -> None:
    file = SentFile("sound", str(sent(shop, sound, "a.wav").path), "a.wav")
    assert shown(file, shop) is file
