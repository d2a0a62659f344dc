"""Behind a reverse proxy: who calls, by which scheme and under which name, as far as proxies that were named say so."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from agent.errors import ConfigError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

CLAIMS = ("forwarded", "x-forwarded-", "x-real-ip", "x-gradio-server")
HOST = re.compile(r"([A-Za-z0-9._-]{1,253}|\[[0-9a-fA-F:.]{2,45}\])(:\d{1,5})?")
PAIR = re.compile(r'\s*([\w-]+)\s*=\s*(?:"([^"\\]*)"|([^\s;,"]*))\s*')
PREFIX_OF_ONE = 64  # of IPv6: so much of an address is one customer's


@dataclass(frozen=True, slots=True)
class ProxyHop:
    """What a proxy says of the call that reached it; empty where it does not say.

    Attributes:
        sender: Address of who called it.
        scheme: By which it was called.
        host: The name that it was called by.
    """

    sender: str = ""
    scheme: str = ""
    host: str = ""


def networks(addresses: Sequence[str]) -> tuple[Network, ...]:
    """Addresses of proxies, each alone or a network such as `10.0.0.0/8`.

    Raises:
        ConfigError: one is neither.
    """
    try:
        return tuple(ipaddress.ip_network(address.strip("[]"), strict=False) for address in addresses)
    except ValueError as error:
        raise ConfigError(
            f"--trusted-proxy: {error}.", "Give the address of the proxy, as 10.0.0.2, or its network, as 10.0.0.0/8."
        ) from error


def counted(host: str) -> str:
    """By what a caller's address counts in limits: an IPv6 one by the network that is a single customer's."""
    address = _address(host)
    if address is None or address.version == 4:
        return str(address or host)
    return str(ipaddress.ip_network((address, PREFIX_OF_ONE), strict=False))


class Proxies:
    """The proxies that are trusted."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._networks = networks(addresses)

    def __contains__(self, host: str) -> bool:
        address = _address(host)
        return address is not None and any(address in network for network in self._networks)


class BehindProxies:
    """Believes what trusted proxies say of their callers, and takes from a call what anybody else says of that."""

    def __init__(self, app: ASGIApp, addresses: Sequence[str]) -> None:
        self._app = app
        self._trusted = Proxies(addresses)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one call."""
        if scope["type"] == "http":
            self._believe(scope)
        await self._app(scope, receive, send)

    def _believe(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        standard, usual = forwarded(headers), x_forwarded(headers)
        scope["headers"] = [(name, value) for name, value in scope["headers"] if not _is_claim(name)]
        peer = scope["client"][0] if scope.get("client") else ""
        if peer not in self._trusted:
            return
        clients = [self._client(peer, hops) for hops in (standard, usual) if hops]
        # a proxy writes one kind, and may pass the other on as its caller made it up: where they differ, none counts
        if len({address for address, _ in clients}) == 1:
            _apply(scope, *clients[0])

    def _client(self, peer: str, hops: Sequence[ProxyHop]) -> tuple[str, ProxyHop]:
        """Who called the first of the trusted proxies, and what that one says of the call."""
        address, told = peer, hops[-1]
        for hop in reversed(hops):
            if address not in self._trusted:
                break
            told, sender = hop, _address(hop.sender)
            if sender is None:
                break
            address = str(sender)
        return address, told


def forwarded(headers: Headers) -> list[ProxyHop]:
    """What the header `Forwarded` says, the first proxy's word first.

    Source: RFC 7239, section 4.
    """
    hops = []
    for element in re.findall(r'(?:"[^"]*"|[^,"])+', ",".join(headers.getlist("forwarded"))):
        pairs = {name.lower(): quoted or plain for name, quoted, plain in PAIR.findall(element)}
        hops.append(ProxyHop(pairs.get("for", ""), pairs.get("proto", ""), pairs.get("host", "")))
    return hops


def x_forwarded(headers: Headers) -> list[ProxyHop]:
    """What the headers `X-Forwarded-For`, `-Proto` and `-Host` say, the first proxy's word first."""
    senders, schemes, hosts = (_listed(headers, f"x-forwarded-{name}") for name in ("for", "proto", "host"))
    n_hops = len(senders) or min(1, len(schemes) + len(hosts))
    # each is written from behind: a proxy adds to what it was sent, or puts one word in its place
    places = range(-n_hops, 0)
    return [ProxyHop(_from_behind(senders, at), _from_behind(schemes, at), _from_behind(hosts, at)) for at in places]


def _listed(headers: Headers, name: str) -> list[str]:
    return [part for value in headers.getlist(name) for entry in value.split(",") if (part := entry.strip())]


def _from_behind(words: Sequence[str], at: int) -> str:
    return words[max(at, -len(words))] if words else ""


def _address(text: str) -> Address | None:
    """An address as it stands in such a header, with or without a port; None where it is none."""
    match = re.fullmatch(r"\[([^\]]+)\](?::\d+)?|([^:]+):\d+", text.strip())
    plain = (match[1] or match[2]) if match else text.strip()
    try:
        address = ipaddress.ip_address(plain)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _apply(scope: Scope, client: str, told: ProxyHop) -> None:
    scope["client"] = (client, 0)
    if told.scheme.lower() in ("http", "https"):
        scope["scheme"] = told.scheme.lower()
    if HOST.fullmatch(told.host):
        MutableHeaders(scope=scope)["host"] = told.host


def _is_claim(name: bytes) -> bool:
    return name.decode("latin-1").lower().startswith(CLAIMS)
