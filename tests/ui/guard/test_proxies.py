"""Who calls through a proxy: only what trusted ones say, the first that is not trusted being the client."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from agent.errors import ConfigError
from ui.guard.proxies import BehindProxies, counted, networks

PROXIES = ("10.0.0.0/8", "::1", "127.0.0.1")
LYING = {"x-forwarded-for": "6.6.6.6", "x-forwarded-proto": "https", "x-forwarded-host": "evil.example"}


def seen(peer: str, *headers: tuple[str, str], proxies: tuple[str, ...] = PROXIES) -> tuple[str, str, str]:
    """The client, scheme and host of a call as the server takes them."""
    scope: dict[str, Any] = {
        "type": "http",
        "scheme": "http",
        "client": (peer, 4321),
        "headers": [(b"host", b"inside:7860"), *((name.encode(), value.encode("latin-1")) for name, value in headers)],
    }

    async def app(taken: Scope, _: Receive, __: Send) -> None:
        assert taken is scope

    async def receive() -> Message:
        raise NotImplementedError

    async def send(_: Message) -> None:
        raise NotImplementedError

    asyncio.run(BehindProxies(app, proxies)(scope, receive, send))
    left = dict(scope["headers"])
    assert not [name for name in left if b"forward" in name or name in (b"x-real-ip", b"x-gradio-server")]
    return scope["client"][0], scope["scheme"], left[b"host"].decode()


@pytest.mark.parametrize(("peer", "proxies"), [("192.0.2.9", PROXIES), ("10.0.0.2", ())])
def test_who_is_not_trusted_is_believed_nothing(peer: str, proxies: tuple[str, ...]) -> None:
    lies = [*LYING.items(), ("forwarded", "for=6.6.6.6;proto=https;host=evil.example")]
    lies += [("x-real-ip", "6.6.6.6"), ("x-gradio-server", "https://evil.example"), ("X-FORWARDED-FOR", "6.6.6.6")]
    assert seen(peer, *lies, proxies=proxies) == (peer, "http", "inside:7860")


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1, 10.0.0.7", "192.0.2.1"),
        ("6.6.6.6, 192.0.2.1", "192.0.2.1"),  # the client wrote the first itself
        ("6.6.6.6, 192.0.2.1, 10.0.0.7", "192.0.2.1"),
        ("10.0.0.9, 192.0.2.1", "192.0.2.1"),
        ("10.0.0.9, 10.0.0.8", "10.0.0.9"),
        ("192.0.2.1:5555", "192.0.2.1"),
        ("[2001:db8::7]:5555", "2001:db8::7"),
        ("2001:db8::7", "2001:db8::7"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("unknown", "10.0.0.2"),
        ("192.0.2.1, <script>", "10.0.0.2"),
        ("", "10.0.0.2"),
        (",,", "10.0.0.2"),
    ],
)
def test_the_client_is_the_last_address_that_no_trusted_proxy_has(chain: str, client: str) -> None:
    assert seen("10.0.0.2", ("x-forwarded-for", chain))[0] == client


def test_a_chain_in_several_headers_is_one_chain() -> None:
    assert seen("::ffff:10.0.0.2", ("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "192.0.2.1"))[0] == "192.0.2.1"


@pytest.mark.parametrize(
    ("value", "taken"),
    [
        ("for=192.0.2.1;proto=https;host=shop.example", ("192.0.2.1", "https", "shop.example")),
        ('For="[2001:db8::7]:4711"; Proto=HTTPS', ("2001:db8::7", "https", "inside:7860")),
        ("for=6.6.6.6;proto=https, for=192.0.2.1", ("192.0.2.1", "http", "inside:7860")),
        ("for=192.0.2.1;proto=https, for=10.0.0.7;proto=http", ("192.0.2.1", "https", "inside:7860")),
        ('for="192.0.2.1, 6.6.6.6"', ("10.0.0.2", "http", "inside:7860")),
        ("for=_hidden;proto=https", ("10.0.0.2", "https", "inside:7860")),
        ("proto=https", ("10.0.0.2", "https", "inside:7860")),
        ("for=192.0.2.1;proto=ftp;host=a/b", ("192.0.2.1", "http", "inside:7860")),
        (";;=,,", ("10.0.0.2", "http", "inside:7860")),
    ],
)
def test_the_standard_header_is_read_too(value: str, taken: tuple[str, str, str]) -> None:
    assert seen("10.0.0.2", ("forwarded", value)) == taken


def test_a_header_that_the_proxy_only_passes_on_is_not_believed() -> None:
    through = [("x-forwarded-for", "192.0.2.1"), ("forwarded", "for=6.6.6.6;proto=https;host=evil.example")]
    assert seen("10.0.0.2", *through) == ("10.0.0.2", "http", "inside:7860")
    through[1] = ("forwarded", "for=192.0.2.1;proto=https")
    assert seen("10.0.0.2", *through) == ("192.0.2.1", "https", "inside:7860")


@pytest.mark.parametrize(
    ("schemes", "scheme"),
    [("https", "https"), ("https, http", "https"), ("http, https, http", "https"), ("gopher", "http")],
)
def test_the_scheme_is_that_of_the_clients_own_call(schemes: str, scheme: str) -> None:
    headers = ("x-forwarded-for", "192.0.2.1, 10.0.0.7"), ("x-forwarded-proto", schemes)
    assert seen("10.0.0.2", *headers)[1] == scheme


@pytest.mark.parametrize("host", ["shop.example", "shop.example:8443", "[2001:db8::7]:443"])
def test_the_name_is_what_the_client_called_the_proxy(host: str) -> None:
    assert seen("10.0.0.2", ("x-forwarded-for", "192.0.2.1"), ("x-forwarded-host", host))[2] == host


@pytest.mark.parametrize("host", ["a b", "a/b", "user@shop.example", "shop.example:x", "ä", "x" * 300, "[::1", '"a"'])
def test_a_name_that_is_none_is_not_taken(host: str) -> None:
    assert seen("10.0.0.2", ("x-forwarded-for", "192.0.2.1"), ("x-forwarded-host", host))[2] == "inside:7860"


@pytest.mark.parametrize("proxy", ["proxy.example", "10.0.0.0/40", "", "10.0.0"])
def test_a_proxy_is_named_by_its_address(proxy: str) -> None:
    with pytest.raises(ConfigError, match="--trusted-proxy"):
        networks((proxy,))


@pytest.mark.parametrize(
    ("host", "as_"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:0:1:aaaa::1", "2001:db8:0:1::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_all_addresses_of_one_customer_count_as_one(host: str, as_: str) -> None:
    assert counted(host) == as_
