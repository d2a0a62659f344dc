"""How much callers may ask of one server."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps of one server; what goes beyond is refused with 408, 413, 429 or 431.

    Attributes:
        at_once: Turns in work at the same time.
        elsewhere: Turns beside these that wait for another machine, as a model server is.
        waiting: Turns that may wait for one of these places.
        turn_s: Seconds one turn may take, waiting included.
        stop_s: Seconds that turns in work are given to end when the server is stopped.
        calls: HTTP calls that are open at the same time, waiting ones and streams included.
        connections: Connections that are open at the same time, idle ones included.
        address_connections: Of these, from one address.
        headers_s: Seconds within which the headers of a call have to be there whole.
        header_bytes: Their size.
        unread_s: Seconds that an answer may lie without its caller reading any of it.
        body_bytes: Size of a request's body.
        body_s: Seconds within which a body has to be there whole.
        body_idle_s: Seconds within which it has to come on.
        upload_bytes: Size of one file.
        upload_age_s: Seconds after which a file somebody sent is deleted.
        uploads_bytes: Size of all files that are kept at one time.
        remote_urls: Whether files behind remote addresses are fetched.
    """

    at_once: int = 4
    elsewhere: int = 12
    waiting: int = 64
    turn_s: float = 120.0
    stop_s: float = 5.0
    calls: int = 512
    connections: int = 768
    address_connections: int = 256
    headers_s: float = 10.0
    header_bytes: int = 32 * 1024
    unread_s: float = 60.0
    body_bytes: int = 64 * MIB
    body_s: float = 300.0
    body_idle_s: float = 15.0
    upload_bytes: int = 48 * MIB
    upload_age_s: float = 3600.0
    uploads_bytes: int = 2048 * MIB
    remote_urls: bool = False
