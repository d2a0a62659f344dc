"""Whether a server fetches files behind remote addresses, and how."""

from __future__ import annotations

from agent.errors import MediaError
from agent.media.remote_files import Fetch, RemoteFiles
from ui.service.limits import Limits


def remote(limits: Limits) -> Fetch:
    """How remote addresses are fetched by a server of these limits; where they are not allowed, each is refused."""
    return RemoteFiles(max_bytes=limits.upload_bytes) if limits.remote_urls else _off


def _off(url: str) -> bytes:
    raise MediaError(
        f"{url[:80]!r} is a remote address, and this server fetches none.",
        "Send the file itself as a data: URL, or start the server with --allow-remote-urls.",
    )
