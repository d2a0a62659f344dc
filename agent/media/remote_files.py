"""Files behind remote addresses, fetched so that nobody can reach through this server what only it can reach.

An address is resolved once; every address it stands for must be one of the public internet; the connection goes to the
very address that was checked; and each redirect is looked at the same way.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from agent.errors import MediaError
from agent.media.file_type import HEAD_BYTES, sniff
from agent.media.limits import MIB

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Fetch = Callable[[str], bytes]
Resolver = Callable[[str, int], Sequence[str]]

NOT_FETCHED = "The remote address was not fetched: "
MAX_URL_CHARS = 2_048
MAX_REDIRECTS = 3
CHUNK_BYTES = 64 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
WEB_PORTS = {"http": 80, "https": 443}
FIRST_FREE_PORT = 1_024  # below it only the web's own: a mail server must not read what looks like mail

_UNSEEN = re.compile(r"[\x00-\x20\x7f-\x9f\\\s]")
_ACCEPTED = "image/*, audio/*, video/*"
_NUMBER = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.(?!-)[a-z0-9_-]{1,63})*")
# Public by their number, and yet doors to what is not: relays and translators into IPv4, servers inside a cloud.
_DOORS = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)
_PUBLIC_IPV6 = ipaddress.ip_network("2000::/3")
_ISATAP = (b"\x00\x00\x5e\xfe", b"\x02\x00\x5e\xfe")


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet, and to no way from there into a private network."""
    if any(address.version == door.version and address in door for door in _DOORS):
        return False
    if address.version == 6 and (address not in _PUBLIC_IPV6 or address.packed[8:12] in _ISATAP):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def is_within_reach(address: Address) -> bool:
    """Whether an address is public or of a private network, this machine included; for operators who ask for that.

    Link-local ones are not: behind them, clouds tell their secrets.
    """
    private = address.is_private and not (address.is_link_local or address.is_multicast or address.is_unspecified)
    return is_public(address) or private


def resolve(host: str, port: int) -> Sequence[str]:
    """All addresses that a name stands for, as the machine's own resolver has them.

    Raises:
        OSError: it stands for none.
    """
    entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in entries))


@dataclass(frozen=True, slots=True)
class RemoteFiles:
    """Fetches pictures, sounds and videos by their address.

    Attributes:
        max_bytes: Size of a file.
        timeout_s: Seconds until it must be whole, redirects included.
        allowed: Which addresses may be connected to.
        resolver: Finds the addresses of a name.
    """

    max_bytes: int = 48 * MIB
    timeout_s: float = 20.0
    allowed: Callable[[Address], bool] = is_public
    resolver: Resolver = resolve

    def __call__(self, url: str) -> bytes:
        """The file behind an address.

        Raises:
            MediaError: the address is none of the public web, does not answer in time, or holds no file that is known.
        """
        end = time.monotonic() + self.timeout_s
        for _ in range(MAX_REDIRECTS + 1):
            target = _Target.of(url)
            try:
                with self._open(target, end) as response:
                    onward = response.getheader("location") if response.status in REDIRECTS else None
                    if onward is None:
                        return self._file(response, target, end)
            except (OSError, HTTPException, ValueError) as error:
                raise _refusal(target.host, "did not answer as a web server does, or not in time") from error
            url = urljoin(url, onward)
        raise _refusal(target.host, f"passed the call on more than {MAX_REDIRECTS} times")

    @contextmanager
    def _open(self, target: _Target, end: float) -> Iterator[HTTPResponse]:
        connection = target.connection(self._address(target), end - time.monotonic())
        # the timeout of a socket begins anew with every byte, so one that drips would hold it for ever
        watch = threading.Timer(max(0.0, end - time.monotonic()), connection.cut)
        watch.daemon = True
        watch.start()
        try:
            connection.request("GET", target.path, headers={"Accept": _ACCEPTED, "User-Agent": "tastemaker"})
            with connection.getresponse() as response:
                yield response
        finally:
            watch.cancel()
            connection.close()

    def _address(self, target: _Target) -> str:
        """The address to connect to, checked together with all others that the name stands for."""
        try:
            addresses = [ipaddress.ip_address(text) for text in self.resolver(target.host, target.port)]
        except (OSError, ValueError) as error:
            raise _refusal(target.host, "is not known to the network") from error
        if not addresses or not all(self.allowed(address) for address in addresses):
            raise _refusal(target.host, "is no address of the public internet")
        return str(addresses[0])

    def _file(self, response: HTTPResponse, target: _Target, end: float) -> bytes:
        if response.status != 200:
            raise _refusal(target.host, f"answered with status {response.status}")
        if response.getheader("content-encoding", "identity").lower() != "identity":
            raise _refusal(target.host, "sent the file in a packed form that was not asked for")
        data = bytearray()
        while chunk := response.read1(CHUNK_BYTES):
            data += chunk
            if len(data) > self.max_bytes:
                raise _refusal(target.host, f"sent more than {self.max_bytes / MIB:.0f} MB")
        if time.monotonic() > end:
            raise _refusal(target.host, f"took longer than {self.timeout_s:.0f} seconds")
        if response.length:
            raise _refusal(target.host, "broke off in the middle of the file")
        file_type = sniff(bytes(data[:HEAD_BYTES]))
        if file_type is None or not file_type.reader:
            sent = f" but {file_type.label}" if file_type else ""
            raise _refusal(target.host, f"sent no picture, sound or video of a kind that can be read{sent}")
        return bytes(data)


@dataclass(frozen=True, slots=True)
class _Target:
    """Where an address leads.

    Attributes:
        host: In ASCII, lower case, without the dot at its end.
        path: With the query.
    """

    secure: bool
    host: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str) -> _Target:
        """Take an address apart, strictly: what programs read in two ways is refused.

        Raises:
            MediaError: it is no plain address of the web.
        """
        shown = url[:80]
        if len(url) > MAX_URL_CHARS or _UNSEEN.search(url):
            raise _refusal(shown, f"is longer than {MAX_URL_CHARS:,} characters, or holds some that no address has")
        try:
            parts = urlsplit(url)
            port = WEB_PORTS.get(parts.scheme, 0) if parts.port is None else parts.port
        except ValueError as error:
            raise _refusal(shown, "is not a well-formed address") from error
        if parts.scheme not in WEB_PORTS:
            raise _refusal(shown, "begins with neither http:// nor https://")
        if "@" in parts.netloc or "%" in parts.netloc:
            raise _refusal(shown, "holds a name or a sign that hides where it leads")
        if port < FIRST_FREE_PORT and port not in WEB_PORTS.values():
            raise _refusal(shown, "leads to a port that is not the web's")
        return cls(parts.scheme == "https", _host(parts, shown), port, _path(parts))

    def connection(self, address: str, timeout_s: float) -> _Pinned:
        """A connection to a checked address, which still calls the server by its name."""
        if timeout_s <= 0:
            raise _refusal(self.host, "did not answer in time")
        if self.secure:
            return _PinnedHttps(address, self.host, self.port, timeout_s)
        return _Pinned(address, self.host, self.port, timeout_s)


class _Pinned(HTTPConnection):
    """Calls a server by its name, and connects to the address that was checked."""

    def __init__(self, address: str, host: str, port: int, timeout_s: float) -> None:
        super().__init__(host, port, timeout=timeout_s)
        self._address = address
        self._wire: socket.socket | None = None

    def connect(self) -> None:
        """Connect."""
        self.sock = self._wire = socket.create_connection((self._address, self.port), self.timeout)

    def cut(self) -> None:
        """Break the connection off, whoever is reading from it."""
        with suppress(OSError):
            if self._wire is not None:
                self._wire.shutdown(socket.SHUT_RDWR)


class _PinnedHttps(_Pinned):
    """The same, behind a certificate of that name."""

    default_port = WEB_PORTS["https"]

    def connect(self) -> None:
        """Connect, and have the server prove its name."""
        super().connect()
        # the handshake comes after, so that it can be cut off too
        secured = ssl.create_default_context().wrap_socket(
            self.sock, server_hostname=self.host, do_handshake_on_connect=False
        )
        self.sock = self._wire = secured
        secured.do_handshake()


def _host(parts: SplitResult, shown: str) -> str:
    """The name or number that an address leads to.

    Raises:
        MediaError: it is neither, or a number in a form that programs read differently.
    """
    given = parts.hostname or ""
    if parts.netloc.startswith("["):
        with suppress(ValueError):
            return str(ipaddress.IPv6Address(given))
        raise _refusal(shown, "is not a well-formed address")
    try:
        host = given.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError as error:
        raise _refusal(shown, "names no host") from error
    last = host.rsplit(".", 1)[-1]
    if _NUMBER.fullmatch(last):
        with suppress(ValueError):
            return str(ipaddress.IPv4Address(host))
        raise _refusal(shown, "gives a number in place of a name, in a form that is not plain")
    if not _NAME.fullmatch(host):
        raise _refusal(shown, "names no host")
    return host


def _path(parts: SplitResult) -> str:
    safe = "/%:=&?~#+!$,;'@()*[]"
    path = quote(parts.path or "/", safe=safe)
    return f"{path}?{quote(parts.query, safe=safe)}" if parts.query else path


def _refusal(what: str, why: str) -> MediaError:
    return MediaError(f"{NOT_FETCHED}{what!r} {why}.", "Send the file itself as a data: URL, or another one.")


__all__ = ["NOT_FETCHED", "Address", "Fetch", "RemoteFiles", "is_public", "is_within_reach", "resolve"]
