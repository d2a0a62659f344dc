"""Files that are not what they say, sent through the page: told in a sentence, and nothing of them runs."""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.pages import Chat

if TYPE_CHECKING:
    from tests.support.person import Visit
    from tests.support.servers import Server

SCRIPT = b'<svg xmlns="http://www.w3.org/2000/svg" onload="window.ran = 1"><script>window.ran = 1</script></svg>'


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 50,000 pixels wide and high."""

    def part(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", zlib.compress(bytes(6251))) + part(b"IEND", b"")


HOSTILE = {
    "script.svg": (SCRIPT, "is an SVG drawing"),
    "script.png": (SCRIPT, "is an SVG drawing"),
    "page.jpg": (b"<html><script>window.ran = 1</script></html>", "is a web page by its content"),
    "nothing.jpg": (b"", "is empty"),
    "bomb.png": (bomb(), "has 50000 x 50000 pixels"),
    "cut.png": (bomb()[:40], "is damaged"),
}


def test_hostile_files_are_refused_in_a_sentence_and_the_talk_goes_on(
    visit: Visit, server: Server, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    person = visit(server.url)
    chat = Chat(person.open())
    for name, (content, reason) in HOSTILE.items():
        (tmp_path / name).write_bytes(content)
        chat.choose(tmp_path / name)
        expect(chat.page.get_by_text(re.compile(f"'{name}' {reason}"))).to_be_visible()
        expect(chat.page.get_by_role("button", name="Take the file away")).to_have_count(0)
    expect(chat.page.get_by_text("HTTP")).to_have_count(0)
    chat.ask("people in a boat")
    expect(chat.card("Boating")).to_be_visible()
    assert chat.page.evaluate("window.ran") is None
    # a browser tells in its console of every request that is refused
    person.complaints[:] = [one for one in person.complaints if "422" not in one]


def test_a_refused_file_is_told_of_in_chinese_too(visit: Visit, server: Server, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    person = visit(server.url, locale="zh-CN")
    page = person.open()
    (tmp_path / "page.jpg").write_bytes(b"<html>")
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="添加图片").click()
    choosing.value.set_files(str(tmp_path / "page.jpg"))
    expect(page.get_by_text("无法使用这个文件")).to_be_visible()
    expect(page.get_by_text("HTTP")).to_have_count(0)
    person.complaints[:] = [one for one in person.complaints if "422" not in one]
