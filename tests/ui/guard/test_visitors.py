"""The cookies of browsers: signed with a key that only the server's user can read, and known again after a restart."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from ui.guard.visitors import KEY_FILE, VISITOR_COOKIE, VisitorCookies, visitor_of


def test_a_cookie_is_known_again_after_a_restart_and_nowhere_else(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    cookie = VisitorCookies(here).new()
    assert VisitorCookies(here).is_ours(cookie)
    assert not VisitorCookies(there).is_ours(cookie)
    assert (here / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in here.iterdir()] == [KEY_FILE]


def test_no_part_of_a_cookie_can_be_changed(tmp_path: Path) -> None:
    cookies = VisitorCookies(tmp_path)
    cookie, other = cookies.new(), cookies.new()
    secret, signature = cookie.split(".")
    forged = [
        *(cookie[:at] + ("A" if cookie[at] != "A" else "B") + cookie[at + 1 :] for at in range(len(cookie) - 1)),
        *(
            f"{other.split('.')[0]}.{signature}",
            secret,
            f"{secret}.",
            f".{signature}",
            signature,
            "",
            ".",
            f"{cookie}x",
        ),
        *(f"{secret}.{secret}.{signature}", f" {cookie}", "ключ.ключ"),
    ]
    assert not any(map(cookies.is_ours, forged))
    assert visitor_of({VISITOR_COOKIE: cookie}) != visitor_of({VISITOR_COOKIE: other})


@pytest.mark.parametrize("broken", [b"", b"short", b"x" * 33])
def test_a_key_that_is_not_whole_signs_nothing(tmp_path: Path, broken: bytes) -> None:
    (tmp_path / KEY_FILE).write_bytes(broken)
    cookie = VisitorCookies(tmp_path).new()
    assert len((tmp_path / KEY_FILE).read_bytes()) == 32
    assert VisitorCookies(tmp_path).is_ours(cookie)


def test_where_no_key_can_be_kept_visitors_are_served_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder")
    cookies = VisitorCookies(tmp_path / "file")
    with caplog.at_level(logging.WARNING):
        assert cookies.is_ours(cookies.new())
    assert "new ones after a restart" in caplog.text
