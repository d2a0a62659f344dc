"""Remote addresses as input of a server: off by default."""

from __future__ import annotations

import pytest

from agent.errors import MediaError
from agent.media.remote_files import RemoteFiles
from ui.service.limits import Limits
from ui.service.remote_files import remote


def test_remote_addresses_are_off_by_default_and_the_refusal_says_how_to_send_a_file() -> None:
    with pytest.raises(MediaError, match="fetches none") as caught:
        remote(Limits())("http://public.example/a.png")
    assert "data:" in caught.value.hint


def test_where_they_are_allowed_the_limits_of_the_server_count() -> None:
    fetch = remote(Limits(remote_urls=True, upload_bytes=7))
    assert isinstance(fetch, RemoteFiles)
    assert fetch.max_bytes == 7
