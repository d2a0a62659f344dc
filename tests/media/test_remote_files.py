"""Remote addresses as input: nobody reaches through this server what only it can reach."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import MediaError
from agent.media.remote_files import Address, RemoteFiles, is_public, is_within_reach

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
PUBLIC = "93.184.216.34"
NAMES = {
    "localhost": ["127.0.0.1", "::1"],
    "localhost.localdomain": ["127.0.0.1"],
    "inside.example": ["10.0.0.7"],
    "metadata.example": ["169.254.169.254"],
    "both.example": [PUBLIC, "127.0.0.1"],
    "six.example": ["::ffff:127.0.0.1"],
    "xn--mnchen-3ya.example": ["192.168.1.1"],
    "public.example": [PUBLIC],
}
HOSTILE = [
    "",
    "picture.png",
    "//public.example/a.png",
    "file:///etc/passwd",
    "gopher://public.example/_GET",
    "ftp://public.example/a.png",
    "dict://public.example:11211/stats",
    "javascript:alert(1)",
    "HTTP+unix://%2Fvar%2Frun%2Fdocker.sock/info",
    "http:///a.png",
    "http://:80/a.png",
    "http://?/a.png",
    "http://127.0.0.1/a.png",
    "http://127.1/a.png",
    "http://0/a.png",
    "http://0.0.0.0/a.png",
    "http://2130706433/a.png",
    "http://0x7f000001/a.png",
    "http://0x7f.0.0.1/a.png",
    "http://0177.0.0.1/a.png",
    "http://017700000001/a.png",
    "http://127.0.0.1./a.png",
    "http://①②⑦.⓪.⓪.①/a.png",
    "http://10.1.2.3/a.png",
    "http://172.16.0.1/a.png",
    "http://192.168.0.1/a.png",
    "http://100.64.0.1/a.png",
    "http://100.100.100.200/latest/meta-data",
    "http://168.63.129.16/machine",
    "http://169.254.169.254/latest/meta-data",
    "http://192.0.0.192/opc/v2/instance",
    "http://192.88.99.1/a.png",
    "http://198.18.0.1/a.png",
    "http://224.0.0.1/a.png",
    "http://240.0.0.1/a.png",
    "http://255.255.255.255/a.png",
    "http://[::]/a.png",
    "http://[::1]/a.png",
    "http://[::1/a.png",
    "http://[::ffff:127.0.0.1]/a.png",
    "http://[::ffff:7f00:1]/a.png",
    "http://[::127.0.0.1]/a.png",
    "http://[64:ff9b::7f00:1]/a.png",
    "http://[64:ff9b:1::a00:1]/a.png",
    "http://[2002:7f00:1::]/a.png",
    "http://[2001:0:53aa:64c:0:fbff:8000:1]/a.png",
    "http://[2606:4700::5efe:7f00:1]/a.png",
    "http://[fe80::1]/a.png",
    "http://[fe80::1%25eth0]/a.png",
    "http://[fc00::1]/a.png",
    "http://[fd00:ec2::254]/latest/meta-data",
    "http://[ff02::1]/a.png",
    "http://[v1.fe80::a]/a.png",
    "http://localhost/a.png",
    "http://LOCALHOST:7860/readyz",
    "http://localhost./a.png",
    "http://localhost../a.png",
    "http://localhost.localdomain/a.png",
    "http://inside.example/a.png",
    "http://metadata.example/latest/meta-data",
    "http://both.example/a.png",
    "http://six.example/a.png",
    "http://münchen.example/a.png",
    "http://unknown.example/a.png",
    "http://-a.example/a.png",
    "http://.example/a.png",
    f"http://{'a' * 64}.example/a.png",
    "http://public.example@127.0.0.1/a.png",
    "http://user:secret@public.example/a.png",
    "http://public.example%2f@127.0.0.1/a.png",
    "http://127.0.0.1%00.public.example/a.png",
    "http://public.example\\@127.0.0.1/a.png",
    "http://public.example /a.png",
    "http://public.example/a.png\r\nHost: inside.example",
    "http://public.example/\t../a.png",
    "http://public.example:22/a.png",
    "http://public.example:25/a.png",
    "http://public.example:0/a.png",
    "http://public.example:99999/a.png",
    "http://public.example:abc/a.png",
    "https://127.0.0.1/a.png",
    "http://public.example/" + "a" * 3_000,
]


def by_name(host: str, port: int) -> Sequence[str]:
    """The names above; numbers as the machine reads them, in every form that it knows."""
    if host in NAMES:
        return NAMES[host]
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    return [str(entry[4][0]) for entry in found]


@pytest.mark.parametrize("url", HOSTILE)
def test_an_address_that_leads_anywhere_but_to_the_public_web_is_refused_before_a_connection(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("It connected."))
    with pytest.raises(MediaError) as caught:
        RemoteFiles(resolver=by_name)(url)
    assert caught.value.hint


@pytest.mark.parametrize("number", [PUBLIC, "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001:81b::200e"])
def test_addresses_of_the_public_internet_are_known_as_such(number: str) -> None:
    assert is_public(ipaddress.ip_address(number))


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_no_public_address_is_private_or_carries_a_private_one(address: Address) -> None:
    if not is_public(address):
        return
    assert address.is_global
    assert not address.is_multicast
    if isinstance(address, ipaddress.IPv6Address):
        assert address.ipv4_mapped is None
        assert address.sixtofour is None
        assert address.teredo is None


# Against a web server on this machine, which stands for the public one


Answer = Callable[[BaseHTTPRequestHandler], None]


class Web(ThreadingHTTPServer):
    """A server whose paths answer as they are told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, str]] = []
        self.done = threading.Event()

    def handle_error(self, *_: object) -> None:
        """Callers hang up here, on purpose."""

    def url(self, path: str, host: str = "public.example") -> str:
        return f"http://{host}:{self.server_address[1]}{path}"


class _Handler(BaseHTTPRequestHandler):
    server: Web

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["Host"]))
        self.server.answers[self.path](self)


@pytest.fixture
def web() -> Iterator[Web]:
    server = Web()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.done.set()
    server.shutdown()
    thread.join()
    server.server_close()


def told(status: int = 200, body: bytes = PNG, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in ({"Content_Length": str(len(body))} | headers).items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        with contextlib.suppress(OSError):
            handler.wfile.write(body)

    return answer


def fetcher(resolver: Callable[[str, int], Sequence[str]] = lambda *_: ["127.0.0.1"], **settings: float) -> RemoteFiles:
    """One for which 127.0.0.1, and that alone, stands for the public internet."""

    def allowed(address: Address) -> bool:
        return str(address) == "127.0.0.1"

    return RemoteFiles(allowed=allowed, resolver=resolver, **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("address", "reached"),
    [
        ("127.0.0.1", True),
        ("192.168.1.1", True),
        ("10.0.0.7", True),
        (PUBLIC, True),
        ("169.254.169.254", False),
        ("fe80::1", False),
        ("fd00::1", True),
        ("224.0.0.1", False),
        ("0.0.0.0", False),
    ],
)
def test_within_reach_are_networks_of_the_house_and_never_the_secrets_of_clouds(address: str, reached: bool) -> None:
    assert is_within_reach(ipaddress.ip_address(address)) == reached


def test_a_picture_is_fetched_by_the_address_and_asked_for_by_the_name(web: Web) -> None:
    web.answers["/a.png?size=2&name=%C3%A9"] = told()
    assert fetcher()(web.url("/a.png?size=2&name=é")) == PNG
    assert web.asked[0][1] == f"public.example:{web.server_address[1]}"


def test_a_redirect_is_followed_by_name_and_checked_anew(web: Web) -> None:
    web.answers["/a"] = told(302, Location=web.url("/b", host="other.example"))
    web.answers["/b"] = told(307, Location="/c")
    web.answers["/c"] = told()
    assert fetcher()(web.url("/a")) == PNG
    assert [host.split(":")[0] for _, host in web.asked] == ["public.example", "other.example", "other.example"]


@pytest.mark.parametrize(
    "onward",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]:7860/readyz",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "//10.0.0.1/a.png",
        "http://0x7f.1/a.png",
    ],
)
def test_a_redirect_to_what_is_not_public_is_refused(web: Web, onward: str) -> None:
    web.answers["/a"] = told(302, Location=onward)

    def resolver(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"] if host == "public.example" else by_name(host, port)

    with pytest.raises(MediaError):
        fetcher(resolver)(web.url("/a"))
    assert len(web.asked) == 1


def test_redirects_in_a_circle_end(web: Web) -> None:
    web.answers["/a"] = told(302, Location="/a")
    with pytest.raises(MediaError, match="more than 3 times"):
        fetcher()(web.url("/a"))
    assert len(web.asked) == 4


def test_a_name_that_changes_between_check_and_connection_gains_nothing(web: Web) -> None:
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    web.answers["/a"] = told()
    assert fetcher(lambda *_: answers.pop(0))(web.url("/a")) == PNG
    assert answers == [["10.0.0.1"]]  # it was asked for once, and the checked answer was connected to


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (told(404), "status 404"),
        (told(body=PNG * 50), "more than"),
        (told(body=b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"), "no picture"),
        (told(body=b""), "no picture"),
        (told(body=b"<html>"), "no picture"),
        (told(Content_Encoding="gzip"), "packed"),
        (told(Content_Length="4000"), "broke off"),
        (lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH\r\n"), "web server"),
        (lambda handler: None, "web server"),
    ],
)
def test_an_answer_that_is_no_whole_picture_of_fair_size_is_refused(web: Web, answer: Answer, why: str) -> None:
    web.answers["/a"] = answer
    with pytest.raises(MediaError, match=why):
        fetcher(max_bytes=3_000)(web.url("/a"))


def test_a_secured_server_is_called_by_its_name_and_must_prove_it() -> None:
    heard = list[bytes]()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def listen() -> None:
            with listening.accept()[0] as connection:
                heard.append(connection.recv(4_096))

        thread = threading.Thread(target=listen)
        thread.start()
        with pytest.raises(MediaError, match="web server"):
            fetcher()(f"https://public.example:{listening.getsockname()[1]}/a.png")
        thread.join()
    assert b"public.example" in heard[0]  # the name in the greeting


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\n\r\n" + PNG], ids=["head", "body"])
def test_a_server_that_drips_is_cut_off_in_time(web: Web, head: bytes) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        with contextlib.suppress(OSError):
            handler.wfile.write(head)
            while not web.done.wait(0.05):
                handler.wfile.write(b"x")

    web.answers["/a"] = drip
    with pytest.raises(MediaError, match=r"time|longer"):
        fetcher(timeout_s=0.4)(web.url("/a"))
